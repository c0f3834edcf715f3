import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { test } from 'vitest';
import { createWorld } from '../engine/world.ts';
import type { World, WorldOptions } from '../engine/world.ts';
import { historiesFolder } from './recorded.ts';

/**
 * Records histories in a world of their own. Recording is an act, not a check: it happens only when somebody asks for it.
 *
 * @param what - which histories, as a sentence
 */
export function recording(what: string, options: WorldOptions, record: (world: World) => Promise<void>): void {
  test.runIf(process.env['RECORD_HISTORIES'] === '1')(what, { timeout: 240_000 }, async () => {
    const world = await createWorld(options);
    try {
      await record(world);
    } finally {
      await world.close();
    }
  });
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
