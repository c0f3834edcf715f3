import { formatDurationMs } from '../../domain/duration-text.ts';
import { FiredrillError } from '../../domain/errors.ts';
import type { Finding } from '../../domain/finding.ts';
import { wholeService } from '../../domain/modes.ts';
import type { RunProjection } from '../../domain/run-projection.ts';
import { declaredIncident } from './declared-incident.ts';
import { draftOfIncident } from './draft-from-incident.ts';
import { draftScenario, quoted } from './draft.ts';
import type { DraftInject } from './draft.ts';

const minuteMs = 60_000;

/**
 * A draft of a scenario from a run that is over; of a declared incident, from its times and its command. Of any other run, what went wrong in it, in its order, becomes injects; what closes its
 * findings becomes the expected actions. The run's own name and service are taken out of the story where it is clear what
 * they stand for.
 *
 * @param name - of the scenario
 * @throws FiredrillError `run-not-over`, `nothing-went-wrong`
 */
export function draftFromRun(run: RunProjection, name: string): string {
  if (run.judged === undefined) throw notOver(run);
  if (run.incident !== undefined) {
    const incident = declaredIncident(run.incident, run.judged.reason, run.endedAtMs ?? run.atMs);
    const source = `firedrill run ${run.runId}, ${day(run.openedAtMs)}`;
    return draftOfIncident(incident, name, source, (text) => placeheld(run, text));
  }
  const startMs = run.ledger.T0?.highMs ?? run.openedAtMs;
  const events = [...stepEvents(run), ...gateEvents(run), ...problemEvents(run), ...findingEvents(run)];
  if (events.length === 0) throw nothingWentWrong(run);
  const toInject = ({ atMs, ...event }: RunEvent): DraftInject => ({
    ...mapWords(event, (text) => placeheld(run, text)),
    incidentMs: Math.max(minuteMs, atMs - startMs),
  });
  return draftScenario({
    name,
    title: `TODO: a title. It was ${run.runbook} with verdict ${run.judged.verdict}`,
    source: `firedrill run ${run.runId}, ${day(run.openedAtMs)}: ${quoted(run.judged.verdict)}${run.simulated ? ' (SIMULATED)' : ''}`,
    situation: placeheld(
      run,
      `TODO: tell the situation before anybody knows. In the run: ${run.judged.reason} Target: RTO ${formatDurationMs(run.target.rtoMs)}, RPO ${formatDurationMs(run.target.rpoMs)}.`,
    ),
    // What an exercise or a review found is not bound to a database.
    ...(run.runbook === 'restore-test' ? { threats: ['backup-failure'], resources: ['rds-instance'] } : {}),
    clock: {
      began: `TODO: what happened in the story? In the run T0 was ${new Date(startMs).toISOString()}`,
      detectedAfterMs: minuteMs,
      recovered: 'TODO: what must be true so that ${service} counts as recovered?',
    },
    injects: events.toSorted((a, b) => a.atMs - b.atMs).map(toInject),
    hotWash: [
      'Would we have found this without the drill? When?',
      ...run.findings.map(({ title }) => placeheld(run, `Is "${title}" mended for good? Where else could it be?`)),
      'Which decision came later than it had to, and what were we waiting for?',
    ],
  });
}

type RunEvent = Omit<DraftInject, 'incidentMs'> & { readonly atMs: number };

function stepEvents(run: RunProjection): readonly RunEvent[] {
  return run.steps.flatMap((step): RunEvent[] => {
    if (step.status !== 'failed' && step.status !== 'cancelled') return [];
    const what = step.error?.what ?? step.summary ?? `It ended as ${step.status}.`;
    return [
      {
        atMs: step.endedAtMs ?? run.endedAtMs ?? run.atMs,
        title: `${step.name}: ${step.status}`,
        from: 'The person who carries out the recovery',
        text: `"${step.name}" does not work. ${what} ${step.error?.means ?? ''}`,
        questions: ['What does this mean for the recovery?', 'What do you try next, and who decides it?'],
        expect: [step.error?.next ?? 'TODO: what would a team that knows its runbook do?'],
      },
    ];
  });
}

/** Only gates at which something was to be learned: nobody answered in time, or somebody said no. */
const gateEvents = (run: RunProjection): readonly RunEvent[] =>
  run.gates.flatMap(({ gate, status, escalations, closedAtMs, waitedMs }): RunEvent[] => {
    if (status === 'approved' && escalations.length === 0) return [];
    if (status === 'open' || status === 'withdrawn') return [];
    const asked = escalations.flatMap(({ roles }) => roles).join(', ');
    return [
      {
        atMs: closedAtMs ?? gate.openedAtMs,
        title: status === 'rejected' ? 'Somebody says no' : 'Nobody decides',
        from: 'The gate',
        text: `The question is "${gate.preview.question}". It was ${status}${waitedMs === undefined ? '' : ` after ${formatDurationMs(waitedMs)}`}${asked === '' ? '' : `; then also asked: ${asked}`}.`,
        questions: ['Who may decide this, and who when they cannot be reached?', 'What does waiting cost?'],
        expect: ['The deputy decides in time, by the same rules, and the reason is noted'],
        section: 'Roles and hand-over',
      },
    ];
  });

const problemEvents = (run: RunProjection): readonly RunEvent[] =>
  run.problems
    // What failed a step is told there.
    .filter(({ error }) => run.steps.every((step) => step.error?.what !== error.what))
    .map(({ where, error, atMs }) => ({
      atMs,
      title: `Trouble with ${where}`,
      from: 'The person who carries out the recovery',
      text: `${error.what} ${error.means}`,
      questions: ['Does it stop the recovery, or can you go on beside it?'],
      expect: [error.next === '' ? 'TODO: what would a team that knows its runbook do?' : error.next],
    }));

/** Findings come with the verdict: they are told last, in their order. */
const findingEvents = (run: RunProjection): readonly RunEvent[] =>
  run.findings.map((finding) => ({
    atMs: run.endedAtMs ?? run.atMs,
    title: finding.title,
    from: 'TODO: who would notice this in a real event, and how?',
    text: `${finding.found} ${finding.matters}`,
    questions: [
      'What do you do now, with what you have?',
      'Who has to know that this is so?',
      'What do you promise, and to whom?',
    ],
    expect: [`Look first: ${finding.lookFirst}`, `It counts as closed by: ${finding.proof.sentence}`],
    ...sectionOf(finding),
    facilitator: `In the run this was ${finding.check}, cause ${finding.cause}, severity ${finding.severity}.`,
  }));

/** The part of the recovery document that a finding is about; of what people raised and reviewed, nobody can know it. */
function sectionOf({ check }: Finding): { readonly section?: string } {
  if (/^(tabletop|document|gap)/.test(check)) return {};
  if (check === 'rpo' || check === 'proof') return { section: 'Choose the recovery point' };
  if (check === 'rto' || check === 'restore') return { section: 'Restore a database' };
  if (check.startsWith('check:')) return { section: 'Validate and go live' };
  if (check.startsWith('gate:') || check === 'held') return { section: 'Roles and hand-over' };
  return { section: 'Backups and their proof' };
}

/** Names of that day, where they can only be names, become what they stand for. Longest first: one may be part of another. */
function placeheld(run: RunProjection, text: string): string {
  const names: readonly (readonly [string, string])[] = [
    ...(run.resource === wholeService
      ? []
      : ([
          [`${run.service}/${run.resource}`, '${service}/${database}'],
          [run.resource, '${database}'],
        ] as const)),
    [run.service, '${service}'],
  ];
  return names.reduce(
    (so, [name, placeholder]) => so.replaceAll(new RegExp(`(?<![\\w/-])${name}(?![\\w/-])`, 'g'), () => placeholder),
    quoted(text),
  );
}

const mapWords = (event: Omit<RunEvent, 'atMs'>, change: (text: string) => string): Omit<RunEvent, 'atMs'> => ({
  ...event,
  title: change(event.title),
  from: change(event.from),
  text: change(event.text),
  questions: event.questions.map(change),
  expect: event.expect.map(change),
  ...(event.facilitator === undefined ? {} : { facilitator: change(event.facilitator) }),
});

const day = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

const notOver = (run: RunProjection): FiredrillError =>
  new FiredrillError({
    code: 'run-not-over',
    kind: 'refused',
    what: `${run.runId} is not over yet (${run.state}).`,
    means: 'What there is to learn from it is not known before its verdict.',
    next: `See how it goes: firedrill status ${run.runId}`,
  });

const nothingWentWrong = (run: RunProjection): FiredrillError =>
  new FiredrillError({
    code: 'nothing-went-wrong',
    kind: 'input',
    what: `In ${run.runId} nothing went wrong: no failed step, no finding, no gate without an answer.`,
    means: 'It makes no story.',
    next: 'Take a run that failed (firedrill status lists them), or an incident that was declared, or write one down: firedrill scenario draft --from-incident FILE',
  });
