import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectLockMode } from '@aws-sdk/client-s3';
import { AwsFault } from '../service.ts';
import type { ChecksumAlgorithm } from '../wire/checksum.ts';

export interface BucketSettings {
  readonly name: string;
  readonly region: string;
  readonly createdAt: string;
  readonly versioning?: 'Enabled' | 'Suspended';
  readonly objectLock: boolean;
  readonly defaultRetention?: { readonly mode: ObjectLockMode; readonly days?: number; readonly years?: number };
}

export interface Retention {
  readonly mode: ObjectLockMode;
  readonly until: string;
}

/** One version of an object, or a delete marker. */
export interface ObjectVersion {
  readonly key: string;
  /** `null` (the word) while the bucket is not versioned, as in S3. */
  readonly versionId: string;
  /** Order of writing within the bucket. */
  readonly sequence: number;
  readonly deleteMarker: boolean;
  readonly lastModified: string;
  readonly size: number;
  readonly etag: string;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
  /** Members of PutObject that GetObject gives back as they were. */
  readonly headers: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly retention?: Retention;
}

/** The current instant as S3 keeps it: whole seconds, because that is all its headers can say. */
export function nowInSeconds(): string {
  return new Date(Math.floor(Date.now() / 1000) * 1000).toISOString();
}

/**
 * One bucket on disk, with an index of it in memory.
 *
 * A version is a body file and a small JSON file, each written beside and renamed; the JSON comes last and makes the
 * version exist. So kill -9 at any moment leaves the version or nothing.
 */
export class Bucket {
  settings: BucketSettings;
  readonly #folder: string;
  /** Newest first. */
  readonly #versions = new Map<string, ObjectVersion[]>();
  #sequence = 0;

  private constructor(folder: string, settings: BucketSettings) {
    this.#folder = folder;
    this.settings = settings;
  }

  static create(folder: string, settings: BucketSettings): Bucket {
    mkdirSync(join(folder, 'objects'), { recursive: true });
    const bucket = new Bucket(folder, settings);
    bucket.configure(settings);
    return bucket;
  }

  /** @returns undefined for a folder whose creation was cut off before it had settings */
  static open(folder: string): Bucket | undefined {
    const settings = readJson<BucketSettings>(join(folder, 'bucket.json'));
    if (!settings) return undefined;
    const bucket = new Bucket(folder, settings);
    bucket.#load();
    return bucket;
  }

  #load(): void {
    const objects = join(this.#folder, 'objects');
    mkdirSync(objects, { recursive: true });
    const files = new Set(readdirSync(objects));
    for (const file of files) {
      if (!file.endsWith('.json')) continue;
      const version = readJson<ObjectVersion>(join(objects, file));
      if (version) this.#index(version);
    }
    // What has no JSON beside it was being written when the process died.
    for (const file of files) {
      const owner = file.replace(/\.(bin|tmp)$/, '.json');
      if (file.endsWith('.tmp') || !files.has(owner)) rmSync(join(objects, file));
    }
    for (const versions of this.#versions.values()) versions.sort((a, b) => b.sequence - a.sequence);
  }

  #index(version: ObjectVersion): void {
    const versions = (this.#versions.get(version.key) ?? []).filter((each) => each.versionId !== version.versionId);
    this.#versions.set(version.key, [version, ...versions]);
    this.#sequence = Math.max(this.#sequence, version.sequence);
  }

  configure(settings: BucketSettings): void {
    writeBeside(join(this.#folder, 'bucket.json'), JSON.stringify(settings));
    this.settings = settings;
  }

  /** Every key in S3's order, which is that of its UTF-8 bytes. */
  keys(): readonly string[] {
    return [...this.#versions.keys()].toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  versionsOf(key: string): readonly ObjectVersion[] {
    return this.#versions.get(key) ?? [];
  }

  /** The newest version unless it is a delete marker. */
  current(key: string): ObjectVersion | undefined {
    const [newest] = this.versionsOf(key);
    return newest?.deleteMarker ? undefined : newest;
  }

  isEmpty(): boolean {
    return this.#versions.size === 0;
  }

  /** Adds a version; without versioning it takes the place of the `null` version. */
  put(version: Omit<ObjectVersion, 'versionId' | 'sequence' | 'lastModified'>, body: Uint8Array): ObjectVersion {
    const versionId = this.settings.versioning === 'Enabled' ? randomBytes(24).toString('base64url') : 'null';
    const whole: ObjectVersion = { ...version, versionId, sequence: this.#sequence + 1, lastModified: nowInSeconds() };
    if (!whole.deleteMarker) writeBeside(this.bodyPath(whole), body);
    writeBeside(this.#metadataPath(whole), JSON.stringify(whole));
    const replaced = this.versionsOf(whole.key).find((each) => each.versionId === versionId);
    this.#index(whole);
    if (replaced) this.#removeFiles(replaced);
    return whole;
  }

  update(version: ObjectVersion): void {
    writeBeside(this.#metadataPath(version), JSON.stringify(version));
    const versions = this.#versions.get(version.key) ?? [];
    this.#versions.set(
      version.key,
      versions.map((each) => (each.versionId === version.versionId ? version : each)),
    );
  }

  remove(version: ObjectVersion): void {
    const left = this.versionsOf(version.key).filter((each) => each !== version);
    if (left.length === 0) this.#versions.delete(version.key);
    else this.#versions.set(version.key, [...left]);
    this.#removeFiles(version);
  }

  bodyPath(version: ObjectVersion): string {
    return join(this.#folder, 'objects', `${fileStem(version)}.bin`);
  }

  destroy(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #metadataPath(version: ObjectVersion): string {
    return join(this.#folder, 'objects', `${fileStem(version)}.json`);
  }

  #removeFiles(version: ObjectVersion): void {
    rmSync(this.#metadataPath(version), { force: true });
    rmSync(this.bodyPath(version), { force: true });
  }
}

// The sequence is part of the name: a replaced `null` version must not share files with its successor.
function fileStem(version: ObjectVersion): string {
  return `${createHash('sha256').update(version.key).digest('hex').slice(0, 32)}-${version.sequence}`;
}

function writeBeside(path: string, content: string | Uint8Array): void {
  writeFileSync(`${path}.tmp`, content);
  renameSync(`${path}.tmp`, path);
}

function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`The sandbox's S3 file ${path} cannot be read. Delete the bucket's folder to go on without it.`, {
      cause: error,
    });
  }
}

/** The buckets of all accounts. Unlike in S3, names are unique within an account only, so that tests do not meet. */
export class Buckets {
  readonly #folder: string;
  readonly #byAccount = new Map<string, Map<string, Bucket>>();

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    for (const accountId of readdirSync(folder)) {
      for (const name of readdirSync(join(folder, accountId))) {
        const bucket = Bucket.open(join(folder, accountId, name));
        if (bucket) this.#of(accountId).set(name, bucket);
      }
    }
  }

  #of(accountId: string): Map<string, Bucket> {
    const known = this.#byAccount.get(accountId) ?? new Map<string, Bucket>();
    this.#byAccount.set(accountId, known);
    return known;
  }

  list(accountId: string): readonly Bucket[] {
    return [...this.#of(accountId).values()].toSorted((a, b) => (a.settings.name < b.settings.name ? -1 : 1));
  }

  find(accountId: string, name: string): Bucket | undefined {
    return this.#of(accountId).get(name);
  }

  create(accountId: string, settings: BucketSettings): Bucket {
    const bucket = Bucket.create(join(this.#folder, accountId, settings.name), settings);
    this.#of(accountId).set(settings.name, bucket);
    return bucket;
  }

  remove(accountId: string, bucket: Bucket): void {
    this.#of(accountId).delete(bucket.settings.name);
    bucket.destroy();
  }

  /** Forgets everything of an account, locked or not: a sandbox has to be cleanable. */
  reset(accountId: string): void {
    this.#byAccount.delete(accountId);
    rmSync(join(this.#folder, accountId), { recursive: true, force: true });
  }

  /**
   * @throws AwsFault NoSuchBucket, and AuthorizationHeaderMalformed when the client signed for another Region
   */
  need(name: string, caller: { readonly accountId: string; readonly region: string }): Bucket {
    const bucket = this.find(caller.accountId, name);
    if (!bucket) throw new AwsFault('NoSuchBucket', 'The specified bucket does not exist', 404);
    const { region } = bucket.settings;
    if (region === caller.region) return bucket;
    throw new AwsFault(
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; the region '${caller.region}' is wrong; expecting '${region}'`,
      400,
    );
  }
}
