/** A path as one word of a shell command inside a PostgreSQL setting, where `%` begins a placeholder. */
const quoted = (file: string): string => `'${file.replaceAll("'", `'\\''`).replaceAll('%', '%%')}'`;

type Settings = Record<string, string | number | boolean>;

/**
 * Settings of every server. `fsync` is off because the promise here is to survive the death of processes, not of the
 * machine; commits still reach the operating system before they are acknowledged.
 */
export function serverSettings(archive: string): Settings {
  const draft = `${quoted(archive)}/.%f`;
  return {
    fsync: false,
    wal_level: 'replica',
    archive_mode: 'on',
    // Copied beside and renamed: a log file is in the archive whole or not at all. Sparse, because a shipped log file is
    // mostly zeros when little was written.
    archive_command: `cp ${process.platform === 'linux' ? '--sparse=always ' : ''}"%p" ${draft} && mv ${draft} ${quoted(archive)}/%f`,
    max_wal_senders: 10,
    shared_buffers: '64MB',
    max_wal_size: '512MB',
    password_encryption: 'scram-sha-256',
  };
}

/** Log files come from these folders, tried in order. */
export const fetchLogFrom = (folders: readonly string[]): string =>
  folders.map((folder) => `cp ${quoted(folder)}/%f "%p" 2>/dev/null`).join(' || ');

/** Recovers to the end of the backup and not a commit further. */
export const untilEndOfBackup = (log: readonly string[]): Settings => ({
  restore_command: fetchLogFrom(log),
  recovery_target: 'immediate',
  recovery_target_action: 'promote',
});

/** Recovers every commit up to and including `timeMs`, and none after. */
export const untilTime = (log: readonly string[], timeMs: number): Settings => ({
  restore_command: fetchLogFrom(log),
  recovery_target_time: postgresTime(timeMs),
  recovery_target_inclusive: true,
  recovery_target_action: 'promote',
});

/** PostgreSQL refuses the `T` and `Z` of `toISOString` here. */
const postgresTime = (timeMs: number): string => new Date(timeMs).toISOString().replace('T', ' ').replace('Z', '+00');
