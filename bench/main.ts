import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Measure } from './measure.ts';
import { measures } from './measures/index.ts';
import { reportOf, tableOf } from './report.ts';
import type { Measured } from './report.ts';

/**
 * `npm run bench [-- NAME …] [--json FILE]`: runs the named measures, or all of them, one after the other; prints a table
 * and writes the same as JSON (`-` prints it). Exit code 1 when a measure failed; a missed goal is shown and fails nothing,
 * since it says as much about the machine as about us.
 */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  const chosen = values.help ? undefined : choose(positionals);
  if (chosen === undefined) {
    console.error(usage());
    return values.help ? 0 : 2;
  }
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new Error('interrupted')));
  process.once('SIGTERM', () => stop.abort(new Error('interrupted')));

  const measured: Measured[] = [];
  for (const measure of chosen) {
    if (stop.signal.aborted) break;
    measured.push(await take(measure, stop.signal));
  }
  console.log(tableOf(measured));
  const json = JSON.stringify(reportOf(measured), null, 2);
  if (values.json === '-') console.log(json);
  else if (values.json !== undefined) writeFileSync(values.json, `${json}\n`);
  return measured.length < chosen.length || measured.some(({ failed }) => failed !== undefined) ? 1 : 0;
}

async function take(measure: Measure, signal: AbortSignal): Promise<Measured> {
  const { name, what } = measure;
  const startedMs = Date.now();
  const tell = (text: string): void =>
    console.error(`${((Date.now() - startedMs) / 1000).toFixed(1).padStart(6)} s  ${name}: ${text}`);
  tell(what);
  try {
    const figures = await measure.run({ signal, tell });
    return { measure: name, what, tookMs: Date.now() - startedMs, figures };
  } catch (error) {
    tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
    const failed = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { measure: name, what, tookMs: Date.now() - startedMs, figures: [], failed };
  }
}

/** Undefined when a name is unknown. */
function choose(names: readonly string[]): readonly Measure[] | undefined {
  if (names.length === 0) return measures;
  const unknown = names.filter((name) => !measures.some((measure) => measure.name === name));
  if (unknown.length > 0) {
    console.error(`No measure is called ${unknown.join(', ')}.\n`);
    return undefined;
  }
  return measures.filter(({ name }) => names.includes(name));
}

const usage = (): string =>
  [
    'npm run bench [-- NAME …] [--json FILE|-]',
    '',
    ...measures.map(({ name, what }) => `  ${name.padEnd(12)} ${what}`),
  ].join('\n');

process.exit(await main());
