import { formatDurationMs } from '../../domain/duration-text.ts';
import { comparedActions, comparedDecisions, creditsOf, rememberedExercise } from '../../domain/exercise-outcome.ts';
import type { LastExercise } from '../../domain/exercise.ts';
import { unansweredInjects } from '../../domain/exercise-unanswered.ts';
import { injectOf } from '../../domain/exercise-view.ts';
import type { ExerciseView, GapView } from '../../domain/exercise-view.ts';
import { listOf, roleName } from '../../domain/role-text.ts';
import type { RunProjection } from '../../domain/run-view.ts';
import { nameUnavailable, standardRoles } from '../../domain/scenario.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { facts, none, section, table, tag } from './parts.ts';
import { clock, stamp, wayText } from './words.ts';
import type { Tag } from './words.ts';

/**
 * The after-action report of a tabletop exercise, in the shape of NIST SP 800-84: plan, conduct, evaluate, improve.
 * Nothing for any other run.
 */
export function exerciseSections(run: RunProjection): readonly Html[] {
  const { exercise } = run;
  if (exercise?.scenario === undefined) return [];
  return [
    planSection(exercise),
    conductSection(exercise),
    attendanceSection(exercise),
    decisionsSection(exercise),
    actionsSection(exercise),
    hotWashSection(exercise),
    improveSection(exercise),
    comparisonSection(run.runId, exercise),
  ];
}

function planSection({ scenario, answerable, policy }: ExerciseView): Html {
  if (scenario === undefined) return html``;
  return section(
    'plan',
    'Plan',
    html`<p>${scenario.situation}</p>`,
    facts([
      ['Scenario', `${scenario.title} (${scenario.name}), ${scenario.difficulty}`],
      ['Tests', scenario.tests],
      ['Objectives', scenario.objectives.map((line, index) => html`${index > 0 && html`<br />`}${line}`)],
      ['Threats', scenario.threats.join(', ')],
      ['Drawn from', scenario.sources.map((line, index) => html`${index > 0 && html`<br />`}${line}`)],
      ['Planned length', `${scenario.minutes} min, ${scenario.injects.length} events`],
      ['Imagined impact (T0)', scenario.clock.began],
      ['Recovered when', scenario.clock.recovered],
      ['Kept open for', policy === undefined ? undefined : formatDurationMs(policy.finalDeadlineMs)],
    ]),
    table(
      ['Service', 'Tier', 'RTO', 'RPO', 'Owner', 'DR champion'],
      scenario.services.map(({ id, name, tier, rtoMs, rpoMs }) => {
        const people = answerable.find(({ service }) => service === id);
        return [
          name,
          tier,
          formatDurationMs(rtoMs),
          formatDurationMs(rpoMs),
          people?.owner.name ?? '',
          people?.champion.name ?? '',
        ];
      }),
    ),
  );
}

interface Line {
  readonly atMs: number;
  readonly what: Html | string;
  readonly who: string;
}

/** Everything that happened, in its order, on the real clock and on the story's. */
function conductSection(exercise: ExerciseView): Html {
  const lines = timelineOf(exercise);
  return section(
    'conduct',
    'Conduct',
    facts([
      ['Begun', exercise.begun === undefined ? 'never' : `${stamp(exercise.begun.atMs)} by ${exercise.begun.by.name}`],
      [
        'Imagined recovery',
        exercise.recovered === undefined
          ? 'never proved'
          : `T0 + ${formatDurationMs(exercise.recovered.incidentMs)}, RTO ${formatDurationMs(exercise.scenario?.rtoMs ?? 0)}: ${exercise.recovered.proof}`,
      ],
      [
        'Held up by the engine',
        exercise.heldUpMs === 0 ? undefined : `${formatDurationMs(exercise.heldUpMs)}; the story waited`,
      ],
      [
        'Closed',
        exercise.closed === undefined ? 'never' : `${stamp(exercise.closed.atMs)} by ${exercise.closed.by.name}`,
      ],
    ]),
    lines.length === 0
      ? none('Nothing happened.')
      : table(
          ['UTC', 'What', 'Who'],
          lines.map(({ atMs, what, who }) => [clock(atMs), what, who]),
        ),
  );
}

function timelineOf(view: ExerciseView): readonly Line[] {
  const lines: Line[] = [
    ...(view.begun === undefined ? [] : [{ atMs: view.begun.atMs, what: 'Begun', who: view.begun.by.name }]),
    ...view.told.map(({ injectId, atMs, how, incidentMs, unavailable }): Line => {
      const inject = injectOf(view, injectId);
      const named = inject === undefined ? undefined : nameUnavailable(inject, unavailable?.name ?? 'One of them');
      return {
        atMs,
        what: html`<strong>${named?.title ?? injectId}</strong>
          <small>T0 + ${formatDurationMs(incidentMs)}${how === 'on-time' ? '' : ', brought forward'}</small
          ><br />${named?.text ?? ''}${unavailable === undefined ? '' : ` (Drawn: ${unavailable.name}.)`}`,
        who: named?.from ?? '',
      };
    }),
    ...view.skipped.map(({ injectId, atMs, reason, by }): Line => ({
      atMs,
      what: `Skipped: ${injectOf(view, injectId)?.title ?? injectId}. ${reason}`,
      who: by.name,
    })),
    ...view.improvised.map(({ atMs, title, text, by }): Line => ({
      atMs,
      what: html`<strong>${title}</strong> <small>improvised</small><br />${text}`,
      who: by.name,
    })),
    ...view.roleChanges.map(({ atMs, role, from, to }): Line => ({
      atMs,
      what:
        to === undefined
          ? `${from?.name ?? 'Nobody'} is no longer ${role}`
          : `${to.name} is ${role}${from === undefined ? '' : `, in place of ${from.name}`}`,
      who: to?.name ?? '',
    })),
    ...view.decisions.map(({ atMs, id, choice, by }): Line => ({
      atMs,
      what: `Decision ${id}: ${choice}`,
      who: by.name,
    })),
    ...view.reminders.map(({ atMs, text, escalatedTo = [] }): Line => ({
      atMs,
      what: `${escalatedTo.length === 0 ? 'Reminded' : `Escalated to ${listOf(escalatedTo.map(roleName), 'and')}`}: ${text}`,
      who: 'firedrill',
    })),
    ...view.gaps.map(({ atMs, id, title, by }): Line => ({ atMs, what: `Gap ${id}: ${title}`, who: by.name })),
    ...(view.recovered === undefined
      ? []
      : [{ atMs: view.recovered.atMs, what: `Recovered: ${view.recovered.proof}`, who: view.recovered.by.name }]),
    ...(view.hotWash === undefined
      ? []
      : [
          {
            atMs: view.hotWash.atMs,
            what: `Hot-wash${view.hotWash.endedEarly === undefined ? '' : `, the story ended early: ${view.hotWash.endedEarly}`}`,
            who: view.hotWash.by.name,
          },
        ]),
    ...view.happenings.flatMap(({ kind, atMs }): Line[] =>
      kind === 'paused' || kind === 'resumed'
        ? [{ atMs, what: kind === 'paused' ? 'The clock stops' : 'The clock goes on', who: '' }]
        : [],
    ),
  ];
  return lines.toSorted((one, other) => one.atMs - other.atMs);
}

function attendanceSection(exercise: ExerciseView): Html {
  const roles = [...standardRoles, ...(exercise.scenario?.roles ?? [])].map(({ role }) => role);
  return section(
    'attendance',
    'Who took part',
    exercise.attendance.length === 0
      ? none('Nobody.')
      : table(
          ['Person', 'From (UTC)', 'Roles in the exercise', 'How proved'],
          exercise.attendance.map(({ by, atMs, late }) => [
            html`${by.name} <small>(${by.personId})</small>`,
            html`${stamp(atMs)}${late && html` <small>only for the hot-wash: no credit</small>`}`,
            roles
              .filter((role) =>
                exercise.roleChanges.some((one) => one.role === role && one.to?.personId === by.personId),
              )
              .join(', '),
            wayText(by.via),
          ]),
        ),
    table(
      ['Service', 'Credit', 'Because'],
      creditsOf(exercise).map(({ name, credited, by, needed }) => [
        name,
        tag(credited ? { text: '✔ credit', tone: 'good' } : { text: '✖ no credit', tone: 'bad' }),
        credited
          ? `${by.map((person) => person.name).join(' and ')} took part`
          : `neither ${needed.map((person) => person.name).join(' nor ')} was there while the story was told`,
      ]),
    ),
  );
}

const decisionTags: Readonly<Record<ReturnType<typeof comparedDecisions>[number]['outcome'], Tag>> = {
  'as-expected': { text: '✔ as expected', tone: 'good' },
  otherwise: { text: '✖ otherwise', tone: 'bad' },
  open: { text: '– a matter of judgement', tone: 'plain' },
};

function decisionsSection(exercise: ExerciseView): Html {
  const compared = comparedDecisions(exercise);
  const unanswered = unansweredInjects(exercise);
  return section(
    'decisions',
    'Evaluate: decisions',
    compared.length === 0
      ? none('No decision was logged.')
      : table(
          ['No.', 'T0 +', 'Question', 'Weighed', 'Choice', 'Owner', 'Reason', 'Beside the runbook'],
          compared.map(({ decision, outcome, expected }) => [
            decision.id,
            formatDurationMs(decision.incidentMs),
            decision.question,
            decision.options.join(', '),
            html`<strong>${decision.choice}</strong>`,
            decision.owner,
            decision.reason,
            html`${tag(decisionTags[outcome])}${outcome === 'otherwise' && html` <small>expected: ${expected.join(' or ')}</small>`}`,
          ]),
        ),
    unanswered.length > 0 &&
      html`<h3>Events without a decision</h3>
        ${table(
          ['Event', 'Told (UTC)', 'Asked about again (UTC)'],
          unanswered.map(({ title, toldAtMs, askedAtMs }) => [
            title,
            clock(toldAtMs),
            askedAtMs.length === 0 ? 'never' : askedAtMs.map(clock).join(', '),
          ]),
        )}`,
  );
}

const actionTags: Readonly<Record<ReturnType<typeof comparedActions>[number]['outcome'], Tag>> = {
  done: { text: '✔ done', tone: 'good' },
  partly: { text: '◐ partly', tone: 'open' },
  missed: { text: '✖ missed', tone: 'bad' },
  'not-judged': { text: '– not judged', tone: 'plain' },
};

function actionsSection(exercise: ExerciseView): Html {
  const actions = comparedActions(exercise);
  return section(
    'actions',
    'Evaluate: expected actions',
    actions.length === 0
      ? none('No event was told.')
      : table(
          ['Event', 'Part of the recovery document', 'A team that knows its runbook would', 'The facilitator says'],
          actions.map(({ injectId, section: part, action, outcome, note }) => [
            injectOf(exercise, injectId)?.title ?? injectId,
            part,
            action,
            html`${tag(actionTags[outcome])}${note !== undefined && html` ${note}`}`,
          ]),
        ),
  );
}

const hotWashSection = (exercise: ExerciseView): Html =>
  section(
    'hot-wash',
    'Evaluate: hot-wash',
    (exercise.scenario?.hotWash ?? []).map((question, index) => {
      const answers = exercise.answers.filter((answer) => answer.question === index + 1);
      return html`<h3>${index + 1}. ${question}</h3>
        ${answers.length === 0 ? none('Nobody answered.') : answers.map(({ text, by }) => html`<p><q>${text}</q> <small>${by.name}</small></p>`)}`;
    }),
  );

function improveSection({ gaps }: ExerciseView): Html {
  return section(
    'improve',
    'Improve: gaps',
    gaps.length === 0
      ? none('No gap was raised.')
      : table(
          ['No.', 'Service', 'Gap', 'Part of the recovery document', 'Raised by', 'What becomes of it'],
          gaps.map((gap) => [
            gap.id,
            gap.service,
            html`<strong>${gap.title}</strong> <small>${gap.severity}</small><br />${gap.found}`,
            gap.section,
            gap.by.name,
            settledText(gap),
          ]),
        ),
  );
}

function settledText({ ticket, without, filed }: GapView): Html | string {
  if (ticket !== undefined) return html`ticket <strong>${ticket.key}</strong>`;
  if (without !== undefined) return `no ticket, says ${without.by.name}: ${without.reason}`;
  return filed === undefined ? 'nothing was decided' : 'its ticket was asked for; see addenda.jsonl';
}

/** The same numbers of the last exercise of this service beside those of today, and which gaps came up again. */
function comparisonSection(runId: string, exercise: ExerciseView): Html {
  const { last } = exercise;
  if (last === undefined)
    return section(
      'comparison',
      'Compared with the last time',
      none('This is the first exercise of this service here.'),
    );
  const now = rememberedExercise(runId, exercise);
  const again = last.gaps.filter(({ fingerprint }) => exercise.gaps.some((gap) => gap.fingerprint === fingerprint));
  return section(
    'comparison',
    'Compared with the last time',
    html`<p>${last.title} (${last.scenario}), closed ${stamp(last.closedAtMs)}, run ${last.runId}.</p>`,
    now === undefined
      ? none('Today’s was not closed: there is nothing to compare.')
      : table(
          ['', 'Last time', 'This time'],
          comparedNumbers.map(([name, of]) => [name, of(last), of(now)]),
        ),
    again.length === 0
      ? html`<p>None of its ${last.gaps.length} gaps came up again.</p>`
      : html`<p>
          <strong>Came up again:</strong>
          ${again.map(({ title, ticket }) => `${title}${ticket === undefined ? '' : ` (${ticket})`}`).join('; ')}
        </p>`,
  );
}

const comparedNumbers: readonly (readonly [name: string, of: (one: LastExercise) => string])[] = [
  ['People', ({ people }) => String(people)],
  ['Events told', ({ told }) => String(told)],
  ['Decisions logged', ({ decisions }) => String(decisions)],
  [
    'As the runbook expects',
    ({ asExpected, chosen }) => (chosen === 0 ? 'none to compare' : `${asExpected} of ${chosen}`),
  ],
  ['Expected actions', ({ actions }) => `${actions.done} done, ${actions.partly} partly, ${actions.missed} missed`],
  [
    'Imagined RTO',
    ({ recoveredAfterMs }) => (recoveredAfterMs === undefined ? 'never proved' : formatDurationMs(recoveredAfterMs)),
  ],
  ['Gaps', ({ gaps }) => String(gaps.length)],
];
