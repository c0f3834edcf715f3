/** How text is emphasised; a colour never carries a meaning alone. */
export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

const plain = (text: string): string => text;

/** For pipes, files and whoever set NO_COLOR. */
export const noPaint: Paint = { good: plain, bad: plain, warn: plain, dim: plain, bold: plain };

const ansi =
  (on: number, off: number) =>
  (text: string): string =>
    text === '' ? '' : `\u001B[${on}m${text}\u001B[${off}m`;

/** For terminals. */
export const ansiPaint: Paint = {
  good: ansi(32, 39),
  bad: ansi(31, 39),
  warn: ansi(33, 39),
  dim: ansi(2, 22),
  bold: ansi(1, 22),
};

/** Signs that take two columns: emoji and East Asian wide characters. */
const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/u;

// eslint-disable-next-line no-control-regex
const colours = /\u001B\[[\d;]*m/g;
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns that a text takes in a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text.replaceAll(colours, ''))) width += wide.test(segment) ? 2 : 1;
  return width;
}

/** Fills with spaces up to `columns`; a longer text stays as it is. */
export const padTo = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - widthOf(text)));

/** Cuts a text without colours to `columns`, with `…` where something is missing. */
export function cutTo(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let result = '';
  for (const { segment } of segmenter.segment(text)) {
    if (widthOf(result) + widthOf(segment) > columns - 1) break;
    result += segment;
  }
  return `${result.trimEnd()}…`;
}

/** Breaks a text without colours at spaces into lines of at most `columns`; a longer word stays whole. */
export function wrapTo(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    if (line === '') line = word;
    else if (widthOf(line) + 1 + widthOf(word) <= columns) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return line === '' ? lines : [...lines, line];
}
