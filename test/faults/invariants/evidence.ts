import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import type { ObjectVersion } from '@aws-sdk/client-s3';
import { bundleFiles } from '../../../domain/bundle.ts';
import { verifyBundle } from '../../../domain/evidence.ts';
import { sandboxCredentials } from '../../../examples/set-up.ts';
import type { StoredRun } from '../../../store/read.ts';
import { doubles } from './witness.ts';
import type { Witness } from './witness.ts';

/**
 * There is evidence, it verifies, and the bucket has the same, each sealed file once: under Object Lock nothing goes away for years.
 * Every installation that is examined has a bucket.
 */
export async function evidenceProblems(
  witness: Witness,
  run: StoredRun,
): Promise<{ lost: string[]; doubled: string[] }> {
  if (run.evidence === undefined) return { lost: ['there is no evidence'], doubled: [] };
  const { path, s3 } = run.evidence;
  const names = await readdir(path);
  const files = new Map(
    await Promise.all(names.map(async (name) => [name, new Uint8Array(await readFile(join(path, name)))] as const)),
  );
  const bucket =
    s3 === undefined
      ? { lost: ['the evidence names no bucket'], doubled: [] }
      : await bucketProblems(witness, new URL(s3), files);
  return { lost: [...folderProblems(witness, files), ...bucket.lost], doubled: bucket.doubled };
}

function folderProblems({ evidencePublicKey }: Witness, files: ReadonlyMap<string, Uint8Array>): string[] {
  if (evidencePublicKey === undefined) return [];
  const { ok, problems } = verifyBundle(files, evidencePublicKey);
  return ok ? [] : problems.map((problem) => `the evidence does not verify: ${problem}`);
}

async function bucketProblems(
  { place }: Witness,
  { hostname, pathname }: URL,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<{ lost: string[]; doubled: string[] }> {
  const prefix = `${decodeURIComponent(pathname).slice(1)}/`;
  const versions = await versionsIn(place, hostname, prefix);
  const newest = new Map(
    versions.flatMap(({ Key = '', ETag = '', IsLatest }) => (IsLatest ? [[Key.slice(prefix.length), ETag]] : [])),
  );
  const keys = versions.map(({ Key = '' }) => Key.slice(prefix.length));
  return {
    lost: [...files].flatMap(([name, bytes]) =>
      newest.get(name) === `"${createHash('md5').update(bytes).digest('hex')}"`
        ? []
        : [`the bucket ${newest.has(name) ? 'has other bytes in' : 'has no'} ${prefix}${name}`],
    ),
    doubled: doubles(keys.filter((name) => name !== bundleFiles.addenda)).map(
      (name) => `the bucket has ${keys.filter((one) => one === name).length} versions of ${prefix}${name}`,
    ),
  };
}

/** Every version of everything below a prefix. */
async function versionsIn(place: Witness['place'], bucket: string, prefix: string): Promise<readonly ObjectVersion[]> {
  const s3 = new S3Client({
    endpoint: place.awsUrl,
    region: 'eu-central-1',
    forcePathStyle: true,
    credentials: sandboxCredentials(place.accountId),
  });
  try {
    // Some ten files and their versions: one page has a thousand.
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix }));
    return Versions;
  } finally {
    s3.destroy();
  }
}
