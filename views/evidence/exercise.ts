import { formatDurationMs } from '../../domain/duration-text.ts';
import { comparedActions, comparedDecisions } from '../../domain/exercise-outcome.ts';
import { unansweredInjects } from '../../domain/exercise-unanswered.ts';
import { injectOf } from '../../domain/exercise-view.ts';
import type { ExerciseView } from '../../domain/exercise-view.ts';
import type { RunProjection } from '../../domain/run-view.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { facts, none, section, table, tag, took } from './parts.ts';
import { clock } from './words.ts';
import type { Tag } from './words.ts';
import { attendanceSection, conductSection } from './exercise-course.ts';
import { comparisonSection, hotWashSection, improveSection } from './exercise-lessons.ts';

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
            took(decision.incidentMs),
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
