import { z } from 'zod';
import { DurationSchema, LabelSchema, MomentSchema } from '../../catalog/scalars.ts';

/** One line of an incident's timeline. */
export interface IncidentEvent {
  /** Milliseconds after the first event. */
  readonly afterMs: number;
  readonly what: string;
  /** What people did, or should have done. */
  readonly did?: string;
}

/** An incident of the past, however it was written down. */
export interface Incident {
  readonly title: string;
  readonly summary?: string;
  readonly timeline: readonly IncidentEvent[];
  /** From the first event to when somebody knew. */
  readonly detectedAfterMs?: number;
  readonly lessons: readonly string[];
}

const EventSchema = z
  .strictObject({
    /** A moment, or the time since the impact. */
    at: z.union([MomentSchema, DurationSchema, z.literal('0m').transform(() => 0)], {
      error: 'a moment such as 2026-03-01T02:14:00Z, or the time since it began, such as 0m or 1h20m',
    }),
    what: LabelSchema,
    did: LabelSchema.exactOptional(),
  })
  .transform(({ at, ...rest }) => ({ atMs: at, ...rest }));

/** An incident as a YAML file. */
export const IncidentSchema = z
  .strictObject(
    {
      title: LabelSchema,
      summary: LabelSchema.exactOptional(),
      /** Time from its beginning until somebody knew. */
      detectedAfter: DurationSchema.exactOptional(),
      timeline: z.array(EventSchema, { error: 'a list of events' }).min(1, { error: 'at least one event' }),
      lessons: z.array(LabelSchema, { error: 'a list of texts' }).default([]),
    },
    { error: (issue) => (issue.code === 'invalid_type' ? 'an incident: title, timeline, lessons' : undefined) },
  )
  .transform(({ detectedAfter, timeline, ...rest }): Incident => ({
    ...rest,
    ...(detectedAfter === undefined ? {} : { detectedAfterMs: detectedAfter }),
    timeline: fromFirst(timeline),
  }));

/** Sorted, and counted from the first. */
export function fromFirst<Event extends { readonly atMs: number }>(
  events: readonly Event[],
): readonly (Omit<Event, 'atMs'> & { readonly afterMs: number })[] {
  const sorted = events.toSorted((a, b) => a.atMs - b.atMs);
  const first = sorted[0]?.atMs ?? 0;
  return sorted.map(({ atMs, ...rest }) => ({ ...rest, afterMs: atMs - first }));
}
