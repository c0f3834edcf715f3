import { placedIn, yamlProblems } from '../../catalog/placed-problems.ts';
import { problemsOfSchema } from '../../catalog/problems-of-schema.ts';
import { readSource } from '../../catalog/source-document.ts';
import { SourceError, countOf } from '../../catalog/source-error.ts';
import type { SourceProblem } from '../../catalog/source-error.ts';
import { draftScenario, quoted } from './draft.ts';
import { IncidentSchema } from './incident.ts';
import type { Incident } from './incident.ts';
import { incidentOfMarkdown } from './incident-markdown.ts';

const minuteMs = 60_000;

/** An incident that was written down, and not so that a draft can be made of it. */
class IncidentFileError extends SourceError {
  override readonly name = 'IncidentFileError';

  constructor(problems: readonly SourceProblem[]) {
    super(
      {
        code: 'incident-file-invalid',
        kind: 'input',
        what: `The incident's file has ${countOf(problems)}.`,
        means: 'No draft was made.',
        next: 'Mend what is listed, and make the draft again.',
      },
      problems,
    );
  }
}

/**
 * A draft of a scenario from an incident that was written down.
 *
 * @param file - its name; `.yaml` and `.yml` are read as YAML, everything else as Markdown
 * @param name - of the scenario
 * @throws IncidentFileError with every problem of the file
 */
export function draftFromIncident(text: string, file: string, name: string): string {
  const incident = /\.ya?ml$/i.test(file) ? incidentOfYaml(text, file) : incidentOfMarkdown(text);
  if (incident === undefined) throw noTimeline(file);
  return draftOfIncident(incident, name, incident.title);
}

/**
 * A draft of a scenario from an incident, however it is known.
 *
 * @param source - where it is from, as the scenario says it
 * @param told - puts words of that day into a scenario
 */
export function draftOfIncident(incident: Incident, name: string, source: string, told = quoted): string {
  const { title, summary, timeline, lessons } = incident;
  const detectedAfterMs = incident.detectedAfterMs ?? minuteMs;
  return draftScenario({
    name,
    title: told(title),
    source: quoted(source),
    situation: summary === undefined ? 'TODO: what is the situation before anybody knows?' : told(summary),
    clock: {
      began: `TODO: when, in the story? What happened: ${told(timeline[0]?.what ?? title)}`,
      detectedAfterMs,
      recovered: 'TODO: what must be true so that ${service} counts as recovered?',
    },
    // Counted from the first event, which nobody tells before it was detected.
    injects: timeline.map(({ afterMs, what, did }) => ({
      title: shortened(told(what)),
      incidentMs: Math.max(detectedAfterMs, afterMs),
      from: 'TODO: who or what says it?',
      text: told(what),
      questions: ['TODO: which decision does this ask for, and what does each way cost?'],
      expect: [did === undefined ? 'TODO: what would a team that knows its runbook do?' : told(did)],
    })),
    hotWash: [
      ...lessons.map((lesson) => `Would it be so today? ${told(lesson)}`),
      'Which decision came later than it had to, and what were we waiting for?',
      'What do we test for real next quarter because of today?',
    ],
  });
}

function incidentOfYaml(text: string, file: string): Incident {
  const source = readSource(text, file);
  if (source.faults.length > 0) throw new IncidentFileError(yamlProblems(source));
  const parsed = IncidentSchema.safeParse(source.data);
  if (parsed.success) return parsed.data;
  const problems = problemsOfSchema(IncidentSchema, source.data, parsed.error.issues, 'the incident');
  throw new IncidentFileError(problems.map((problem) => placedIn(source, source.data, problem)));
}

const noTimeline = (file: string): IncidentFileError =>
  new IncidentFileError([
    {
      file,
      line: 1,
      column: 1,
      path: '',
      value: 'no line that begins with a time',
      message: 'There is no timeline in it.',
      expected: 'lines such as "- 02:14 the first alarm", or | 02:14 | the first alarm |',
    },
  ]);

const shortened = (text: string): string => {
  const first = /^.{20,70}?[.;:,](?=\s)/.exec(text)?.[0].slice(0, -1) ?? text;
  return first.length <= 70 ? first : `${first.slice(0, 69).trimEnd()}…`;
};
