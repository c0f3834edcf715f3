import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { timeScale } from './scale.ts';

/** What a bar stands for; each has its own pattern and its own words beside it, never a colour alone. */
export type BarKind = 'clock' | 'lost' | 'waiting' | 'work' | 'running' | 'failed';

/** A named moment, as a line through the whole drawing; a span when it is known only within bounds. */
export interface TimelineMark {
  readonly key: string;
  readonly lowMs: number;
  readonly highMs: number;
}

export interface TimelineBar {
  readonly label: string;
  readonly kind: BarKind;
  readonly startMs: number;
  readonly endMs: number;
  /** What stands beside the bar: its duration, and a word when it failed. */
  readonly text: string;
}

/** A horizontal timeline: moments as lines, one bar per row below them. */
export interface Timeline {
  /** For people who hear the page instead of seeing it. */
  readonly title: string;
  readonly marks: readonly TimelineMark[];
  readonly bars: readonly TimelineBar[];
  /** What lies before it may be squeezed: T0. */
  readonly pivotMs?: number;
}

const rowPx = 24;
const rowWithLabelPx = 38;
const barPx = 12;
const markLevelPx = 15;
/** About one letter of the drawing's font, to see whether texts fit. */
const letterPx = 6.4;

/**
 * Draws a timeline at a fixed width. Below 560 px the labels stand above their bars, so that it can be read on a phone.
 *
 * @param idPrefix - makes the ids of patterns unique when two drawings share a page
 */
export function timelineSvg(timeline: Timeline, size: { readonly widthPx: number; readonly idPrefix: string }): Html {
  const { marks, bars } = timeline;
  const { widthPx, idPrefix } = size;
  const narrow = widthPx < 560;
  const leftPx = narrow ? 12 : 218;
  const rightPx = widthPx - (narrow ? 14 : 76);
  const times = [
    ...marks.flatMap((mark) => [mark.lowMs, mark.highMs]),
    ...bars.flatMap((bar) => [bar.startMs, bar.endMs]),
  ];
  if (times.length === 0) return html``;
  const scale = timeScale({
    fromMs: Math.min(...times),
    toMs: Math.max(...times),
    leftPx,
    rightPx,
    ...(timeline.pivotMs === undefined ? {} : { pivotMs: timeline.pivotMs }),
  });
  const placed = placeMarks(marks, scale.x);
  const levels = Math.max(0, ...placed.map((mark) => mark.level)) + 1;
  const headPx = marks.length === 0 ? 8 : levels * markLevelPx + 8;
  const everyPx = narrow ? rowWithLabelPx : rowPx;
  const heightPx = headPx + bars.length * everyPx + 8;

  const markLines = placed.map(({ mark, level, atPx }) => {
    const fromPx = scale.x(mark.lowMs);
    const textPx = (level + 1) * markLevelPx - 3;
    return html`<g>
      ${atPx - fromPx > 1 && html`<rect x="${n(fromPx)}" y="${n(textPx + 3)}" width="${n(atPx - fromPx)}" height="${n(heightPx - textPx - 7)}" class="tl-span" />`}
      <line x1="${n(atPx)}" x2="${n(atPx)}" y1="${n(textPx + 3)}" y2="${n(heightPx - 4)}" class="tl-mark" />
      <text x="${n(atPx)}" y="${n(textPx)}" text-anchor="middle" class="tl-key">${mark.key}</text>
    </g>`;
  });
  const cutPx = scale.breakAtPx;
  const rows = bars.map((bar, index) => {
    const topPx = headPx + index * everyPx;
    const yPx = narrow ? topPx + 20 : topPx + (rowPx - barPx) / 2;
    const x1 = scale.x(bar.startMs);
    const x2 = Math.max(x1 + 2, scale.x(bar.endMs));
    return html`<g>
      <title>${bar.label}: ${bar.text}</title>
      <text
        x="${narrow ? leftPx : leftPx - 10}"
        y="${n(narrow ? topPx + 14 : topPx + 16)}"
        text-anchor="${narrow ? 'start' : 'end'}"
        class="tl-label"
        >${bar.label}${narrow && ` · ${bar.text}`}</text
      >
      <rect
        x="${n(x1)}"
        y="${n(yPx)}"
        width="${n(x2 - x1)}"
        height="${barPx}"
        rx="2"
        class="tl-${bar.kind}"
        ${bar.kind === 'waiting' && html`fill="url(#${idPrefix}-hatch)"`}
      />
      ${cutPx !== undefined && x1 < cutPx && x2 > cutPx && cutMark(cutPx, yPx)}
      ${!narrow && textBeside(bar, x1, x2, topPx + 16, widthPx)}
    </g>`;
  });

  return html`<svg
    class="timeline"
    viewBox="0 0 ${widthPx} ${n(heightPx)}"
    width="${widthPx}"
    height="${n(heightPx)}"
    role="img"
    aria-label="${timeline.title}"
    xmlns="http://www.w3.org/2000/svg"
  >
    <title>${timeline.title}</title>
    <defs>
      <pattern id="${idPrefix}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="6" height="6" fill="#fff" />
        <line x1="0" y1="0" x2="0" y2="6" stroke="#6b4fa0" stroke-width="4" />
      </pattern>
    </defs>
    ${bars.map((_, index) => index % 2 === 0 && html`<rect x="0" y="${n(headPx + index * everyPx)}" width="${widthPx}" height="${everyPx}" class="tl-stripe" />`)}
    ${markLines}${rows}
  </svg>`;
}

/** Styles of the drawing; the page that holds it puts them into its own. */
export const timelineCss = `
.timeline{display:block;max-width:100%;height:auto;font:12px/1 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
.tl-stripe{fill:#f6f7f9}.tl-mark{stroke:#3d4654;stroke-width:1;stroke-dasharray:2 3}.tl-span{fill:#3d4654;opacity:.1}
.tl-key{font-weight:700;fill:#1d2530}.tl-label{fill:#1d2530}.tl-text{fill:#3d4654}.tl-text,.tl-label{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-opacity:.8}
.tl-clock{fill:#1d2530}.tl-lost{fill:#c77700}.tl-work{fill:#2f6fb3}.tl-failed{fill:#b3261e}.tl-running{fill:#8fb4db}.tl-waiting{stroke:#6b4fa0}
.tl-cut{fill:#fff}.tl-cut-edge{stroke:#3d4654;stroke-width:1;fill:none}`;

/** Keys that would run into each other stand on different levels; at most four, then they share. */
function placeMarks(
  marks: readonly TimelineMark[],
  x: (atMs: number) => number,
): { mark: TimelineMark; level: number; atPx: number }[] {
  const takenUntilPx: number[] = [];
  return marks
    .toSorted((a, b) => a.highMs - b.highMs)
    .map((mark) => {
      const atPx = x(mark.highMs);
      const halfPx = (mark.key.length * letterPx) / 2 + 4;
      const free = takenUntilPx.findIndex((untilPx) => untilPx <= atPx - halfPx);
      const level = free === -1 ? Math.min(takenUntilPx.length, 3) : free;
      takenUntilPx[level] = atPx + halfPx;
      return { mark, level, atPx };
    });
}

/** Right of its bar, left of it when there is no room. */
function textBeside(bar: TimelineBar, x1: number, x2: number, yPx: number, widthPx: number): Html {
  const needsPx = bar.text.length * letterPx + 8;
  return x2 + needsPx <= widthPx
    ? html`<text x="${n(x2 + 6)}" y="${n(yPx)}" class="tl-text">${bar.text}</text>`
    : html`<text x="${n(x1 - 6)}" y="${n(yPx)}" text-anchor="end" class="tl-text">${bar.text}</text>`;
}

/** A slanted cut through a bar: time is squeezed here. */
const cutMark = (atPx: number, topPx: number): Html =>
  html`<g>
    <title>time is squeezed here</title>
    <polygon
      points="${n(atPx - 1)},${n(topPx - 3)} ${n(atPx + 7)},${n(topPx - 3)} ${n(atPx + 1)},${n(topPx + barPx + 3)} ${n(atPx - 7)},${n(topPx + barPx + 3)}"
      class="tl-cut"
    />
    <path
      d="M${n(atPx - 1)} ${n(topPx - 3)}L${n(atPx - 7)} ${n(topPx + barPx + 3)}M${n(atPx + 7)} ${n(topPx - 3)}L${n(atPx + 1)} ${n(topPx + barPx + 3)}"
      class="tl-cut-edge"
    />
  </g>`;

/** Half a pixel is exact enough, and keeps the page small. */
const n = (px: number): string => String(Math.round(px * 2) / 2);
