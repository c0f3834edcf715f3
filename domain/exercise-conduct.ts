import { actAccepted } from './act.ts';
import type { ActAnswer, ActBy } from './act.ts';
import type { ExerciseAct, ExerciseActOf } from './exercise-acts.ts';
import { imaginedMs, tellInject } from './exercise-clock.ts';
import type { ExerciseEvent } from './exercise-events.ts';
import { gapToRaise } from './exercise-gap.ts';
import type { ExerciseActor, LoggedDecision } from './exercise.ts';
import { injectOf, injectsToCome, isAttending, personOf } from './exercise-view.ts';
import type { ExerciseView } from './exercise-view.ts';
import { formatDurationMs } from './duration-text.ts';

/** What an act does: what is journaled, and the answer to the person. */
export interface Conducted {
  readonly events: readonly ExerciseEvent[];
  readonly answer: ActAnswer;
}

/**
 * What an act without objection does. Pure.
 *
 * @param random - from 0 up to, and without, 1: who is lost, should the event that is told now take somebody out
 */
export function conductExercise(view: ExerciseView, act: ExerciseAct, by: ActBy, random: number): Conducted {
  const acted = { actId: by.actId, by: actorOf(by) };
  const done = (text: string, ...events: readonly ExerciseEvent[]): Conducted => ({
    events,
    answer: actAccepted(text),
  });
  // Whoever does something is there.
  const here: readonly ExerciseEvent[] = isAttending(view, by.personId)
    ? []
    : [{ type: 'exercise-attended', ...acted }];
  switch (act.kind) {
    case 'attend':
      return done(
        view.hotWash === undefined
          ? 'You are on the list.'
          : 'You are on the list. The story is told already, so it brings no credit to your service.',
        ...here,
      );
    case 'take-role': {
      const from = view.holders[act.role]?.by;
      const event: ExerciseEvent = {
        type: 'exercise-role-taken',
        role: act.role,
        ...(from === undefined ? {} : { from: personOf(from) }),
        ...acted,
      };
      const text = from === undefined ? '' : `, handed over by ${from.name}`;
      return done(`You are ${act.role} now${text}.`, ...here, event);
    }
    case 'begin':
      return done('The exercise begins.', { type: 'exercise-begun', ...acted });
    case 'next': {
      const injectId = act.injectId ?? injectsToCome(view)[0]?.id ?? '';
      return done(
        `Told: ${injectOf(view, injectId)?.title ?? injectId}.`,
        { type: 'exercise-inject-brought-forward', injectId, ...acted },
        ...tellInject(view, injectId, 'brought-forward', random),
      );
    }
    case 'skip': {
      const injectId = act.injectId ?? injectsToCome(view)[0]?.id ?? '';
      return done(`Skipped: ${injectOf(view, injectId)?.title ?? injectId}.`, {
        type: 'exercise-inject-skipped',
        injectId,
        reason: act.reason,
        ...acted,
      });
    }
    case 'pause':
      return done('Paused: nothing is told until you resume.', {
        type: 'exercise-paused',
        ...(act.reason === undefined ? {} : { reason: act.reason }),
        ...acted,
      });
    case 'resume':
      return done('It goes on.', { type: 'exercise-resumed', ...acted });
    case 'improvise':
      return done(`Told: ${act.title}.`, {
        type: 'exercise-improvised',
        id: `I${view.improvised.length + 1}`,
        title: act.title,
        from: act.from ?? 'Facilitator',
        text: act.text,
        ...acted,
      });
    case 'log-decision': {
      const decision = decisionOf(view, act, by);
      return done(`Logged as ${decision.id}, at T0 + ${formatDurationMs(decision.incidentMs)}.`, ...here, {
        type: 'exercise-decision-logged',
        decision,
        ...acted,
      });
    }
    case 'recovered': {
      const incidentMs = imaginedMs(view, by.receivedAtMs);
      return done(`The clock stops at T0 + ${formatDurationMs(incidentMs)}.`, {
        type: 'exercise-recovered',
        proof: act.proof,
        incidentMs,
        ...acted,
      });
    }
    case 'hot-wash':
      return hotWash(view, act, acted);
    case 'answer':
      return done('Noted.', ...here, {
        type: 'exercise-hot-wash-answered',
        question: act.question,
        text: act.text,
        ...acted,
      });
    case 'assess':
      return done('Noted.', { type: 'exercise-assessed', actions: act.actions, ...acted });
    case 'raise-gap': {
      const gap = gapToRaise(view, act);
      const raised: ExerciseEvent = { type: 'exercise-gap-raised', gap, ...acted };
      if (act.ticket === 'later')
        return done(`Raised as ${gap.id}. Before the end it needs a ticket, or a reason why not.`, ...here, raised);
      return done(`Raised as ${gap.id}; its ticket is being filed.`, ...here, raised, {
        type: 'exercise-gap-filed',
        gapId: gap.id,
        ...acted,
      });
    }
    case 'file-gap':
      return done('Its ticket is being filed.', {
        type: 'exercise-gap-filed',
        gapId: act.gapId.toUpperCase(),
        ...acted,
      });
    case 'no-ticket':
      return done('Noted: it gets no ticket.', {
        type: 'exercise-gap-without-ticket',
        gapId: act.gapId.toUpperCase(),
        reason: act.reason,
        ...acted,
      });
    case 'close':
      return done('The exercise is closed; its report is being made.', { type: 'exercise-closed', ...acted });
  }
}

type Acted = { readonly actId: string; readonly by: ExerciseActor };

/** What was not told by then never will be, and the record says why. */
function hotWash(view: ExerciseView, { endEarly }: ExerciseActOf<'hot-wash'>, acted: Acted): Conducted {
  const left = injectsToCome(view);
  const skipped = left.map(({ id: injectId }): ExerciseEvent => ({
    type: 'exercise-inject-skipped',
    injectId,
    reason: endEarly ?? 'the story ended early',
    ...acted,
  }));
  const begun: ExerciseEvent = {
    type: 'exercise-hot-wash-begun',
    ...(left.length === 0 || endEarly === undefined ? {} : { endedEarly: endEarly }),
    ...acted,
  };
  return { events: [...skipped, begun], answer: actAccepted('The hot-wash begins.') };
}

function decisionOf(view: ExerciseView, act: ExerciseActOf<'log-decision'>, by: ActBy): LoggedDecision {
  const { kind: _, ...decision } = act;
  return {
    id: `D${view.decisions.length + 1}`,
    ...decision,
    incidentMs: imaginedMs(view, by.receivedAtMs),
  };
}

const actorOf = ({ personId, personName: name, roles, via, clickedAtMs }: ActBy): ExerciseActor => ({
  personId,
  name,
  roles,
  via,
  clickedAtMs,
});
