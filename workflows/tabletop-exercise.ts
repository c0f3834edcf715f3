import { condition, isCancellation, patched } from '@temporalio/workflow';
import type { ActAnswer, ActBy } from '../domain/act.ts';
import type { Answer } from '../domain/activity-answer.ts';
import { formatDurationMs } from '../domain/duration-text.ts';
import { FiredrillError } from '../domain/errors.ts';
import { asExerciseAct } from '../domain/exercise-acts.ts';
import type { ExerciseAct } from '../domain/exercise-acts.ts';
import { dueInjects, heldUp, nextDueMs, tellInject } from '../domain/exercise-clock.ts';
import { conductExercise } from '../domain/exercise-conduct.ts';
import type { ExerciseEvent } from '../domain/exercise-events.ts';
import { judgeExercise } from '../domain/exercise-judge.ts';
import { exerciseNotice, exercisePost } from '../domain/exercise-notice.ts';
import { objectionToExerciseAct } from '../domain/exercise-rules.ts';
import { hasLeft, holderLeftNotices, holderOf, maxLeft, newlyLeft } from '../domain/exercise-left.ts';
import type { ExercisePlan, ExercisePerson } from '../domain/exercise.ts';
import { answerCalls, answerCallText } from '../domain/exercise-unanswered.ts';
import { closingReminder, gatheringReminder, storyReminder } from '../domain/exercise-reminders.ts';
import { foldExercise, injectsToCome, noExercise, unsettledGaps } from '../domain/exercise-view.ts';
import type { ExerciseView } from '../domain/exercise-view.ts';
import type { GateEscalation, Role } from '../domain/gate.ts';
import { wholeService } from '../domain/modes.ts';
import { tabletopExerciseRunbook, tabletopExerciseSteps as steps } from '../runbooks/tabletop-exercise/definition.ts';
import { findingOfGap, findingsOfExercise } from '../runbooks/tabletop-exercise/findings.ts';
import { errorFacts } from './failures.ts';
import { hear, memberOf, plainText } from './hear.ts';
import { holdersLeftSignal, ticketFiledSignal } from './messages.ts';
import type { RunReport } from './messages.ts';
import { pinnedOpening } from './pinned-opening.ts';
import { optionalActivities } from './proxies.ts';
import { openTouchingNothing } from './run.ts';

/** People who are named in one message; a full room reads it anyway. */
const mentionedAtMost = 20;

/** Tells people a disaster, minute by minute; logs what they decide; and lets nobody close it before every gap is settled. */
export async function tabletopExercise(plan: ExercisePlan): Promise<RunReport> {
  const { scenario, policy, answerable } = plan;
  const [{ id: service }] = scenario.services;
  const services = scenario.services.map(({ id }) => id).join(', ');
  const { run } = openTouchingNothing(
    pinnedOpening(plan, tabletopExerciseRunbook, {
      service,
      resource: wholeService,
      request: { scenario: scenario.name, services },
    }),
  );
  const finalAtMs = Date.now() + policy.finalDeadlineMs;
  let exercise: ExerciseView = noExercise;
  /** Whoever leads wanted to close it, and could not because of its gaps. */
  let closingWaits = false;
  /** What people were told of everybody who has left. */
  const toldLeft = new Map<string, string>();
  let isOver = false;
  // Before anybody is heard: who comes with the first task is heard at once, and must find it planned.
  record({ type: 'exercise-planned', scenario, answerable, policy });
  tellExercise();
  run.takeActs<ExerciseAct>({
    parse: asExerciseAct,
    objectionTo: (act, by) => objectionToExerciseAct(exercise, act, by),
    apply,
    onRefused(act, code) {
      if (act.kind === 'close' && code === 'gaps-open') closingWaits = true;
    },
  });
  hear(ticketFiledSignal, ticketIsThere);
  hear(holdersLeftSignal, holdersLeft);

  const ending = await run.attempt(async () => {
    await lookAtLast();
    await byPeople(steps.gather, {
      isDone: () => exercise.begun !== undefined,
      deadlineMs: Date.now() + policy.beginWithinMs,
      missed: () => new NotBegunError(policy.beginWithinMs),
      reminder: () => gatheringReminder(exercise),
      escalations: policy.escalations ?? [],
    });
    await byPeople(steps.story, {
      isDone: () => exercise.hotWash !== undefined,
      deadlineMs: finalAtMs,
      missed: () => new NotClosedError(policy.finalDeadlineMs),
      reminder: () => storyReminder(exercise),
      escalations: [],
    });
    const closeByMs = Date.now() + (policy.closeWithinMs ?? Infinity);
    await byPeople(steps.hotWash, {
      isDone: () => exercise.closed !== undefined,
      deadlineMs: Math.min(finalAtMs, closeByMs),
      missed: () =>
        closeByMs < finalAtMs
          ? new NotClosedError(policy.closeWithinMs ?? 0, 'the beginning of its hot-wash')
          : new NotClosedError(policy.finalDeadlineMs),
      reminder: () => closingReminder(exercise),
      escalations: policy.escalations ?? [],
    });
  });

  const judged = judgeExercise(ending, exercise);
  isOver = true;
  tellExercise();
  return await run.close(judged, findingsOfExercise({ service, runId: run.id, ending, judged, exercise }));

  /** What came out last time, for comparison at the end. A store that is away now costs the comparison and nothing else. */
  async function lookAtLast(): Promise<void> {
    const sinceMs = Date.now();
    const { last } = await run.step(
      steps.lookAtLast,
      async (): Promise<Answer<{ last?: NonNullable<ExerciseView['last']>; unknown?: string }>> => {
        try {
          return await optionalActivities().exercisePast({ service });
        } catch (error) {
          if (isCancellation(error)) throw error;
          return ofPeople({ unknown: errorFacts(error).what }, sinceMs);
        }
      },
      (past) => past.last?.runId ?? past.unknown ?? 'this is the first one',
    );
    if (last !== undefined) record({ type: 'exercise-last-known', last });
  }

  /** One part of the exercise: waits for people, tells what falls due meanwhile, reminds, and gives up at the deadline. */
  async function byPeople(
    step: string,
    part: {
      readonly isDone: () => boolean;
      readonly deadlineMs: number;
      readonly missed: () => FiredrillError;
      readonly reminder: () => string;
      readonly escalations: readonly GateEscalation[];
    },
  ): Promise<void> {
    await run.step(step, async () => {
      const sinceMs = Date.now();
      let remindAtMs = sinceMs + policy.remindEveryMs;
      const escalations = [...part.escalations];
      for (;;) {
        catchUp();
        if (part.isDone()) return ofPeople(undefined, sinceMs);
        const nowMs = Date.now();
        if (nowMs >= part.deadlineMs) throw part.missed();
        askAboutUnanswered(nowMs);
        const [escalation] = escalations;
        if (escalation !== undefined && nowMs >= sinceMs + escalation.afterMs) {
          escalations.shift();
          remind(`Overdue. ${part.reminder()}`, { escalation });
        } else if (nowMs >= remindAtMs) {
          remind(part.reminder());
          remindAtMs = nowMs + policy.remindEveryMs;
        }
        const seen = exercise.happenings.length;
        const escalateAtMs = sinceMs + (escalations[0]?.afterMs ?? Infinity);
        const askAtMs = answerCalls(exercise).map(({ dueMs }) => dueMs);
        const wakeAtMs = Math.min(
          part.deadlineMs,
          remindAtMs,
          escalateAtMs,
          nextDueMs(exercise, nowMs) ?? Infinity,
          ...askAtMs,
        );
        // What changes no time (a decision, a gap) wakes nobody: a talkative room must not fill the history with timers.
        await condition(() => part.isDone() || exercise.happenings.length !== seen, Math.max(1, wakeAtMs - nowMs));
      }
    });
  }

  /** A reminder is for whoever has it in hand now; an escalation for those whom the policy names. */
  function remind(text: string, more: { readonly injectId?: string; readonly escalation?: GateEscalation } = {}): void {
    const { injectId, escalation } = more;
    record({
      type: 'exercise-reminded',
      text,
      ...(injectId === undefined ? {} : { injectId }),
      ...(escalation === undefined ? {} : { escalatedTo: escalation.roles }),
    });
    const inHand = awaited(injectId === undefined ? ['facilitator'] : ['scribe', 'facilitator']);
    const asked =
      injectId === undefined ? run.duties.mention(escalation?.roles ?? []) : called(escalation?.roles ?? []);
    run.tell({
      kind: 'exercise-reminder',
      text,
      secondChannel: escalation?.secondChannel ?? false,
      roles: escalation?.roles ?? [],
      mention: [...new Set([...inHand, ...asked])],
    });
    tellExercise();
  }

  /** Slack ids of who holds one of these roles of the exercise; while nobody does, of those who answer for its services. */
  function awaited(roles: readonly string[]): readonly string[] {
    const holders = roles.flatMap((role) => holderOf(exercise, role) ?? []);
    return holders.length > 0 ? slackIdsOf(holders) : whoAnswers();
  }

  /** Slack ids of those who answer for its services, and of who stands in for them. */
  function whoAnswers(): readonly string[] {
    const people = answerable.flatMap(({ owner, champion }) => [owner, champion]);
    return [...slackIdsOf(people), ...run.duties.mention(['service-owner', 'dr-champion'])];
  }

  function slackIdsOf(people: readonly ExercisePerson[]): readonly string[] {
    return people.flatMap(({ personId }) => plan.slackIds?.[personId] ?? []);
  }

  /** In the story, whoever plays the incident commander is asked in place of the company's. */
  function called(roles: readonly Role[]): readonly string[] {
    const plays = holderOf(exercise, 'incident-commander')?.personId;
    const slackId = plays === undefined ? undefined : plan.slackIds?.[plays];
    return roles.flatMap((role) =>
      role === 'incident-commander' && slackId !== undefined ? [slackId] : run.duties.mention([role]),
    );
  }

  /** Asks for help, and decides nothing: an event that nobody answers stays unanswered, and the report says so. */
  function askAboutUnanswered(nowMs: number): void {
    for (;;) {
      const call = answerCalls(exercise).find(({ dueMs }) => dueMs <= nowMs);
      if (call === undefined) return;
      const { injectId, escalation } = call;
      const text = answerCallText(call, exercise, nowMs);
      remind(text, { injectId, ...(escalation === undefined ? {} : { escalation }) });
    }
  }

  /** Tells what is due. After an outage the story goes on from where it stood: nobody gets an hour's events in a minute. */
  function catchUp(): void {
    const nowMs = Date.now();
    const held = heldUp(exercise, nowMs);
    if (held !== undefined) record({ type: 'exercise-held-up', ...held });
    const due = dueInjects(exercise, nowMs);
    for (const injectId of due)
      for (const event of tellInject(exercise, injectId, 'on-time', Math.random())) record(event);
    if (due.length > 0) tellExercise();
  }

  /** The one place where an act that counts changes the exercise; used by Update and Signal alike. */
  function apply(act: ExerciseAct, by: ActBy): ActAnswer {
    // "The next one" is the one that was next when it was said.
    const meant = meantNow(exercise, act);
    catchUp();
    const objection = objectionToExerciseAct(exercise, meant, by);
    if (objection !== undefined) return objection;
    const { events, answer } = conductExercise(exercise, meant, by, Math.random());
    for (const event of events) record(event);
    tellExercise();
    return answer;
  }

  function ticketIsThere(sent: unknown): void {
    const text = (name: string): string => plainText(memberOf(sent, name), 500);
    const [fingerprint, key, url] = [text('fingerprint'), text('key'), text('url')];
    const gap = exercise.gaps.find((one) => one.fingerprint === fingerprint && one.filed !== undefined);
    if (gap === undefined || gap.ticket !== undefined || key === '' || exercise.closed !== undefined) return;
    record({ type: 'exercise-gap-ticketed', fingerprint, key, url });
    tellExercise();
    if (closingWaits && unsettledGaps(exercise).length === 0 && patched('who could not close it hears when they can')) {
      closingWaits = false;
      remind(`Jira has confirmed ${key}. ${closingReminder(exercise)}`);
    }
  }

  /** Said by the daily look at people. It takes no role from anybody: those who are there do, and until then everybody sees it. */
  function holdersLeft(sent: unknown): void {
    const personIds = memberOf(sent, 'personIds');
    if (!Array.isArray(personIds) || exercise.closed !== undefined || isOver) return;
    // All of them before anybody is told: nobody who has left is asked to take over from another one.
    for (const personId of personIds.slice(0, maxLeft)) {
      const gone = newlyLeft(exercise, plainText(personId, 200));
      if (gone !== undefined) record({ type: 'exercise-holder-left', ...gone });
    }
    tellExercise();
  }

  function record(event: ExerciseEvent): void {
    run.note(event);
    exercise = foldExercise(exercise, event, Date.now());
    const post = exercisePost(exercise, event, Date.now());
    if (post !== undefined) run.tell({ kind: 'exercise-post', post });
    if (event.type === 'exercise-gap-filed') fileTicket(event.gapId);
  }

  /** The gap becomes a finding, whose ticket goes to the people of its service; Jira's answer comes back to this run. */
  function fileTicket(gapId: string): void {
    const gap = exercise.gaps.find(({ id }) => id === gapId);
    if (gap === undefined) return;
    const ticket = Object.hasOwn(plan.tickets, gap.service) ? plan.tickets[gap.service] : undefined;
    run.raise(findingOfGap(gap, exercise, run.id), { tellRun: true, ...(ticket === undefined ? {} : { ticket }) });
  }

  function tellExercise(): void {
    const told = exerciseNotice(exercise, Date.now(), isOver);
    if (told !== undefined) run.tell({ kind: 'exercise-status', exercise: told });
    tellOfThoseWhoLeft();
  }

  /** Everybody who is there hears of it, and whoever answers for a service; again only when something has become of it. */
  function tellOfThoseWhoLeft(): void {
    for (const left of holderLeftNotices(exercise, isOver)) {
      const { personId } = left.person;
      const words = JSON.stringify(left);
      if (toldLeft.get(personId) === words) continue;
      toldLeft.set(personId, words);
      const there = exercise.attendance.map(({ by }) => by).filter((one) => !hasLeft(exercise, one.personId));
      const mention = [...new Set([...slackIdsOf(there), ...whoAnswers()])].slice(0, mentionedAtMost);
      run.tell({ kind: 'exercise-holder-left', left, mention });
    }
  }
}

function meantNow(exercise: ExerciseView, act: ExerciseAct): ExerciseAct {
  if ((act.kind !== 'next' && act.kind !== 'skip') || act.injectId !== undefined) return act;
  const [next] = injectsToCome(exercise);
  return next === undefined ? act : { ...act, injectId: next.id };
}

/** What people did stands where an activity's answer stands. */
const ofPeople = <T>(value: T, sinceMs: number): Answer<T> => ({
  value,
  attempt: 1,
  startedAtMs: sinceMs,
  finishedAtMs: Date.now(),
  awsCalls: [],
  worker: 'people',
});

/** Nobody took the facilitator's role and began. The exercise is still owed. */
class NotBegunError extends FiredrillError {
  override readonly name = 'NotBegunError';
  constructor(withinMs: number) {
    super({
      code: 'not-begun',
      kind: 'refused',
      what: `Nobody began the exercise within ${formatDurationMs(withinMs)}.`,
      means: 'Nothing was practised; the exercise is still owed.',
      next: 'Agree on a day and a facilitator, then start it again.',
    });
  }
}

/** It was begun and never closed. What was recorded stays, and every gap becomes a finding. */
class NotClosedError extends FiredrillError {
  override readonly name = 'NotClosedError';
  constructor(withinMs: number, of = 'its opening') {
    super({
      code: 'not-closed-in-time',
      kind: 'refused',
      what: `The exercise was not closed within ${formatDurationMs(withinMs)} of ${of}.`,
      means: 'It does not count as held; every gap that was raised is a finding all the same.',
      next: 'Look at what was recorded (firedrill report), then hold it again.',
    });
  }
}
