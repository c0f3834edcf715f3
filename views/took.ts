import { formatDurationMs } from '../domain/duration-text.ts';

/** How long one thing took; under a second in milliseconds, where `0 s` would say nothing. */
export const tookText = (durationMs: number): string =>
  Math.abs(durationMs) < 1000 ? `${Math.round(durationMs)} ms` : formatDurationMs(durationMs);
