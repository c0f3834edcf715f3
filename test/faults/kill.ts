import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { endWhatRuns } from '../demo/command.ts';
import { learnCourses, runCampaign } from './campaign.ts';
import type { KillResult } from './campaign.ts';
import { install, targets } from './installation.ts';
import type { CatalogData, Installation, Target } from './installation.ts';
import type { Violation } from './invariants/witness.ts';
import { momentTexts, planKills } from './plan.ts';
import { campaignTable, killLine, momentsLine, violationLine } from './report.ts';
import { subjects as allSubjects } from './subjects.ts';

/** What `npm run test:kill` and the short form in CI are asked for. */
export interface KillTestOptions {
  readonly seed: number;
  readonly kills: number;
  readonly only?: readonly Target[];
  /** Of these runs alone, by the beginning of their subjects' names; default all. */
  readonly of?: readonly string[];
  /** Does this planned kill alone. */
  readonly onlyKill?: number;
  readonly installations: number;
  /** Runs beside each other in each installation. */
  readonly runs: number;
  readonly say: (text: string) => void;
}

export interface KillTestReport {
  readonly seed: number;
  readonly tookMs: number;
  readonly results: readonly KillResult[];
  /** Every moment that unharmed runs have, in words: those of the results are some of them, or times by lot. */
  readonly moments: readonly string[];
  /** Of no single run: what was left, open, broken or doubled when all was over. */
  readonly afterwards: readonly Violation[];
}

/** Installs, learns what unharmed runs look like, kills as planned, examines, stops everything. */
export async function killTest(options: KillTestOptions): Promise<KillTestReport> {
  const { seed, kills, only, of = [''], onlyKill, say } = options;
  const startedMs = Date.now();
  const seconds = (): string => `${Math.round((Date.now() - startedMs) / 1000)} s`;
  const slots = Array.from({ length: options.runs }, (_, index) => String(index + 1));
  const subjects = allSubjects.filter(({ name }) => of.some((wanted) => name.startsWith(wanted)));
  if (subjects.length === 0)
    throw new Error(`--of takes the beginnings of ${allSubjects.map(({ name }) => `"${name}"`).join(', ')}.`);
  const installations: Installation[] = [];
  let left: readonly string[] | undefined;
  const closeAll = async (): Promise<readonly string[]> =>
    (await Promise.all(installations.map((installation) => installation.close()))).flat();
  try {
    // One after the other: each looks for free ports.
    for (let index = 0; index < options.installations; index += 1) {
      const catalog = (data: CatalogData): void => subjects.forEach((subject) => subject.catalog(data, slots));
      installations.push(await install({ catalog, say }));
    }
    say(`${installations.length} installed (${seconds()}); learning what ${subjects.length} kinds of runs look like`);
    for (const installation of installations) for (const subject of subjects) await subject.prepare?.(installation);
    const [first] = installations;
    if (first === undefined) throw new Error('A campaign needs an installation.');
    const courses = await learnCourses(first, subjects);
    for (const { subject, boundaries, tookMs } of courses)
      say(`  ${subject}: ${boundaries.length} boundaries, ${(tookMs / 1000).toFixed(1)} s unharmed`);
    const plan = planKills({ seed, kills, courses, ...(only === undefined ? {} : { only }) });
    const chosen = onlyKill === undefined ? plan : plan.filter(({ number }) => number === onlyKill);
    say(`${chosen.length} kills, seed ${seed} (${seconds()})`);
    const onKill = (result: KillResult): void => say(killLine(result));
    const { results, violations } = await runCampaign({ installations, subjects, kills: chosen, slots, onKill });
    left = await closeAll();
    const processes = left.map((what): Violation => ({ runId: '-', kind: 'left over', what: `process ${what}` }));
    return {
      seed,
      tookMs: Date.now() - startedMs,
      results: results.toSorted((one, other) => one.number - other.number),
      moments: momentTexts(courses),
      afterwards: [...violations, ...processes],
    };
  } finally {
    if (left === undefined) await closeAll();
  }
}

export const violationsOf = ({ results, afterwards }: KillTestReport): readonly Violation[] => [
  ...results.flatMap(({ violations }) => violations),
  ...afterwards,
];

async function main(): Promise<void> {
  // Whatever ends this process must not leave an installation behind.
  process.on('exit', endWhatRuns);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '300' },
      seed: { type: 'string' },
      only: { type: 'string' },
      of: { type: 'string' },
      'only-kill': { type: 'string' },
      installations: { type: 'string', default: '2' },
      runs: { type: 'string', default: '4' },
      json: { type: 'string', default: 'kill-test.json' },
    },
  });
  const seed = values.seed === undefined ? randomInt(1, 1_000_000) : numberOf('seed', values.seed);
  const kills = numberOf('kills', values.kills);
  const only = values.only?.split(',').map(targetOf);
  const of = values.of?.split(',');
  const say = (text: string): void => console.log(text);
  const repeat = `npm run test:kill -- --kills ${kills} --seed ${seed} --installations ${values.installations} --runs ${values.runs}${only === undefined ? '' : ` --only ${only.join(',')}`}${of === undefined ? '' : ` --of "${of.join(',')}"`}`;
  say(`kill test, seed ${seed}. Repeat it:  ${repeat}`);
  const report = await killTest({
    seed,
    kills,
    installations: numberOf('installations', values.installations),
    runs: numberOf('runs', values.runs),
    say,
    ...(only === undefined ? {} : { only }),
    ...(of === undefined ? {} : { of }),
    ...(values['only-kill'] === undefined ? {} : { onlyKill: numberOf('only-kill', values['only-kill']) }),
  });
  await writeFile(values.json, `${JSON.stringify(report, undefined, 1)}\n`);
  say(`\n${campaignTable(report.results, report.afterwards)}`);
  say(momentsLine(report.results, report.moments));
  say(`seed ${seed}, ${Math.round(report.tookMs / 1000)} s, details in ${values.json}`);
  for (const violation of report.afterwards) say(violationLine(violation));
  const violated = report.results.filter(({ violations }) => violations.length > 0);
  for (const { number } of violated) say(`Repeat #${number} alone:  ${repeat} --only-kill ${number}`);
  process.exit(violationsOf(report).length === 0 ? 0 : 1);
}

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} takes a whole number above 0, not "${text}".`);
}

function targetOf(text: string): Target {
  const target = targets.find((one) => one === text);
  if (target !== undefined) return target;
  throw new Error(`--only takes one or more of ${targets.join(', ')}, not "${text}".`);
}

if (import.meta.main) await main();
