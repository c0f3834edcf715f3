/** One thing that is measured: starts what it needs, and ends it. */
export interface Measure {
  /** As typed: `npm run bench -- click`. */
  readonly name: string;
  /** What is measured, in one sentence. */
  readonly what: string;
  run(context: MeasureContext): Promise<readonly Figure[]>;
}

export interface MeasureContext {
  /** Ends the measure: Ctrl-C. */
  readonly signal: AbortSignal;
  /** Told what goes on; goes to stderr. */
  readonly tell: (text: string) => void;
}

/** One number, with what it should be. */
export interface Figure {
  /** Short, the same in every run, so that runs can be compared: `makespan over critical path, 20 parallel`. */
  readonly name: string;
  readonly value: number;
  /** `ms`, `s`, `MB`, `events`, `calls/run`, `runs/min`, `×`. */
  readonly unit: string;
  readonly goal?: Goal;
  /** What belongs to the number: how many samples, what they were. */
  readonly note?: string;
}

/** What the value should be. `below` is for figures that are compared with another one of the same run. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number } | { readonly below: number };

export function meets({ value, goal }: Figure): boolean | undefined {
  if (goal === undefined) return undefined;
  if ('atMost' in goal) return value <= goal.atMost;
  if ('atLeast' in goal) return value >= goal.atLeast;
  return value < goal.below;
}

/** Middle of the values; the mean of the two middle ones when their number is even. NaN when there is none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Linear between the neighbours; `share` from 0 to 1. NaN when there is no value. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  if (low === undefined || high === undefined) return Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}
