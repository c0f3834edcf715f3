import type { Baseline } from '../../domain/check.ts';
import type { SentinelReading, WriterKnowledge } from '../../domain/recovery.ts';

/** Queue `source`: in the production network, read-only but for our own sentinel table; answers from its own logs. */
export interface SourceActivities {
  /** The newest baseline at or before a moment; none means no claim about counts or schema. */
  baselineBefore(request: { service: string; resource: string; beforeMs: number }): Promise<{ baseline?: Baseline }>;
  /** What the writer knows around T0 and about the sentinel that was found. */
  writerKnowledge(request: {
    service: string;
    resource: string;
    t0Ms: number;
    found?: SentinelReading;
  }): Promise<WriterKnowledge>;
  /** Is the source process alive for this resource, and does its login work: for preflight. */
  sourceStatus(request: {
    service: string;
    resource: string;
  }): Promise<{ writing: boolean; lastAcknowledgedMs?: number; lastBaselineMs?: number; detail: string }>;
}
