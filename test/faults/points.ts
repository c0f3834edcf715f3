import { boundaryText, untilBoundary } from './history.ts';
import type { Boundary } from './history.ts';
import type { Installation } from './installation.ts';
import { seenRun } from './subject.ts';
import type { Call, Subject } from './subject.ts';

/** A moment of a run at which harm is done, planned before the run starts. */
export type Point =
  /** An activity was asked for, or has answered. */
  | { readonly kind: 'boundary'; readonly boundary: Boundary }
  /** A changing call has had its effect, and its answer is on the way. */
  | { readonly kind: 'in flight'; readonly call: string }
  /** The run waits for people, in a state that its subject names. */
  | { readonly kind: 'state'; readonly state: string }
  /** So long after the start, milliseconds. */
  | { readonly kind: 'after'; readonly ms: number };

/** How long an answer is held so that a kill meets the call in flight, milliseconds. */
const heldMs = 4000;

export function pointText(point: Point): string {
  switch (point.kind) {
    case 'boundary':
      return boundaryText(point.boundary);
    case 'in flight':
      return `${point.call} in flight`;
    case 'state':
      return point.state;
    case 'after':
      return `${(point.ms / 1000).toFixed(1)} s after the start`;
  }
}

/**
 * Waits until a run is at its point.
 *
 * @param over - aborts when the run has ended: then the point was never reached
 * @returns whether the run was there
 */
export async function untilPoint(
  installation: Installation,
  { subject, runId }: { readonly subject: Subject; readonly runId: string },
  point: Point,
  over: AbortSignal,
): Promise<boolean> {
  switch (point.kind) {
    case 'boundary':
      return await untilBoundary(() => installation.witness.temporal, runId, point.boundary, over);
    case 'in flight':
      return await untilInFlight(
        installation,
        subject.calls(runId).find(({ name }) => name === point.call),
        over,
      );
    case 'state': {
      const state = subject.states.find(({ name }) => name === point.state);
      return await sooner(over, async () => {
        const run = await seenRun(installation, runId);
        return run !== undefined && state?.is(run.projection) === true;
      });
    }
    case 'after': {
      const atMs = Date.now() + point.ms;
      return await sooner(over, () => Promise.resolve(Date.now() >= atMs));
    }
  }
}

/** Holds the answer of the next such call back, and waits until it is made; a stand-in that was killed has forgotten it. */
async function untilInFlight(installation: Installation, call: Call | undefined, over: AbortSignal): Promise<boolean> {
  let made: (() => Promise<boolean>) | undefined;
  return await sooner(over, async () => {
    made ??= await call?.hold(installation, heldMs);
    return (await made?.()) ?? false;
  });
}

async function sooner(over: AbortSignal, so: () => Promise<boolean>): Promise<boolean> {
  while (!over.aborted) {
    try {
      if (await so()) return true;
    } catch {
      // What is asked is on its way back.
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}
