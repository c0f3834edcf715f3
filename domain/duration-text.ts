import type { Measured } from './time.ts';

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/**
 * A duration for people: `12 min 04 s`, `3 h 02 min`, `2 d 05 h`, `4.2 s`, `59 s`, `6 h`. Two units at most, the second
 * one dropped when it is zero, cut and never rounded up, so that nothing looks longer than it was; under 10 s with one
 * decimal when it is not whole. Negative durations begin with `-`.
 */
export function formatDurationMs(durationMs: number): string {
  if (durationMs < 0) return `-${formatDurationMs(-durationMs)}`;
  if (durationMs < 10 * secondMs) return `${Math.floor(durationMs / 100) / 10} s`;
  if (durationMs < minuteMs) return `${Math.floor(durationMs / secondMs)} s`;
  if (durationMs < hourMs) return twoUnits(durationMs, minuteMs, 'min', secondMs, 's');
  if (durationMs < dayMs) return twoUnits(durationMs, hourMs, 'h', minuteMs, 'min');
  return twoUnits(durationMs, dayMs, 'd', hourMs, 'h');
}

/** A measured duration: `59 s`, `11–21 s` or `4 s – 1 min 02 s` when known within bounds, `not measured`. */
export function formatMeasured(measured: Measured): string {
  if (measured === 'not-measured') return 'not measured';
  const low = formatDurationMs(measured.lowMs);
  const high = formatDurationMs(measured.highMs);
  if (low === high) return high;
  const oneUnit = /^([\d.]+) s$/;
  const lowSeconds = oneUnit.exec(low)?.[1];
  return lowSeconds !== undefined && oneUnit.test(high) ? `${lowSeconds}–${high}` : `${low} – ${high}`;
}

function twoUnits(durationMs: number, bigMs: number, big: string, smallMs: number, small: string): string {
  const rest = Math.floor((durationMs % bigMs) / smallMs);
  const whole = `${Math.floor(durationMs / bigMs)} ${big}`;
  return rest === 0 ? whole : `${whole} ${String(rest).padStart(2, '0')} ${small}`;
}
