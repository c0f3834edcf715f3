export type { LoopEvent } from './loop-status.ts';
export { createSourceActivities } from './source-activities.ts';
export { startSourceLoops } from './source-loops.ts';
export type { SourceLoops, SourceLoopsOptions, SourceResource } from './source-loops.ts';
export { measuresOf } from './take-baseline.ts';
