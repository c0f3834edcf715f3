import { fromFirst } from './incident.ts';
import type { Incident } from './incident.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** `2026-03-01 02:14`, `2026-03-01T02:14:05Z`, `02:14`, with UTC, brackets or stars around it, then what happened. */
const timed =
  /^(?:[-*+]\s+|\|\s*|\d+\.\s+)?[*_`[(]*(?:(\d{4}-\d{2}-\d{2})[ T])?(\d{1,2}):(\d{2})(?::\d{2})?(?:\s*(?:Z|UTC))?[*_`\])]*\s*(?:[-–—:|]+\s*)?(\S.*)$/;
const bullet = /^(?:[-*+]|\d+\.)\s+(?:\[[ xX]\]\s+)?(\S.*)$/;
const lessonHeading = /lesson|learn|went wrong|went badly|action|follow.?up|improve|remediat/i;
const summaryHeading = /summary|overview|abstract|impact/i;

/**
 * An incident from a Markdown page, by plain rules: the first heading is its title; every line that begins with a time
 * (in a list, a table or a paragraph) is an event; points under headings such as "Lessons learned" or "Action items" are
 * its lessons. A time without a date that is earlier than the one before is of the next day. Nothing when there is no event.
 */
export function incidentOfMarkdown(text: string): Incident | undefined {
  const events: { atMs: number; what: string }[] = [];
  const lessons: string[] = [];
  const summary: string[] = [];
  let title = '';
  let heading = '';
  let dayStartMs = 0;
  for (const line of text.split(/\r?\n/).map((one) => one.trim())) {
    const head = /^#{1,6}\s+(.*\S)/.exec(line)?.[1];
    const event = timed.exec(line);
    if (head !== undefined) {
      heading = head;
      if (title === '') title = head;
    } else if (event !== null) {
      const [, date, hours, minutes, what = ''] = event;
      if (date !== undefined) dayStartMs = Date.parse(`${date}T00:00:00Z`);
      const ofDayMs = (Number(hours) * 60 + Number(minutes)) * minuteMs;
      const before = events.at(-1)?.atMs ?? -Infinity;
      while (date === undefined && dayStartMs + ofDayMs < before) dayStartMs += dayMs;
      events.push({ atMs: dayStartMs + ofDayMs, what: withoutTable(what) });
    } else if (lessonHeading.test(heading)) {
      const lesson = bullet.exec(line)?.[1];
      if (lesson !== undefined) lessons.push(lesson);
    } else if (summaryHeading.test(heading) && line !== '') summary.push(line);
  }
  if (events.length === 0) return undefined;
  return {
    title: title === '' ? 'An incident' : title,
    ...(summary.length === 0 ? {} : { summary: summary.join(' ') }),
    timeline: fromFirst(events),
    lessons,
  };
}

/** `what | who |` of a table's row becomes `what; who`. */
const withoutTable = (text: string): string =>
  text
    .split(/\s*\|\s*/)
    .filter((cell) => cell !== '')
    .join('; ');
