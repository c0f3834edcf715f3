import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { JsonObject, StoredFile } from './model.ts';
import type { Workspace } from './workspace.ts';

/** Slack takes a gigabyte; this is a stand-in. */
export const FILE_LIMIT_BYTES = 50 * 1024 * 1024;

/** Kinds that a person may look at in the page: text only, and pictures; nothing that a browser would run. */
const SAFE_TYPES: Readonly<Record<string, { type: string; pretty: string }>> = {
  csv: { type: 'text/plain; charset=utf-8', pretty: 'CSV' },
  json: { type: 'text/plain; charset=utf-8', pretty: 'JSON' },
  log: { type: 'text/plain; charset=utf-8', pretty: 'Plain Text' },
  md: { type: 'text/plain; charset=utf-8', pretty: 'Markdown' },
  txt: { type: 'text/plain; charset=utf-8', pretty: 'Plain Text' },
  pdf: { type: 'application/pdf', pretty: 'PDF' },
  png: { type: 'image/png', pretty: 'PNG' },
  jpg: { type: 'image/jpeg', pretty: 'JPEG' },
  gif: { type: 'image/gif', pretty: 'GIF' },
};

export const kindOf = (name: string): { extension: string; type: string; pretty: string } => {
  const extension = extname(name).slice(1).toLowerCase();
  const safe = SAFE_TYPES[extension] ?? {
    type: 'application/octet-stream',
    pretty: extension.toUpperCase() || 'Binary',
  };
  return { extension, ...safe };
};

/** What is in files, one file of ours each, beside the workspaces. */
export class FileContents {
  readonly #folder: string;
  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'files');
    mkdirSync(this.#folder, { recursive: true });
  }

  async write(workspace: Workspace, file: StoredFile, content: Buffer): Promise<void> {
    await writeFile(`${this.#path(workspace, file)}.new`, content);
    await rename(`${this.#path(workspace, file)}.new`, this.#path(workspace, file));
  }

  async read(workspace: Workspace, file: StoredFile): Promise<Buffer | undefined> {
    const path = this.#path(workspace, file);
    return existsSync(path) ? await readFile(path) : undefined;
  }

  delete(workspace: Workspace, file: StoredFile): void {
    rmSync(this.#path(workspace, file), { force: true });
  }

  #path(workspace: Workspace, file: StoredFile): string {
    return join(this.#folder, `${workspace.teamId}-${file.id}`);
  }
}

/** Where a file is downloaded, by the app with its token and by the page. */
export const pathOfFile = (workspace: Workspace, file: StoredFile): string =>
  `/files-pri/${workspace.teamId}-${file.id}/${encodeURIComponent(file.name)}`;

export function wireFile(workspace: Workspace, file: StoredFile): JsonObject {
  const { extension, type, pretty } = kindOf(file.name);
  const url = `${workspace.baseUrl}${pathOfFile(workspace, file)}`;
  return {
    id: file.id,
    created: file.created,
    timestamp: file.created,
    name: file.name,
    title: file.title,
    mimetype: type.split(';')[0],
    filetype: extension === '' ? 'binary' : extension,
    pretty_type: pretty,
    user: file.user,
    user_team: workspace.teamId,
    size: file.sizeBytes,
    mode: 'hosted',
    is_external: false,
    is_public: file.channels.some((id) => workspace.channel(id)?.is_private === false),
    url_private: url,
    url_private_download: url,
    permalink: url,
    channels: file.channels.filter((id) => id.startsWith('C')),
    groups: file.channels.filter((id) => id.startsWith('G')),
    ims: file.channels.filter((id) => id.startsWith('D')),
  };
}
