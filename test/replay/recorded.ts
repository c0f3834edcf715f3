import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';

export const historiesFolder = join(import.meta.dirname, 'histories');

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
