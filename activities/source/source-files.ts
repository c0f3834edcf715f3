import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { readLog } from './append-log.ts';

/** One sentinel that the database acknowledged. Times are milliseconds UTC. */
export const AcknowledgedSchema = z.strictObject({
  counter: z.int().positive(),
  /** The database's clock, in the row itself. */
  databaseTimeMs: z.number(),
  /** The writer's clock when the acknowledgement came. */
  acknowledgedMs: z.number(),
  /** Database clock minus writer clock, by the midpoint of the round trip. */
  skewMs: z.number(),
  /** Interval at that time, so that a reader knows what "silent" means. */
  everyMs: z.number().positive(),
});
export type Acknowledged = z.infer<typeof AcknowledgedSchema>;

export const BaselineSchema = z.strictObject({
  resource: z.string(),
  takenAtMs: z.number(),
  engineVersion: z.string(),
  schemaHash: z.string(),
  schemaObjects: z.record(z.string(), z.string()).exactOptional(),
  rowCounts: z.record(z.string(), z.number()),
  checksums: z.record(z.string(), z.string()),
});

/** What the loops did last, for people and preflight; rewritten at every turn, never the source of a measurement. */
const LoopStatusSchema = z.strictObject({
  sentinelEveryMs: z.number().positive(),
  /** False when the catalog declares no sentinel for this resource. */
  sentinelDeclared: z.boolean(),
  sentinelProblem: z.string().exactOptional(),
  baselineProblem: z.string().exactOptional(),
  updatedMs: z.number(),
});
export type LoopStatus = z.infer<typeof LoopStatusSchema>;

/** The files of one resource below the data folder. */
export function sourceFiles(dataDir: string, service: string, resource: string) {
  const folder = path.join(dataDir, service, resource);
  const sentinels = path.join(folder, 'sentinels.jsonl');
  const baselines = path.join(folder, 'baselines.jsonl');
  const status = path.join(folder, 'status.json');
  return {
    sentinels,
    baselines,
    status,
    readSentinels: () => readLog(sentinels, AcknowledgedSchema),
    readBaselines: () => readLog(baselines, BaselineSchema),
    readStatus: async (): Promise<LoopStatus | undefined> => {
      try {
        return LoopStatusSchema.parse(JSON.parse(await readFile(status, 'utf8')));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
    },
  };
}
