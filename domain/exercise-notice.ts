import { formatDurationMs } from './duration-text.ts';
import { imaginedMs, nextDueMs } from './exercise-clock.ts';
import type { ExerciseEvent } from './exercise-events.ts';
import { hasLeft } from './exercise-left.ts';
import { creditsOf } from './exercise-outcome.ts';
import { unansweredInjects } from './exercise-unanswered.ts';
import { exercisePhaseOf, injectOf, injectsToCome } from './exercise-view.ts';
import type { ExercisePhase, ExerciseView } from './exercise-view.ts';
import { nameUnavailable, standardRoles } from './scenario.ts';
import type { InjectOption } from './scenario.ts';

/** A gap as a message shows it. */
export interface GapLine {
  readonly id: string;
  readonly title: string;
  readonly state: 'open' | 'ticket-ordered' | 'ticket' | 'without-ticket';
  readonly ticket?: { readonly key: string; readonly url: string };
  /** Since when its ticket is waited for, milliseconds UTC; kept when somebody has said since why it has none. */
  readonly orderedAtMs?: number;
}

/** An exercise in one screen: the message that is edited in place. Bounded, however much happens. Gives nothing away. */
export interface ExerciseNotice {
  readonly phase: ExercisePhase;
  /** The run takes no more acts, closed or not. */
  readonly over: boolean;
  readonly title: string;
  readonly situation: string;
  readonly minutes: number;
  readonly services: readonly {
    readonly name: string;
    readonly credited: boolean;
    readonly needed: readonly string[];
  }[];
  /** In the scenario's order, the main one first. */
  readonly serviceIds: readonly string[];
  readonly roles: readonly {
    readonly role: string;
    readonly does: string;
    readonly holder?: string;
    /** The holder's id, when they have left and the role waits to be taken over. */
    readonly leftId?: string;
  }[];
  readonly attending: readonly string[];
  /** How many more there are. */
  readonly attendingMore: number;
  readonly told: number;
  /** Events that were left out. Not known to older runs. */
  readonly skipped?: number;
  readonly injects: number;
  /** Of the next event; its id only, since its title would tell. */
  readonly next?: { readonly injectId: string; readonly dueMs?: number };
  readonly imaginedMs: number;
  readonly rtoMs: number;
  readonly recoveredAfterMs?: number;
  readonly paused?: string;
  readonly decisions: number;
  /** Titles of events that were asked about again and still wait for a decision. Not known to older runs. */
  readonly unanswered?: readonly string[];
  readonly gaps: readonly GapLine[];
  readonly gapsMore: number;
  readonly hotWash?: readonly { readonly question: string; readonly answers: number }[];
}

const shownMax = 12;

/** What people are told of an exercise; nothing before it is planned. @param over - the run takes no more acts */
export function exerciseNotice(view: ExerciseView, nowMs: number, over: boolean): ExerciseNotice | undefined {
  const { scenario } = view;
  if (scenario === undefined) return undefined;
  const [next] = injectsToCome(view);
  const dueMs = nextDueMs(view, nowMs);
  const paused = view.paused;
  return {
    phase: exercisePhaseOf(view),
    over,
    title: short(scenario.title),
    situation: short(scenario.situation, 1200),
    minutes: scenario.minutes,
    serviceIds: scenario.services.map(({ id }) => id),
    services: creditsOf(view).map(({ name, credited, needed }) => ({
      name,
      credited,
      needed: needed.map((person) => person.name),
    })),
    roles: [...standardRoles, ...scenario.roles].slice(0, shownMax).map(({ role, does }) => {
      const holder = view.holders[role]?.by;
      if (holder === undefined) return { role, does: short(does) };
      const gone = hasLeft(view, holder.personId) ? { leftId: holder.personId } : {};
      return { role, does: short(does), holder: holder.name, ...gone };
    }),
    attending: view.attendance.slice(0, shownMax).map(({ by }) => by.name),
    attendingMore: Math.max(0, view.attendance.length - shownMax),
    told: view.told.length,
    skipped: view.skipped.length,
    injects: scenario.injects.length,
    ...(next === undefined || view.hotWash !== undefined
      ? {}
      : { next: { injectId: next.id, ...(dueMs === undefined ? {} : { dueMs }) } }),
    imaginedMs: imaginedMs(view, nowMs),
    rtoMs: scenario.rtoMs,
    ...(view.recovered === undefined ? {} : { recoveredAfterMs: view.recovered.incidentMs }),
    ...(paused === undefined
      ? {}
      : { paused: short(`${paused.by.name}${paused.reason === undefined ? '' : `: ${paused.reason}`}`) }),
    decisions: view.decisions.length,
    unanswered: askedInVain(view).map((title) => short(title)),
    gaps: view.gaps.slice(-shownMax).map(gapLine),
    gapsMore: Math.max(0, view.gaps.length - shownMax),
    ...(view.hotWash === undefined
      ? {}
      : {
          hotWash: scenario.hotWash.slice(0, shownMax).map((question, index) => ({
            question: short(question, 300),
            answers: view.answers.filter((answer) => answer.question === index + 1).length,
          })),
        }),
  };
}

/** Nothing once the story is over: then nobody can answer it any more, and the report says so. */
const askedInVain = (view: ExerciseView): readonly string[] =>
  view.hotWash === undefined
    ? unansweredInjects(view).flatMap(({ title, askedAtMs }) => (askedAtMs.length === 0 ? [] : [title]))
    : [];

function gapLine({ id, title, ticket, without, filed }: ExerciseView['gaps'][number]): GapLine {
  const line = { id, title: short(title), ...(filed === undefined ? {} : { orderedAtMs: filed.atMs }) };
  if (ticket !== undefined) return { ...line, state: 'ticket', ticket };
  if (without !== undefined) return { ...line, state: 'without-ticket' };
  return { ...line, state: filed === undefined ? 'open' : 'ticket-ordered' };
}

/** Something of an exercise that is said once, in its place in the story. */
export type ExercisePost =
  | {
      readonly what: 'inject';
      readonly injectId: string;
      readonly number: number;
      readonly of: number;
      readonly title: string;
      readonly from: string;
      readonly text: string;
      readonly questions: readonly string[];
      /** Without what a good runbook would choose. */
      readonly options: readonly Pick<InjectOption, 'id' | 'text' | 'tradeOff'>[];
      readonly incidentMs: number;
      /** Drawn: who cannot be reached from now on. */
      readonly unavailable?: string;
    }
  | {
      readonly what: 'improvised';
      readonly title: string;
      readonly from: string;
      readonly text: string;
      readonly incidentMs: number;
    }
  | { readonly what: 'note'; readonly text: string }
  | { readonly what: 'hot-wash'; readonly questions: readonly string[] };

/**
 * What is said of one thing that happened; nothing of most.
 *
 * @param view - with the event folded in
 */
export function exercisePost(view: ExerciseView, event: ExerciseEvent, nowMs: number): ExercisePost | undefined {
  switch (event.type) {
    case 'exercise-inject-told':
      // One that takes somebody out is told with the name.
      return injectOf(view, event.injectId)?.unavailable === undefined ? injectPost(view, event.injectId) : undefined;
    case 'exercise-person-unavailable':
      return injectPost(view, event.injectId);
    case 'exercise-improvised': {
      const { title, from, text } = event;
      return { what: 'improvised', title, from, text, incidentMs: imaginedMs(view, nowMs) };
    }
    case 'exercise-decision-logged': {
      const { id, question, choice, owner, reason, incidentMs } = event.decision;
      const text = `${id} at T0 + ${formatDurationMs(incidentMs)}: ${question} ${choice}. ${owner} answers for it: ${reason}`;
      return { what: 'note', text };
    }
    case 'exercise-recovered':
      return { what: 'note', text: `Recovered at T0 + ${formatDurationMs(event.incidentMs)}: ${event.proof}` };
    case 'exercise-held-up':
      return {
        what: 'note',
        text: `The engine was away for ${formatDurationMs(event.toMs - event.fromMs)}. The story waited, and goes on now.`,
      };
    case 'exercise-paused':
      return {
        what: 'note',
        text: `${event.by.name} paused the exercise${event.reason === undefined ? '.' : `: ${event.reason}`}`,
      };
    case 'exercise-resumed':
      return { what: 'note', text: `${event.by.name} resumed the exercise.` };
    case 'exercise-hot-wash-begun':
      return { what: 'hot-wash', questions: view.scenario?.hotWash ?? [] };
    case 'exercise-gap-raised': {
      const { id, title, service } = event.gap;
      return { what: 'note', text: `Gap ${id} of ${service}, raised by ${event.by.name}: ${title}` };
    }
    case 'exercise-role-taken': {
      const from = event.from === undefined ? '' : `, in place of ${event.from.name}`;
      return { what: 'note', text: `${event.by.name} is ${event.role} now${from}.` };
    }
    // Whom it concerns is mentioned with it.
    case 'exercise-reminded':
    case 'exercise-holder-left':
    case 'exercise-begun':
    case 'exercise-planned':
    case 'exercise-last-known':
    case 'exercise-attended':
    case 'exercise-inject-brought-forward':
    case 'exercise-inject-skipped':
    case 'exercise-hot-wash-answered':
    case 'exercise-assessed':
    case 'exercise-gap-filed':
    case 'exercise-gap-ticketed':
    case 'exercise-gap-without-ticket':
    case 'exercise-closed':
      return undefined;
  }
}

function injectPost(view: ExerciseView, injectId: string): ExercisePost | undefined {
  const written = injectOf(view, injectId);
  const told = view.told.find((one) => one.injectId === injectId);
  if (written === undefined || told === undefined) return undefined;
  const { unavailable } = told;
  const inject = nameUnavailable(written, unavailable?.name ?? 'One of you');
  const { title, from, text, questions, incidentMs } = inject;
  return {
    what: 'inject',
    injectId,
    // As the facilitator's own copy of the scenario counts, in which what was skipped has its number, too.
    number: 1 + (view.scenario?.injects.findIndex(({ id }) => id === injectId) ?? 0),
    of: view.scenario?.injects.length ?? 0,
    title,
    from,
    text,
    questions,
    options: inject.options.map(({ id, text: words, tradeOff }) => ({ id, text: words, tradeOff })),
    incidentMs,
    ...(unavailable === undefined ? {} : { unavailable: unavailable.name }),
  };
}

/** For a message; the report has all of it. */
const short = (text: string, max = 200): string =>
  text.length <= max ? text : `${text.slice(0, max - 1)}…`.toWellFormed();
