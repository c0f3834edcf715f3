export { createSourceActivities } from './source-activities.ts';
export { startSourceLoops } from './source-loops.ts';
export type { SourceLoops, SourceLoopsOptions, SourceResource } from './source-loops.ts';
