import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { World } from '../engine/world.ts';

const historiesFolder = join(import.meta.dirname, 'histories');

export interface Recorded {
  readonly name: string;
  /** Part of what a run derives its names from. */
  readonly workflowId: string;
  readonly history: ReturnType<typeof historyFromJSON>;
}

/** Every recorded history, by its file's name. */
export async function recordedHistories(): Promise<readonly Recorded[]> {
  const files = (await readdir(historiesFolder)).filter((file) => file.endsWith('.json')).toSorted();
  return await Promise.all(
    files.map(async (file) => {
      const { workflowId, history } = JSON.parse(await readFile(join(historiesFolder, file), 'utf8')) as {
        workflowId: string;
        history: unknown;
      };
      return { name: file.replace('.json', ''), workflowId, history: historyFromJSON(history) };
    }),
  );
}

/** Keeps the newest look at people. */
export async function keepNewestLook(
  { temporal, config }: Pick<World, 'temporal' | 'config'>,
  name: string,
): Promise<void> {
  const { info } = await temporal.schedule.getHandle(`${config.taskQueuePrefix}people-check`).describe();
  await keepHistory(temporal, name, info.recentActions.at(-1)?.action.workflow.workflowId ?? '');
}

/** Keeps a workflow's history as it is now, under a name. */
export async function keepHistory(temporal: Client, name: string, workflowId: string): Promise<void> {
  const history = await temporal.workflow.getHandle(workflowId).fetchHistory();
  const json: unknown = historyToJSON(history);
  await writeFile(
    join(historiesFolder, `${name}.json`),
    `${JSON.stringify({ workflowId, history: typeof json === 'string' ? JSON.parse(json) : json })}\n`,
  );
  console.error(`${name}: ${history.events?.length ?? 0} events`);
}
