import { answerTo, askedItems } from '../../domain/review-view.ts';
import type { ReviewView } from '../../domain/review-view.ts';
import type { ReviewItem } from '../../domain/review.ts';
import type { RunProjection } from '../../domain/run-view.ts';
import { html } from '../html.ts';
import type { Html, HtmlPart } from '../html.ts';
import { answerText, bothSides, outcomeText, reassignedText } from '../review-text.ts';
import { code, none, section, table, tag } from './parts.ts';
import { stamp, wayText } from './words.ts';

/** The record of a documentation review: every document, fact, answer, person and time. Nothing for other runs. */
export function reviewSection({ review }: RunProjection): HtmlPart {
  if (review === undefined) return false;
  const asked = askedItems(review);
  return section(
    'review',
    'Documentation review',
    signed(review),
    documents(review),
    html`<h3>Facts and answers</h3>
      ${
        asked.length === 0
          ? none('Nobody was asked anything.')
          : table(
              ['Fact', 'Documented', 'Known', 'Compared', 'Answer', 'Who and when (UTC)'],
              asked.map((item) => factRow(review, item)),
            )
      }`,
    changes(review),
    people(review),
    review.links.length > 0 &&
      html`<h3>What the documents point to</h3>
        ${table(
          ['What', 'Where', 'Found', 'Detail'],
          review.links.map(({ kind, target, outcome, detail }) => [
            kind,
            target,
            tag(
              outcome === 'alive'
                ? { text: '✔ alive', tone: 'good' }
                : outcome === 'dead'
                  ? { text: '✖ dead', tone: 'bad' }
                  : { text: '– not known', tone: 'open' },
            ),
            detail,
          ]),
        )}`,
  );
}

const signed = ({ signedOff }: ReviewView): Html =>
  signedOff === undefined
    ? none('Nobody has signed this review off.')
    : html`<p>
          Signed off by <strong>${signedOff.by.name}</strong> (${signedOff.by.personId}) at
          ${stamp(signedOff.by.clickedAtMs)}, ${wayText(signedOff.by.via)}. Digest of the answers:
          ${code(signedOff.answersDigest)}
        </p>
        ${signedOff.flags.map(({ text }) => html`<p><strong>Remarkable:</strong> ${text}</p>`)}`;

const documents = ({ documents: read, missing }: ReviewView): Html =>
  html`<h3>Documents</h3>
    ${
      read.length === 0
        ? none('No document was read.')
        : table(
            ['Document', 'Version', 'Facts', 'Words', 'Read (UTC)'],
            read.map((one) => [
              // Its address and its hash are long, and would leave no room for columns.
              html`${one.title}<br /><small class="anywhere">${one.where}</small
                ><br />${code(one.hash)}${(one.problems ?? []).map((problem) => html`<br /><small>not read: ${problem}</small>`)}`,
              one.version ?? '',
              one.facts,
              one.words,
              stamp(one.readAtMs),
            ]),
          )
    }
    ${missing.map(({ where, what, next }) => html`<p>${tag({ text: '✖ missing', tone: 'bad' })} ${where}: ${what} ${next}</p>`)}`;

function factRow(review: ReviewView, item: ReviewItem): HtmlPart[] {
  const answer = answerTo(review, item);
  return [
    html`${item.label}${!item.required && html` <small>(not required)</small>`}`,
    html`<span class="anywhere">${item.stated ?? '–'}</span>`,
    html`<span class="anywhere">${item.known ?? '–'}</span
      >${item.knownFrom !== undefined && html` <small>(${item.knownFrom})</small>`}${item.why !== undefined && html`<br /><small>${item.why}</small>`}`,
    tag({
      text: outcomeText(item.outcome),
      tone: item.outcome === 'same' ? 'good' : item.outcome === 'different' ? 'bad' : 'open',
    }),
    answer === undefined
      ? 'not answered'
      : html`${answerText(answer.answer, item.outcome)}${answer.comment !== undefined && html`<br /><q>${answer.comment}</q>`}`,
    answer === undefined ? '' : html`${answer.by.name} <small>${stamp(answer.by.clickedAtMs)}</small>`,
  ];
}

function changes({ last }: ReviewView): HtmlPart {
  if (last === undefined) return false;
  return html`<h3>Against the last review</h3>
    <p>${code(last.runId)}</p>
    ${
      last.differences.length === 0
        ? none('Nothing has changed.')
        : table(
            ['Fact', 'Before', 'Now'],
            last.differences.map((one) =>
              one.change === 'changed'
                ? [one.label, bothSides(one.before), bothSides(one.now)]
                : [one.label, one.change === 'new' ? '–' : 'was there', one.change === 'new' ? 'new' : 'gone'],
            ),
          )
    }`;
}

function people({ asked, delegations, reassigned = [], reminders, voidSignOffs }: ReviewView): HtmlPart {
  if (asked === undefined) return false;
  const rows = [
    [stamp(asked.atMs), `${asked.champion.name} was asked`],
    ...delegations.map(({ atMs, by, to, note }) => [
      stamp(atMs),
      `${by.name} asked ${to.name}${note === undefined ? '' : `: ${note}`}`,
    ]),
    ...reassigned.map((one) => [stamp(one.atMs), reassignedText(one)]),
    ...reminders.map(({ atMs, roles, text }) => [stamp(atMs), `${roles.join(', ')}: ${text}`]),
    ...voidSignOffs.map(({ atMs, by, text }) => [stamp(atMs), `The sign-off of ${by.name} did not count: ${text}`]),
  ];
  return html`<h3>Who was asked</h3>
    ${table(['UTC', 'What'], rows)}`;
}
