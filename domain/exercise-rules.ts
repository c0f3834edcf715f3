import { actRefused } from './act.ts';
import type { ActAnswer, ActBy } from './act.ts';
import type { ExerciseAct, ExerciseActOf } from './exercise-acts.ts';
import { gapToRaise } from './exercise-gap.ts';
import { hasLeft } from './exercise-left.ts';
import { exercisePhaseOf, holdsRole, injectOf, injectsToCome, unsettledGaps } from './exercise-view.ts';
import type { ExercisePhase, ExerciseView, GapView } from './exercise-view.ts';
import { expectedActions, standardRoles } from './scenario.ts';

/**
 * Why an act does not count now; nothing when it does. Pure and changes nothing: the same rule for Slack, command line,
 * Update and Signal.
 */
export function objectionToExerciseAct(view: ExerciseView, act: ExerciseAct, by: ActBy): ActAnswer | undefined {
  if (view.scenario === undefined)
    return actRefused('not-planned-yet', 'The exercise is just being set up; try again in a moment.');
  if (view.closed !== undefined)
    return actRefused('closed', `${view.closed.by.name} has closed this exercise; nothing changes any more.`);
  return (
    objectionToPhase(exercisePhaseOf(view), act) ??
    objectionToPerson(view, act, by) ??
    objectionToContent(view, act, by)
  );
}

/** When an act makes sense; the rest is for every phase. */
function objectionToPhase(phase: ExercisePhase, act: ExerciseAct): ActAnswer | undefined {
  const told = phase === 'story' || phase === 'paused';
  switch (act.kind) {
    case 'begin':
      return phase === 'gathering' ? undefined : actRefused('begun', 'The exercise was begun already.');
    case 'pause':
      if (phase === 'paused') return actRefused('paused', 'The exercise is paused already.');
      return told ? undefined : notNow(phase);
    case 'resume':
      return phase === 'paused' ? undefined : actRefused('not-paused', 'The exercise is not paused.');
    case 'next':
    case 'skip':
    case 'improvise':
    case 'recovered':
    case 'hot-wash':
    case 'log-decision':
      return told ? undefined : notNow(phase);
    case 'answer':
    case 'close':
      return phase === 'hot-wash'
        ? undefined
        : actRefused(
            'no-hot-wash',
            'That belongs to the hot-wash, which the facilitator begins when the story is told.',
          );
    case 'assess':
      return phase === 'gathering' ? notNow(phase) : undefined;
    case 'attend':
    case 'take-role':
    case 'raise-gap':
    case 'file-gap':
    case 'no-ticket':
      return undefined;
  }
}

const notNow = (phase: ExercisePhase): ActAnswer =>
  phase === 'gathering'
    ? actRefused('not-begun', 'The exercise was not begun yet: somebody takes the facilitator’s role and begins it.')
    : actRefused('story-over', 'The story is told; what is left is the hot-wash.');

const facilitatorsActs: readonly ExerciseAct['kind'][] = [
  'begin',
  'next',
  'skip',
  'pause',
  'resume',
  'improvise',
  'recovered',
  'hot-wash',
  'assess',
  'close',
];

/** Who leads leads alone; who was taken out of the story watches until the hot-wash; what is written down has a hand. */
function objectionToPerson(view: ExerciseView, act: ExerciseAct, { personId }: ActBy): ActAnswer | undefined {
  const leads = holdsRole(view, 'facilitator', personId);
  if (facilitatorsActs.includes(act.kind) && !leads) {
    const holder = view.holders['facilitator']?.by;
    return actRefused(
      'facilitator-only',
      holder === undefined
        ? 'That is for the facilitator, and nobody has taken that role yet: take it first.'
        : hasLeft(view, holder.personId)
          ? `That is for the facilitator, and ${holder.name} has left: take the role over first.`
          : `That is for the facilitator, ${holder.name}. If ${holder.name} is gone, take the role over.`,
    );
  }
  if (view.unavailable.some((lost) => lost.personId === personId) && act.kind !== 'raise-gap')
    return actRefused(
      'unavailable',
      'In this story you cannot be reached. Watch what the others miss, raise it as a gap, and come back for the hot-wash.',
    );
  if ((act.kind === 'file-gap' || act.kind === 'no-ticket') && !leads && !holdsRole(view, 'scribe', personId)) {
    const gap = gapNamed(view, act.gapId);
    if (gap !== undefined && gap.by.personId !== personId)
      return actRefused('not-yours', `Whether ${gap.id} gets a ticket say facilitator, scribe and ${gap.by.name}.`);
  }
  return undefined;
}

function objectionToContent(view: ExerciseView, act: ExerciseAct, by: ActBy): ActAnswer | undefined {
  switch (act.kind) {
    case 'attend':
      return view.attendance.some((one) => one.by.personId === by.personId)
        ? actRefused('attending', 'You are on the list already.')
        : undefined;
    case 'take-role':
      return objectionToRole(view, act, by);
    case 'next':
    case 'skip':
      return objectionToInject(view, act.injectId);
    case 'log-decision':
      return objectionToDecision(view, act);
    case 'recovered':
      return view.recovered === undefined
        ? undefined
        : actRefused('recovered', `The clock stopped already: ${view.recovered.proof}`);
    case 'hot-wash':
      return objectionToHotWash(view, act);
    case 'answer':
      return act.question <= (view.scenario?.hotWash.length ?? 0)
        ? undefined
        : actRefused('no-such-question', `The hot-wash has ${view.scenario?.hotWash.length ?? 0} questions.`);
    case 'assess':
      return objectionToAssessment(view, act);
    case 'raise-gap':
      return objectionToRaising(view, act);
    case 'file-gap':
    case 'no-ticket':
      return objectionToGap(view, act);
    case 'close':
      return objectionToClosing(view);
    case 'begin':
    case 'pause':
    case 'resume':
    case 'improvise':
      return undefined;
  }
}

/** Roles of every exercise and of this scenario. */
export const rolesOfExercise = (view: Pick<ExerciseView, 'scenario'>): readonly string[] => [
  ...standardRoles.map(({ role }) => role),
  ...(view.scenario?.roles ?? []).map(({ role }) => role),
];

function objectionToRole(view: ExerciseView, act: ExerciseActOf<'take-role'>, by: ActBy): ActAnswer | undefined {
  const roles = rolesOfExercise(view);
  if (!roles.includes(act.role))
    return actRefused('no-such-role', `There is no role "${act.role}" here; there are ${roles.join(', ')}.`);
  const holder = Object.hasOwn(view.holders, act.role) ? view.holders[act.role] : undefined;
  if (holder === undefined) return undefined;
  if (holder.by.personId === by.personId) return actRefused('role-held', 'You hold this role already.');
  if (act.from !== undefined && act.from !== holder.by.personId)
    return actRefused('role-taken', `${holder.by.name} has taken this role over already.`);
  return act.takeOver === true
    ? undefined
    : actRefused(
        'role-taken',
        `${holder.by.name} has this role. To take it over, say so aloud, take the role again, and say there that you take it over.`,
      );
}

function objectionToInject(view: ExerciseView, injectId: string | undefined): ActAnswer | undefined {
  const toCome = injectsToCome(view);
  if (toCome.length === 0)
    return actRefused('all-told', 'Every event was told or skipped; what is left is the hot-wash.');
  if (injectId === undefined || toCome.some(({ id }) => id === injectId)) return undefined;
  return injectOf(view, injectId) === undefined
    ? actRefused(
        'no-such-inject',
        `There is no event "${injectId}"; to come are ${toCome.map(({ id }) => id).join(', ')}.`,
      )
    : actRefused('inject-done', 'This event was told or skipped already.');
}

/** What was never told cannot be decided, and a choice that was not weighed is none. */
function objectionToDecision(
  view: ExerciseView,
  { injectId, options, choice }: ExerciseActOf<'log-decision'>,
): ActAnswer | undefined {
  if (injectId !== undefined && !view.told.some((one) => one.injectId === injectId))
    return actRefused('inject-not-told', `The event "${injectId}" was not told yet.`);
  if (new Set(options).size < options.length) return actRefused('malformed', 'An option is there twice.');
  return options.includes(choice)
    ? undefined
    : actRefused('choice-not-weighed', 'The choice has to be one of the options that were weighed.');
}

function objectionToHotWash(view: ExerciseView, { endEarly }: ExerciseActOf<'hot-wash'>): ActAnswer | undefined {
  const toCome = injectsToCome(view).length;
  return toCome === 0 || endEarly !== undefined
    ? undefined
    : actRefused(
        'injects-to-come',
        `${toCome === 1 ? 'One event is' : `${toCome} events are`} still to come. Tell or skip them, or say why the story ends early.`,
      );
}

function objectionToAssessment(view: ExerciseView, { actions }: ExerciseActOf<'assess'>): ActAnswer | undefined {
  const told = view.told.map(({ injectId }) => injectId);
  const known = expectedActions({ injects: view.scenario?.injects ?? [] });
  if (new Set(actions.map(({ id }) => id)).size < actions.length)
    return actRefused('malformed', 'One action is judged twice in the same form.');
  const wrong = actions.find(({ id }) => !known.some((one) => one.id === id && told.includes(one.injectId)));
  return wrong === undefined
    ? undefined
    : actRefused('no-such-action', `There is no expected action "${wrong.id}" of an event that was told.`);
}

function objectionToRaising(view: ExerciseView, act: ExerciseActOf<'raise-gap'>): ActAnswer | undefined {
  const covered = (view.scenario?.services ?? []).map(({ id }) => id);
  if (act.service !== undefined && !covered.includes(act.service))
    return actRefused('no-such-service', `This exercise covers ${covered.join(', ')}, and not "${act.service}".`);
  const { fingerprint } = gapToRaise(view, act);
  const known = view.gaps.find((gap) => gap.fingerprint === fingerprint);
  return known === undefined ? undefined : actRefused('same-gap', `That is ${known.id} already: “${known.title}”.`);
}

const gapNamed = ({ gaps }: Pick<ExerciseView, 'gaps'>, gapId: string): GapView | undefined =>
  gaps.find(({ id }) => id.toLowerCase() === gapId.toLowerCase());

function objectionToGap(view: ExerciseView, act: ExerciseActOf<'file-gap' | 'no-ticket'>): ActAnswer | undefined {
  const gap = gapNamed(view, act.gapId);
  if (gap === undefined)
    return actRefused(
      'no-such-gap',
      `There is no gap "${act.gapId}"; there are ${view.gaps.map(({ id }) => id).join(', ') || 'none'}.`,
    );
  if (gap.ticket !== undefined) return actRefused('has-ticket', `${gap.id} has its ticket: ${gap.ticket.key}.`);
  if (act.kind === 'file-gap' && gap.filed !== undefined)
    return actRefused('filed', `The ticket of ${gap.id} is being filed in Jira.`);
  if (act.kind === 'no-ticket' && gap.without !== undefined)
    return actRefused('without-ticket', `${gap.id} gets no ticket, says ${gap.without.by.name}: ${gap.without.reason}`);
  return undefined;
}

function objectionToClosing(view: ExerciseView): ActAnswer | undefined {
  const open = unsettledGaps(view);
  const [first] = open;
  if (first === undefined) return undefined;
  const waiting = open.filter(({ filed }) => filed !== undefined).length;
  return actRefused(
    'gaps-open',
    `${open.length === 1 ? 'One gap has' : `${open.length} gaps have`} neither a ticket nor a reason why not, first: ${first.id} “${first.title}”.${waiting === 0 ? '' : ` Jira has not confirmed ${waiting === 1 ? 'the ticket' : `${waiting} tickets`} yet: wait, or say why not (“Jira is down” will do; the ticket comes all the same when Jira is back).`}`,
  );
}
