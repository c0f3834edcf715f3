import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { PostgresMajor } from '../../../../postgres/index.ts';
import { initCluster, locateBinaries, makeServerFolder, startServer } from '../../../../postgres/index.ts';
import type { Places } from './places.ts';
import { ADMIN, withSession } from './session.ts';

/** Small, so that shipping the log every few seconds costs little disk. */
const WAL_SEGMENT_MB = 4;

/** The password of `rdsadmin`, the owner of every cluster here as in RDS; one per data folder, made on first use. */
export async function adminPassword(root: string): Promise<string> {
  const file = path.join(root, 'rdsadmin-password');
  const made = randomBytes(24).toString('base64url');
  await writeFile(file, made, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return readFile(file, 'utf8');
}

/**
 * What RDS gives the master user instead of a superuser. amcheck, pg_prewarm and others are created here, since only a
 * superuser may and RDS lets the master user have them.
 */
const RDS_ROLES = `
  CREATE ROLE rds_superuser NOLOGIN;
  CREATE ROLE rds_replication NOLOGIN;
  CREATE ROLE rds_password NOLOGIN;
  CREATE ROLE rds_iam NOLOGIN;
  GRANT pg_monitor, pg_signal_backend, pg_checkpoint, pg_read_all_data, pg_write_all_data TO rds_superuser WITH ADMIN OPTION;
  GRANT rds_replication, rds_password, rds_iam TO rds_superuser WITH ADMIN OPTION;
  REVOKE ALL ON DATABASE template1 FROM PUBLIC;
  CREATE EXTENSION amcheck; CREATE EXTENSION pg_prewarm; CREATE EXTENSION pgstattuple; CREATE EXTENSION pg_buffercache;
  GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO rds_superuser WITH GRANT OPTION;
`;

const making = new Map<string, Promise<string>>();

/** A fresh cluster per major version, made once and then copied: seconds become tenths. */
export function templateCluster(places: Places, major: PostgresMajor): Promise<string> {
  const target = places.template(major);
  const known = making.get(target);
  if (known !== undefined) return known;
  const promise = makeTemplate(target, places.root, major).finally(() => making.delete(target));
  making.set(target, promise);
  return promise;
}

async function makeTemplate(target: string, root: string, major: PostgresMajor): Promise<string> {
  if ((await stat(target).catch(() => undefined)) !== undefined) return target;
  await makeServerFolder(path.dirname(target));
  const draft = `${target}.${process.pid}.${Date.now()}`;
  const binaries = await locateBinaries(major);
  const password = await adminPassword(root);
  try {
    await initCluster({ binaries, dataDir: draft, superuser: ADMIN, password, walSegmentMb: WAL_SEGMENT_MB });
    const server = await startServer({ binaries, dataDir: draft, settings: { fsync: false } });
    try {
      const login = { host: server.host, port: server.port, user: ADMIN, password };
      for (const database of ['template1', 'postgres']) {
        const sql = database === 'template1' ? RDS_ROLES : EXTENSIONS_ONLY;
        await withSession({ ...login, database }, (session) => session.query(sql));
      }
    } finally {
      await server.stop('fast');
    }
    await rename(draft, target).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
    return target;
  } finally {
    await rm(draft, { recursive: true, force: true });
    await rm(`${draft}.log`, { force: true });
  }
}

/** The database `postgres` was made by initdb before template1 had the extensions. */
const EXTENSIONS_ONLY = RDS_ROLES.slice(RDS_ROLES.indexOf('CREATE EXTENSION'));
