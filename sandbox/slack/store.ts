import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { WorkspaceSetupSchema } from './model.ts';
import { Workspace } from './workspace.ts';
import type { WorkspaceState } from './state.ts';

/**
 * All workspaces of one sandbox, each in its own JSON file, replaced in one move.
 *
 * `commit` resolves when a file that contains the state of that moment is in place; commits that arrive while a write
 * is under way share the next one. So a reply that was sent after `commit` survives a kill -9.
 */
export class WorkspaceStore {
  readonly #folder: string;
  readonly #workspaces = new Map<string, Workspace>();
  readonly #writing = new Map<string, Promise<void>>();
  readonly #waiting = new Map<string, Promise<void>>();

  readonly #made: (workspace: Workspace) => void;

  /** @param made - told of every workspace, those found in the folder and those made later */
  constructor(dataDir: string, made: (workspace: Workspace) => void = () => undefined) {
    this.#made = made;
    this.#folder = join(dataDir, 'workspaces');
    mkdirSync(this.#folder, { recursive: true });
    for (const file of readdirSync(this.#folder).filter((name) => name.endsWith('.json'))) {
      const workspace = new Workspace(readState(join(this.#folder, file)));
      this.#workspaces.set(workspace.state.key, workspace);
      made(workspace);
    }
  }

  all(): readonly Workspace[] {
    return [...this.#workspaces.values()];
  }

  byTeam(teamId: string): Workspace | undefined {
    return this.all().find((workspace) => workspace.teamId === teamId);
  }

  /** The workspace of the tokens `xoxb-KEY` and `xapp-KEY`; a first use makes it, with example people and channels. */
  byKey(key: string): Workspace {
    const existing = this.#workspaces.get(key);
    if (existing !== undefined) return existing;
    const workspace = Workspace.create(key, WorkspaceSetupSchema.parse({}));
    this.#workspaces.set(key, workspace);
    this.#made(workspace);
    return workspace;
  }

  commit(workspace: Workspace): Promise<void> {
    const key = workspace.state.key;
    // Asked first: between the end of a write and the start of the next one, none is under way.
    const already = this.#waiting.get(key);
    if (already !== undefined) return already;
    const writing = this.#writing.get(key);
    if (writing === undefined) return this.#write(workspace);
    const next = writing
      .then(
        () => undefined,
        () => undefined,
      )
      .then(() => {
        this.#waiting.delete(key);
        return this.#write(workspace);
      });
    this.#waiting.set(key, next);
    return next;
  }

  async close(): Promise<void> {
    await Promise.all(this.all().map((workspace) => this.commit(workspace)));
  }

  #write(workspace: Workspace): Promise<void> {
    const key = workspace.state.key;
    const file = join(this.#folder, `${workspace.teamId}.json`);
    const text = JSON.stringify(workspace.state);
    const done = (async () => {
      const handle = await open(`${file}.new`, 'w');
      try {
        await handle.writeFile(text);
      } finally {
        await handle.close();
      }
      await rename(`${file}.new`, file);
    })().finally(() => this.#writing.delete(key));
    this.#writing.set(key, done);
    return done;
  }
}

function readState(file: string): WorkspaceState {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as WorkspaceState;
  } catch (cause) {
    throw new Error(
      `The Slack sandbox cannot read ${file}. Its messages would be lost if it went on without. Repair the file, or delete it to start empty.`,
      { cause },
    );
  }
}
