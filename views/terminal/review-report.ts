import { answerTo, askedItems, progressOf } from '../../domain/review-view.ts';
import type { ReviewView } from '../../domain/review-view.ts';
import type { ReviewItem } from '../../domain/review.ts';
import { answerText, bothSides, outcomeText, reassignedText } from '../review-text.ts';
import { utcWhen } from '../text.ts';
import { padTo } from './paint.ts';
import type { Paint } from './paint.ts';

/** A titled part of a report. */
export interface ReportPart {
  readonly title: string;
  readonly lines: readonly string[];
}

/** What people are asked, numbered as the command line takes it, with the answers so far. */
export function reviewChecklist(view: ReviewView, paint: Paint): readonly string[] {
  return askedItems(view).flatMap((item, index) => {
    const answer = answerTo(view, item);
    const sign = outcomeText(item.outcome);
    const mark =
      item.outcome === 'same' ? paint.good(sign) : item.outcome === 'different' ? paint.bad(sign) : paint.warn(sign);
    const given =
      answer === undefined
        ? paint.bold('not answered')
        : `${answerText(answer.answer, item.outcome)}, ${answer.by.name}${answer.comment === undefined ? '' : `: ${answer.comment}`}`;
    return [
      `${String(index + 1).padStart(3)}  ${padTo(mark, 15)}  ${item.label}${item.required ? '' : ' (not required)'}`,
      `     ${bothSides(item)}${item.why === undefined ? '' : ` (${item.why})`}`,
      `     → ${given}`,
    ];
  });
}

/** `17 of 20 answered, 2 wrong`, and who signed. */
export function reviewStanding(view: ReviewView, atMs: number): string {
  const { answered, toAnswer, wrong } = progressOf(view);
  const soFar = `${answered} of ${toAnswer} answered${wrong === 0 ? '' : `, ${wrong} wrong`}`;
  const { signedOff, asked } = view;
  if (signedOff !== undefined)
    return `Signed off by ${signedOff.by.name}, ${utcWhen(signedOff.by.clickedAtMs, atMs)}; ${soFar}`;
  if (asked === undefined) return 'Nobody has been asked yet.';
  return `${soFar}; due ${utcWhen(asked.dueAtMs, atMs)}`;
}

/** A review in full, for a report; parts that have nothing to say are left out. */
export function reviewReport(view: ReviewView, paint: Paint): readonly ReportPart[] {
  const items = askedItems(view);
  const notAsked = view.items.filter((item) => !items.includes(item));
  const parts: readonly ReportPart[] = [
    {
      title: 'Documents',
      lines: [
        ...view.documents.flatMap(({ title, where, version, hash, facts, words, problems = [] }) => [
          `“${title}”  ${where}${version === undefined ? '' : `, version ${version}`}, ${facts} facts, ${words} words`,
          `  sha256 ${hash}`,
          ...problems.map((problem) => `  ${paint.warn('not read')}  ${problem}`),
        ]),
        ...view.missing.map(({ where, what, next }) => `${paint.bad('✖')} ${where}: ${what} ${next}`),
      ],
    },
    { title: 'Facts', lines: reviewChecklist(view, paint) },
    { title: 'Facts that nobody was asked about', lines: notAsked.map((item) => `${item.label}: ${bothSides(item)}`) },
    { title: 'Not as in the last review', lines: changes(view) },
    {
      title: 'Links',
      lines: view.links
        .filter(({ outcome }) => outcome !== 'alive')
        .map(
          ({ kind, target, outcome, detail }) =>
            `${outcome === 'dead' ? paint.bad('✖ dead') : '? not known'}  ${kind} ${target}: ${detail}`,
        ),
    },
    {
      title: 'Who was asked',
      lines: [
        ...(view.asked === undefined ? [] : [`${view.asked.champion.name}, ${stamp(view.asked.atMs)}`]),
        ...view.delegations.map(
          ({ by, to, note, atMs }) =>
            `${stamp(atMs)}  ${by.name} asked ${to.name}${note === undefined ? '' : `: ${note}`}`,
        ),
        ...(view.reassigned ?? []).map((one) => `${stamp(one.atMs)}  ${reassignedText(one)}`),
        ...view.reminders.map(({ atMs, text, roles }) => `${stamp(atMs)}  ${roles.join(', ')}: ${text}`),
        ...view.voidSignOffs.map(
          ({ by, atMs, text }) => `${stamp(atMs)}  the sign-off of ${by.name} did not count: ${text}`,
        ),
        ...(view.signedOff === undefined
          ? []
          : [`${stamp(view.signedOff.by.clickedAtMs)}  signed off by ${view.signedOff.by.name}`]),
      ],
    },
    {
      title: 'Remarkable about this sign-off',
      lines: (view.signedOff?.flags ?? []).map(({ text }) => `${paint.warn('!')} ${text}`),
    },
  ];
  return parts.filter(({ lines }) => lines.length > 0);
}

function changes({ last }: ReviewView): readonly string[] {
  if (last === undefined) return [];
  const lines = last.differences.map((one) => {
    if (one.change !== 'changed') return `${one.label}: ${one.change}`;
    const sides = (side: Pick<ReviewItem, 'stated' | 'known' | 'outcome'>): string =>
      `${bothSides(side)} (${side.outcome})`;
    return `${one.label}: was ${sides(one.before)}; is ${sides(one.now)}`;
  });
  return [`against ${last.runId}`, ...(lines.length === 0 ? ['nothing has changed'] : lines)];
}

const stamp = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19)}Z`;
