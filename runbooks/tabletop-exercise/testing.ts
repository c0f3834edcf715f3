import { stringify } from 'yaml';
import { parseScenario, ScenarioError } from './read-scenario.ts';
import type { ReadScenario } from './read-scenario.ts';
import type { SourceProblem } from '../../catalog/source-error.ts';

/** Plain data of a scenario that a test may change before it is written as YAML. */
export type ScenarioDraft = Record<string, DraftValue>;
// A test reaches deep into the draft by name; what is not there shows up as a failing test.
// oxlint-disable-next-line typescript/no-explicit-any
type DraftValue = any;

/** The smallest scenario that says everything once. */
export const draftScenario = (): ScenarioDraft => ({
  name: 'small-fire',
  title: 'A small fire at ${company}',
  tests: 'Whether tests can speak of ${service}',
  minutes: 60,
  difficulty: 'easy',
  threats: ['facility'],
  suits: { tiers: [0, 1], resources: ['rds-instance'] },
  sources: ['The fire of Smallville, 2001'],
  situation: '${service} in ${region} smells of smoke.',
  objectives: ['Find the fire within ${rto}'],
  roles: [{ role: 'finder', does: 'Finds.' }],
  clock: { began: 'Monday 08:00 UTC', detectedAfter: '2m', recovered: '${service} smells of nothing.' },
  injects: [0, 8, 16, 24, 32, 40].map((minute, index) => ({
    id: `event-${index + 1}`,
    title: `Event ${index + 1}`,
    minute,
    incidentTime: `${2 + minute}m`,
    from: 'A nose',
    text: `Event ${index + 1} at \${databaseId}.`,
    questions: ['Where?'],
    expect: ['Look', 'Tell ${owner}'],
    section: 'Find the fire',
    ...(index === 1
      ? { options: ['run', 'stay'].map((id) => ({ id, text: `You ${id}`, tradeOff: 'None', expected: id === 'run' })) }
      : {}),
    ...(index === 2 ? { unavailable: { among: ['finder'] } } : {}),
  })),
  hotWash: ['What smelled?'],
});

/** The small scenario with a change, as YAML. */
export function scenarioText(change: (draft: ScenarioDraft) => void = () => undefined): string {
  const draft = draftScenario();
  change(draft);
  return stringify(draft);
}

export const readWith = (change?: (draft: ScenarioDraft) => void): ReadScenario =>
  parseScenario(scenarioText(change), 'small-fire.yaml');

/** What is wrong with it; none when it can be read. */
export function problemsIn(text: string): readonly SourceProblem[] {
  try {
    parseScenario(text, 'small-fire.yaml');
    return [];
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems;
    throw error;
  }
}
