import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { MessageLog } from './message-log.ts';
import { WorkspaceSetupSchema } from './model.ts';
import type { Message } from './model.ts';
import { Workspace } from './workspace.ts';
import type { Happening, WorkspaceState } from './state.ts';

/** A workspace, and what of its messages is not in its log yet. */
interface Kept {
  readonly workspace: Workspace;
  readonly log: MessageLog;
  readonly changed: Set<Message>;
  /** The list that the log was written from: `reset` begins another one. */
  logged: readonly Message[];
}

/**
 * All workspaces of one sandbox, each in its own JSON file, replaced in one move, with its messages in a log beside it: they
 * are most of it, and a run says thirty things.
 *
 * `commit` resolves when the files contain the state of that moment; commits that arrive while a write
 * is under way share the next one. So a reply that was sent after `commit` survives a kill -9.
 */
export class WorkspaceStore {
  readonly #folder: string;
  readonly #workspaces = new Map<string, Kept>();
  readonly #writing = new Map<string, Promise<void>>();
  readonly #waiting = new Map<string, Promise<void>>();

  readonly #made: (workspace: Workspace) => void;

  /** @param made - told of every workspace, those found in the folder and those made later */
  constructor(dataDir: string, made: (workspace: Workspace) => void = () => undefined) {
    this.#made = made;
    this.#folder = join(dataDir, 'workspaces');
    mkdirSync(this.#folder, { recursive: true });
    for (const file of readdirSync(this.#folder).filter((name) => name.endsWith('.json'))) {
      this.#keep(new Workspace(readState(join(this.#folder, file))));
    }
  }

  all(): readonly Workspace[] {
    return [...this.#workspaces.values()].map(({ workspace }) => workspace);
  }

  byTeam(teamId: string): Workspace | undefined {
    return this.all().find((workspace) => workspace.teamId === teamId);
  }

  /** The workspace of the tokens `xoxb-KEY` and `xapp-KEY`; a first use makes it, with example people and channels. */
  byKey(key: string): Workspace {
    const existing = this.#workspaces.get(key);
    if (existing !== undefined) return existing.workspace;
    return this.#keep(Workspace.create(key, WorkspaceSetupSchema.parse({})));
  }

  #keep(workspace: Workspace): Workspace {
    const { key } = workspace.state;
    const log = new MessageLog(join(this.#folder, `${workspace.teamId}.messages.jsonl`));
    // Those of an earlier version stand in the JSON file; written with their next change.
    workspace.state.messages = log.read(workspace.state.messages);
    const changed = new Set<Message>();
    workspace.events.on('happened', (happening: Happening) => {
      if ('message' in happening) changed.add(happening.message);
    });
    this.#workspaces.set(key, { workspace, log, changed, logged: workspace.state.messages });
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
    const text = JSON.stringify({ ...workspace.state, messages: [] });
    const done = (async () => {
      // First what was said: a later state without it would have lost it.
      await this.#writeMessages(workspace);
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

  async #writeMessages(workspace: Workspace): Promise<void> {
    const kept = this.#workspaces.get(workspace.state.key);
    if (kept === undefined) throw new Error(`This store does not keep workspace ${workspace.state.key}.`);
    const { log, changed } = kept;
    const { messages } = workspace.state;
    const wasReset = messages !== kept.logged;
    kept.logged = messages;
    const owed = [...changed];
    changed.clear();
    try {
      await (wasReset ? log.replace(messages) : log.append(owed));
    } catch (error) {
      // Nobody knows how much of it is in the file: the next write makes it anew.
      kept.logged = [];
      throw error;
    }
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
