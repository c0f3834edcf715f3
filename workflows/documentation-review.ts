import { condition, isCancellation, patched } from '@temporalio/workflow';
import type { ActAnswer, ActBy } from '../domain/act.ts';
import { compareFacts, diffAgainstLast } from '../domain/compare-facts.ts';
import type { KnownFact } from '../domain/document.ts';
import { formatDurationMs } from '../domain/duration-text.ts';
import { FiredrillError } from '../domain/errors.ts';
import { gateAgenda } from '../domain/gate-policy.ts';
import type { Role } from '../domain/gate.ts';
import { wholeService } from '../domain/modes.ts';
import { standsInText } from '../domain/people-check.ts';
import { applyReviewAct, asReviewAct, objectionToReviewAct } from '../domain/review-acts.ts';
import type { ReviewAct } from '../domain/review-acts.ts';
import type { ReviewEvent } from '../domain/review-events.ts';
import { reviewFlags } from '../domain/review-flags.ts';
import { judgeReview } from '../domain/review-judge.ts';
import { answersDigest } from '../domain/review-last.ts';
import { deadLinkItems } from '../domain/review-links.ts';
import type { ReviewPast } from '../domain/review-last.ts';
import { reviewNotice } from '../domain/review-notice.ts';
import type { ReviewPlan } from '../domain/review-plan.ts';
import type { ReviewPerson, ReviewPolicy } from '../domain/review.ts';
import {
  answerableFor,
  championStandIn,
  foldReview,
  noReview,
  progressOf,
  unansweredItems,
} from '../domain/review-view.ts';
import type { ReviewView } from '../domain/review-view.ts';
import {
  documentationReviewRunbook,
  documentationReviewSteps as steps,
} from '../runbooks/documentation-review/definition.ts';
import { findingsOfReview } from '../runbooks/documentation-review/findings.ts';
import {
  documentsOf,
  identityOf,
  itemOf,
  linksAlive,
  liveFacts,
  pastOf,
  readDocuments,
  seenOf,
} from './documentation-review-reading.ts';
import type { Reading } from './documentation-review-reading.ts';
import type { DutyMove } from './duties.ts';
import { errorFacts } from './failures.ts';
import type { RunReport } from './messages.ts';
import { pinnedOpening } from './pinned-opening.ts';
import { openTouchingNothing } from './run.ts';

/** Entries of the journal stay small, however much a document states. */
const perEntry = 40;
/** Stand-ins that one review tells: people who leave while it lasts are few. */
const reassignedMax = 20;
/** How long the reading again at a sign-off may take at most, milliseconds: somebody waits for it. */
const readAgainWithinMs = 2 * 60_000;
/** Why a document that was read before could not be compared with what it is now. */
const notReadable = ['document-unreachable', 'document-not-trusted'];
/** Key of the message that people have to answer. */
const reviewMessage = 'review';

/** Holds what a service's recovery documents state against reality; the people who answer for it judge each fact and sign. */
export async function documentationReview(plan: ReviewPlan): Promise<RunReport> {
  const { service, policy } = plan;
  const { run } = openTouchingNothing(
    pinnedOpening(plan, documentationReviewRunbook, { service, resource: wholeService, request: {} }),
  );
  let review: ReviewView = noReview;
  let past: ReviewPast | undefined;
  /** For mentions, by person. */
  const slackIds = new Map(
    [plan.champion, plan.owner].flatMap(({ personId, slackId }) =>
      slackId === undefined ? [] : [[personId, slackId]],
    ),
  );
  run.takeActs<ReviewAct>({
    parse: asReviewAct,
    objectionTo: (act, by) => objectionToReviewAct(review, act, by),
    apply,
  });

  run.duties.whenMoved(dutyMoved);

  const ending = await run.attempt(async () => {
    const readings = await readDocuments(run, plan, { step: steps.readDocuments, withinMs: policy.readWithinMs });
    note(readings);
    if (documentsOf(readings).length === 0) return;

    compare(1, readings, await whatIsTrue());
    await probeLinks(readings);
    if (patched('dead links are asked about')) askAboutDeadLinks(1);
    compareWithLast();
    await askUntilSignedOff();
  });

  const judged = judgeReview(ending, review);
  tellReview(true);
  return await run.close(judged, findingsOfReview({ service, tier: plan.tier, runId: run.id, ending, judged, review }));

  /** The documents as they are now: what is not there, or states nothing, is a gap of its own. */
  function note(readings: readonly Reading[]): void {
    for (const { document, missing } of readings) {
      if (document !== undefined) record({ type: 'review-document-read', document });
      if (missing !== undefined) record({ type: 'review-document-missing', document: missing });
    }
  }

  /** Live AWS, Slack, the last drill, and the catalog of the start. What nobody could tell is unknown, and is asked about. */
  async function whatIsTrue(): Promise<readonly KnownFact[]> {
    const live = await liveFacts(run, plan, steps.readAws);
    past = await pastOf(run, plan, steps.readLast);
    return [...plan.catalogFacts, ...live, past.lastDrill];
  }

  function compare(round: number, readings: readonly Reading[], known: readonly KnownFact[]): void {
    const resources = plan.resources.map(({ resource }) => resource);
    const facts = compareFacts({ tier: plan.tier, resources, documents: documentsOf(readings), known });
    for (const items of inParts(facts.map(itemOf))) record({ type: 'review-compared', round, items });
  }

  async function probeLinks(readings: readonly Reading[]): Promise<void> {
    for (const links of inParts(await linksAlive(run, readings, steps.probeLinks)))
      record({ type: 'review-links-probed', links });
  }

  /** What a document points to and is not there, is asked about like a fact that differs. */
  function askAboutDeadLinks(round: number): void {
    for (const items of inParts(deadLinkItems(review.links))) record({ type: 'review-compared', round, items });
  }

  /** What has changed since the last review, for whoever looks at this one. */
  function compareWithLast(): void {
    if (past?.last === undefined) return;
    const { runId: lastRunId, items } = past.last;
    const differences = diffAgainstLast(review.items, items).slice(0, 5 * perEntry);
    record({ type: 'review-compared-with-last', lastRunId, differences });
  }

  /** Days, if need be: people answer, save, hand on and come back. Only a sign-off that holds ends it, or the final deadline. */
  async function askUntilSignedOff(): Promise<void> {
    const askedAtMs = Date.now();
    record({
      type: 'review-asked',
      champion: { personId: plan.champion.personId, name: plan.champion.name },
      policy,
      dueAtMs: askedAtMs + policy.dueAfterMs,
      finalAtMs: askedAtMs + policy.finalDeadlineMs,
    });
    tellReview();
    // Whoever left while the documents were being read.
    for (const move of run.duties.moves) dutyMoved(move);
    const agenda = [...gateAgenda(policy)];
    for (let held = false; !held; held = await holds())
      await run.step(steps.ask, signature, (name) => `${name} signed off`);

    /** Waits for a sign-off, and reminds, escalates and gives up meanwhile. */
    async function signature() {
      const sinceMs = Date.now();
      run.tellStatus(reviewMessage);
      for (let item = agenda[0]; item !== undefined; item = agenda[0]) {
        const signing = () => review.signing !== undefined;
        if (await condition(signing, Math.max(1, askedAtMs + item.afterMs - Date.now()))) break;
        if (item.what === 'final') throw new NotReviewedInTimeError(review, policy);
        agenda.shift();
        remind(item.what === 'escalate' ? item : undefined);
      }
      return {
        value: review.signing?.by.name ?? '',
        attempt: 1,
        startedAtMs: sinceMs,
        finishedAtMs: Date.now(),
        awsCalls: [],
        worker: 'people',
      };
    }
  }

  function remind(escalation: { readonly roles: readonly Role[]; readonly secondChannel: boolean } | undefined): void {
    const { toAnswer, answered } = progressOf(review);
    const open =
      answered === toAnswer
        ? 'Everything is answered; the sign-off is missing.'
        : `${answered} of ${toAnswer} facts are answered.`;
    const roles = escalation?.roles ?? ['dr-champion'];
    const text = `${escalation === undefined ? 'Not signed off yet.' : 'Overdue: nobody has signed this review off.'} ${open}`;
    record({ type: 'review-reminded', text, roles, escalated: escalation !== undefined });
    const mention = unique([...run.duties.mention(roles), ...slackIdOf(answerableFor(review))]);
    run.tell({ kind: 'review-reminder', text, secondChannel: escalation?.secondChannel ?? false, roles, mention });
    tellReview();
  }

  /** Reads everything again: a sign-off is of what was reviewed, and of nothing else. */
  async function holds(): Promise<boolean> {
    run.tellStatus();
    tellReview();
    let readings: readonly Reading[];
    try {
      readings = await readDocuments(run, plan, {
        step: steps.readAgain,
        withinMs: Math.min(readAgainWithinMs, policy.readWithinMs),
      });
    } catch (error) {
      if (isCancellation(error)) throw error;
      return doesNotCount('not-readable', errorFacts(error).what);
    }
    const changed = readings.filter((reading) => identityOf(reading) !== seenOf(review, reading.spec));
    const away = changed.find(({ missing }) => missing !== undefined && notReadable.includes(missing.code));
    if (away?.missing !== undefined) return doesNotCount('not-readable', away.missing.what);
    if (changed.length > 0) {
      const known = await whatIsTrue();
      note(changed);
      const round = review.round + 1;
      const probesAgain = patched('changed documents are probed again');
      if (probesAgain) {
        record({ type: 'review-links-probed', links: [], anew: changed.map(({ spec }) => spec.id) });
        await probeLinks(changed);
      }
      compare(round, readings, known);
      if (probesAgain) askAboutDeadLinks(round);
      return doesNotCount('document-changed', changedText(changed, review));
    }
    const { signing } = review;
    if (signing === undefined) return false;
    const last = (past?.digests ?? []).map((digest) => ({ answersDigest: digest }));
    const flags = reviewFlags(review, signing.by.clickedAtMs, last);
    record({ type: 'review-signed-off', flags, answersDigest: answersDigest(review) });
    return true;
  }

  /** Whoever signed, and whoever answers for the service, is told why it was in vain. */
  function doesNotCount(code: 'document-changed' | 'not-readable', text: string): false {
    const name = review.signing?.by.name ?? 'Somebody';
    record({ type: 'review-sign-off-void', code, text });
    const again = code === 'document-changed' ? 'Look at what has changed, and sign again.' : 'Sign again later.';
    run.tell({
      kind: 'review-reminder',
      text: `The sign-off of ${name} does not count: ${text} ${again}`,
      secondChannel: false,
      roles: ['dr-champion'],
      mention: championMention(),
    });
    tellReview();
    return false;
  }

  /** The one place where an act that counts changes the review; used by Update and Signal alike. */
  function apply(act: ReviewAct, by: ActBy): ActAnswer {
    const { events, answer } = applyReviewAct(review, act, by);
    for (const event of events) record(event);
    if (act.kind === 'delegate') {
      const { to, note: words } = act;
      if (to.slackId !== undefined) slackIds.set(to.personId, to.slackId);
      run.tell({
        kind: 'review-reminder',
        text: `${by.personName} asks ${to.name} to answer and sign off.${words === undefined || words === '' ? '' : ` “${words}”`}`,
        secondChannel: false,
        roles: [],
        mention: to.slackId === undefined ? [] : [to.slackId],
      });
    }
    tellReview();
    return answer;
  }

  /**
   * Whoever is asked has left: who stands in is told, once. That they may answer and sign is not decided here but found out at
   * their click.
   */
  function dutyMoved({ role, left, leftId, standIn, standInId, slackId }: DutyMove): void {
    const answerable = answerableFor(review);
    const concerns = [review.asked?.champion.personId, answerable?.personId].includes(leftId);
    if (!concerns || review.signedOff !== undefined || standInId === '') return;
    const moved = { role, left: { personId: leftId, name: left }, standIn: { personId: standInId, name: standIn } };
    const before = review.reassigned ?? [];
    if (before.length >= reassignedMax || before.some((one) => sameMove(one, moved))) return;
    if (slackId !== '') slackIds.set(standInId, slackId);
    record({ type: 'review-reassigned', ...moved });
    const { toAnswer, answered } = progressOf(review);
    const now = answerableFor(review);
    const whose =
      now === undefined || now.personId === standInId
        ? 'You can answer and sign off'
        : `${now.name} is asked to answer`;
    run.tell({
      kind: 'review-reminder',
      text: `${standsInText({ role, left, standIn })}. ${whose}; ${answered} of ${toAnswer} facts are answered.`,
      secondChannel: false,
      roles: [],
      mention: slackIdOf(moved.standIn),
    });
    tellReview();
  }

  function record(event: ReviewEvent): void {
    run.note(event);
    review = foldReview(review, event, Date.now());
  }

  function tellReview(over = false): void {
    const told = reviewNotice(review, over);
    if (told !== undefined) run.tell({ kind: 'review-status', review: told, mention: championMention() });
  }

  function championMention(): readonly string[] {
    return unique([...slackIdOf(plan.champion), ...slackIdOf(championStandIn(review))]);
  }

  function slackIdOf(person: ReviewPerson | undefined): readonly string[] {
    const slackId = person === undefined ? undefined : slackIds.get(person.personId);
    return slackId === undefined ? [] : [slackId];
  }
}

/** Reminders and every escalation went unanswered. The review is still owed; silence is never a yes. */
class NotReviewedInTimeError extends FiredrillError {
  override readonly name = 'NotReviewedInTimeError';
  constructor(review: ReviewView, policy: ReviewPolicy) {
    const { toAnswer, answered } = progressOf(review);
    super({
      code: 'not-reviewed-in-time',
      kind: 'refused',
      what: `Nobody signed it off within ${formatDurationMs(policy.finalDeadlineMs)}, reminders and escalations included; ${answered} of ${toAnswer} facts were answered.`,
      means: 'Whether the documents are right is not known.',
      next: 'Find out why nobody could be reached, then start the review again.',
    });
  }
}

function changedText(changed: readonly Reading[], review: ReviewView): string {
  const what = changed.map(({ document, missing }) =>
    document === undefined ? (missing?.what ?? '') : `“${document.title}” has changed since it was reviewed.`,
  );
  const open = unansweredItems(review).length;
  return `${what.join(' ')} ${open === 0 ? 'All that you answered still stands.' : `${open} ${open === 1 ? 'fact is' : 'facts are'} to be answered anew.`}`;
}

const unique = <T>(all: readonly T[]): readonly T[] => [...new Set(all)];

type Moved = Pick<Extract<ReviewEvent, { type: 'review-reassigned' }>, 'left' | 'standIn'>;
const sameMove = (one: Moved, other: Moved): boolean =>
  one.left.personId === other.left.personId && one.standIn.personId === other.standIn.personId;

const inParts = <T>(all: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / perEntry) }, (_, part) =>
    all.slice(part * perEntry, (part + 1) * perEntry),
  );
