/**
 * Text of any length in parts of at most `max` characters: broken between lines, else between words, never inside a
 * mention, date, link, entity (`&amp;`) or emoji.
 */
export function breakText(text: string, max: number): readonly string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > max) {
    const end = breakWithin(rest, max);
    parts.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return [...parts, rest];
}

function breakWithin(text: string, max: number): number {
  const whole = withoutHalves(text.slice(0, max));
  const half = max / 2;
  const [line, word] = [whole.lastIndexOf('\n'), whole.lastIndexOf(' ')];
  const end = withoutHalves(whole.slice(0, line > half ? line : word > half ? word : whole.length)).length;
  // One link longer than a part: nothing can save it.
  return end > 0 ? end : max;
}

/** What was cut through at the end goes to the next part. */
const withoutHalves = (text: string): string =>
  text
    .replace(/[\uD800-\uDBFF]$/, '')
    .replace(/<[^<>]*$/, '')
    .replace(/&[a-z]{0,4}$/, '');
