/** Parameters that a PostgreSQL group offers here. The names, types and defaults are PostgreSQL's own. */
export interface ParameterInfo {
  readonly name: string;
  readonly description: string;
  readonly dataType: 'boolean' | 'integer' | 'float' | 'string';
  /** RDS's words: a `static` parameter takes effect after a reboot. */
  readonly applyType: 'dynamic' | 'static';
  /** A range, a list of words, or nothing for free text. */
  readonly allowed?: string;
  readonly defaultValue?: string;
  readonly isModifiable?: false;
}

export const POSTGRES_PARAMETERS: readonly ParameterInfo[] = [
  {
    name: 'archive_timeout',
    description: 'Forces a switch to the next log file after this many seconds.',
    dataType: 'integer',
    applyType: 'dynamic',
    allowed: '0-2147483647',
    defaultValue: '300',
    isModifiable: false,
  },
  {
    name: 'autovacuum',
    description: 'Starts the autovacuum subprocess.',
    dataType: 'boolean',
    applyType: 'dynamic',
    allowed: '0,1',
    defaultValue: '1',
  },
  {
    name: 'autovacuum_vacuum_scale_factor',
    description: 'Fraction of a table to change before vacuum.',
    dataType: 'float',
    applyType: 'dynamic',
    allowed: '0-100',
  },
  {
    name: 'checkpoint_timeout',
    description: 'Seconds between automatic checkpoints.',
    dataType: 'integer',
    applyType: 'dynamic',
    allowed: '30-3600',
  },
  {
    name: 'deadlock_timeout',
    description: 'Milliseconds to wait on a lock before checking for deadlock.',
    dataType: 'integer',
    applyType: 'dynamic',
    allowed: '1-2147483647',
  },
  {
    name: 'default_statistics_target',
    description: 'Default statistics target.',
    dataType: 'integer',
    applyType: 'dynamic',
    allowed: '1-10000',
  },
  {
    name: 'effective_cache_size',
    description: 'Assumption about the size of the disk cache, in 8 kB.',
    dataType: 'integer',
    applyType: 'dynamic',
    allowed: '1-2147483647',
  },
  {
    name: 'idle_in_transaction_session_timeout',
    description: 'Milliseconds an idle transaction may last.',
    dataType: 'integer',
    applyType: 'dynamic',
    allowed: '0-2147483647',
    defaultValue: '86400000',
  },
  {
    name: 'lock_timeout',
    description: 'Milliseconds a statement may wait for a lock.',
    dataType: 'integer',
    applyType: 'dynamic',
    allowed: '0-2147483647',
  },
  {
    name: 'log_connections',
    description: 'Logs each successful connection.',
    dataType: 'boolean',
    applyType: 'dynamic',
    allowed: '0,1',
  },
  {
    name: 'log_min_duration_statement',
    description: 'Milliseconds after which statements are logged.',
    dataType: 'integer',
    applyType: 'dynamic',
    allowed: '-1-2147483647',
  },
  {
    name: 'log_statement',
    description: 'Type of statements logged.',
    dataType: 'string',
    applyType: 'dynamic',
    allowed: 'none,ddl,mod,all',
  },
  {
    name: 'maintenance_work_mem',
    description: 'Memory for maintenance operations, in kB.',
    dataType: 'integer',
    applyType: 'dynamic',
    allowed: '1024-2147483647',
  },
  {
    name: 'max_connections',
    description: 'Maximum number of concurrent connections.',
    dataType: 'integer',
    applyType: 'static',
    allowed: '6-8388607',
    defaultValue: '100',
  },
  {
    name: 'max_parallel_workers',
    description: 'Maximum number of parallel workers.',
    dataType: 'integer',
    applyType: 'dynamic',
    allowed: '0-1024',
  },
  {
    name: 'max_prepared_transactions',
    description: 'Maximum number of prepared transactions.',
    dataType: 'integer',
    applyType: 'static',
    allowed: '0-8388607',
  },
  {
    name: 'max_worker_processes',
    description: 'Maximum number of worker processes.',
    dataType: 'integer',
    applyType: 'static',
    allowed: '0-262143',
  },
  {
    name: 'random_page_cost',
    description: 'Cost of a page read out of order.',
    dataType: 'float',
    applyType: 'dynamic',
    allowed: '0-1000',
  },
  {
    name: 'rds.force_ssl',
    description: 'Requires encrypted connections.',
    dataType: 'boolean',
    applyType: 'dynamic',
    allowed: '0,1',
    defaultValue: '1',
  },
  {
    name: 'rds.logical_replication',
    description: 'Enables logical decoding.',
    dataType: 'boolean',
    applyType: 'static',
    allowed: '0,1',
    defaultValue: '0',
  },
  {
    name: 'statement_timeout',
    description: 'Milliseconds a statement may run.',
    dataType: 'integer',
    applyType: 'dynamic',
    allowed: '0-2147483647',
  },
  {
    name: 'synchronous_commit',
    description: 'When a commit is acknowledged.',
    dataType: 'string',
    applyType: 'dynamic',
    allowed: 'local,on,off',
  },
  {
    name: 'temp_file_limit',
    description: 'Limit of temporary file space per process, in kB.',
    dataType: 'integer',
    applyType: 'dynamic',
    allowed: '-1-2147483647',
  },
  {
    name: 'track_commit_timestamp',
    description: 'Collects the time of each commit.',
    dataType: 'boolean',
    applyType: 'static',
    allowed: '0,1',
  },
  {
    name: 'wal_level',
    description: 'Amount of information written to the log.',
    dataType: 'string',
    applyType: 'static',
    defaultValue: 'replica',
    isModifiable: false,
  },
  {
    name: 'work_mem',
    description: 'Memory for a sort or hash, in kB.',
    dataType: 'integer',
    applyType: 'dynamic',
    allowed: '64-2147483647',
  },
];

/** Whether a value is one that the parameter allows: a number in its range, a word of its list. */
export function isAllowed(info: ParameterInfo, value: string): boolean {
  if (info.dataType === 'integer' || info.dataType === 'float') {
    const range = /^(-?\d+)-(\d+)$/u.exec(info.allowed ?? '');
    const number = Number(value);
    if (value.trim() === '' || !Number.isFinite(number)) return false;
    if (info.dataType === 'integer' && !Number.isInteger(number)) return false;
    return range === null || (number >= Number(range[1]) && number <= Number(range[2]));
  }
  return info.allowed === undefined || info.allowed.split(',').includes(value);
}
