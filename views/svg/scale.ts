/** Maps moments to horizontal positions. `breakAtPx` is where the past was squeezed, when it was. */
export interface TimeScale {
  readonly x: (atMs: number) => number;
  readonly breakAtPx?: number;
}

/** More of the drawing than this never belongs to what lies before the pivot. */
const pastShare = 0.2;

/**
 * A linear scale from `fromMs` to `toMs`. When what lies before the pivot (T0) would take more than a fifth of the width,
 * it is squeezed into that fifth, and the drawing has to say so: three hours of lost data beside one minute of restore.
 */
export function timeScale(span: {
  readonly fromMs: number;
  readonly toMs: number;
  readonly pivotMs?: number;
  readonly leftPx: number;
  readonly rightPx: number;
}): TimeScale {
  const { fromMs, leftPx, rightPx } = span;
  const toMs = Math.max(span.toMs, fromMs + 1);
  const pivotMs = span.pivotMs ?? fromMs;
  const linear = (a: number, b: number, left: number, right: number) => (atMs: number) =>
    b === a ? left : left + ((Math.min(Math.max(atMs, a), b) - a) / (b - a)) * (right - left);
  if (pivotMs <= fromMs || pivotMs >= toMs || (pivotMs - fromMs) / (toMs - fromMs) <= pastShare) {
    return { x: linear(fromMs, toMs, leftPx, rightPx) };
  }
  const pivotPx = leftPx + (rightPx - leftPx) * pastShare;
  const before = linear(fromMs, pivotMs, leftPx, pivotPx);
  const after = linear(pivotMs, toMs, pivotPx, rightPx);
  return { x: (atMs) => (atMs < pivotMs ? before(atMs) : after(atMs)), breakAtPx: (leftPx + pivotPx) / 2 };
}
