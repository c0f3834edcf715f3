import { openGateOf } from '../../domain/run-projection.ts';
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
  /** People are being asked, and nobody has answered. */
  | { readonly kind: 'asked' }
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
    case 'asked':
      return 'gate open';
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
    case 'asked':
      return await sooner(over, async () => {
        const run = await seenRun(installation, runId);
        return run !== undefined && openGateOf(run.projection) !== undefined;
      });
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
