import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { FiredrillError } from '../../../domain/errors.ts';
import { draftFromIncident } from '../../../runbooks/tabletop-exercise/draft-from-incident.ts';
import { draftFromRun } from '../../../runbooks/tabletop-exercise/draft-from-run.ts';
import { parseScenario } from '../../../runbooks/tabletop-exercise/read-scenario.ts';
import { NameSchema } from '../../../domain/names.ts';
import { readRun } from '../../../store/read.ts';
import { openStoreOf } from '../access.ts';
import type { Act } from '../command.ts';
import { newCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import type { CommonOptions } from '../settings-of.ts';
import { settingsOf } from '../settings-of.ts';
import type { Terminal } from '../terminal.ts';

interface DraftOptions extends CommonOptions {
  readonly fromRun?: string;
  readonly fromIncident?: string;
  readonly out?: string;
}

/** `firedrill scenario draft` */
export function scenarioDraftCommand(act: Act): Command {
  return newCommand(
    'draft',
    'Make a draft of a scenario from a run that failed, or from an incident that was declared or written down.',
    [
      'firedrill scenario draft --from-run restore-test/jira-cloud/issues-db/2026Q4 --out our-scenarios/old-backup.yaml',
      'firedrill scenario draft --from-incident postmortem.md --out our-scenarios/queue-stood-still.yaml',
    ],
  )
    .option(
      '--from-run <run>',
      'a run that is over: its failures and findings become injects, or the times and the command of an incident',
    )
    .option('--from-incident <file>', 'a timeline, as Markdown (lines that begin with a time) or YAML')
    .option('--out <file>', 'write it there, never over a file; the scenario is named after it. Default: print it')
    .addHelpText('after', '\nNothing is invented: what cannot be known from it is a question marked TODO.')
    .action((options: DraftOptions) =>
      act(options, async ({ terminal, answer }) => {
        const out = outFile(options, terminal);
        const name = out?.name ?? 'draft';
        const text = await draftText(options, terminal, name);
        const { scenario, warnings } = parseScenario(text, out?.file ?? `${name}.yaml`);
        const summary = {
          name,
          injects: scenario.injects.length,
          toDo: warnings.filter((one) => one.text.startsWith('To do')).length,
        };
        if (out === undefined) answer({ ...summary, text }, text.trimEnd());
        else {
          writeDraft(out.file, options.out ?? out.file, text);
          answer(
            { ...summary, file: out.file },
            [
              `${terminal.paint.good('✔')} ${options.out}: ${summary.injects} injects, ${summary.toDo} questions to answer (TODO)`,
              `  See them:  firedrill scenario check ${options.out}`,
            ].join('\n'),
          );
        }
        return exitCodes.done;
      }),
    );
}

async function draftText(options: DraftOptions, terminal: Terminal, name: string): Promise<string> {
  const { fromRun, fromIncident } = options;
  if (fromRun !== undefined && fromIncident === undefined) return await ofRun(fromRun, options, terminal, name);
  if (fromIncident !== undefined && fromRun === undefined) {
    return draftFromIncident(incidentText(terminal, fromIncident), fromIncident, name);
  }
  throw wrongUse(
    fromRun === undefined ? 'A draft is made from something.' : 'A draft is made from one thing.',
    'Give either --from-run RUN or --from-incident FILE.',
  );
}

function incidentText({ cwd }: Terminal, named: string): string {
  try {
    return readFileSync(resolve(cwd, named), 'utf8');
  } catch (error) {
    const code = codeOf(error);
    const what =
      code === 'EISDIR'
        ? `${named} is a folder.`
        : code === 'ENOENT' || code === 'ENOTDIR'
          ? `There is no file ${named}.`
          : `${named} cannot be read (${code}).`;
    throw wrongUse(what, 'Name a Markdown or YAML file with a timeline.');
  }
}

/** Never over a file. */
function writeDraft(file: string, named: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    const code = codeOf(error);
    throw code === 'ENOENT' || code === 'ENOTDIR'
      ? wrongUse(`There is no folder for ${named}.`, `Make it first:  mkdir -p ${dirname(named)}`)
      : wrongUse(`${named} cannot be written (${code}).`, 'Name a file in a folder that you may write to.');
  }
}

/** @throws the error itself, when it is not one of the operating system's */
function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  throw error;
}

async function ofRun(runId: string, options: DraftOptions, terminal: Terminal, name: string): Promise<string> {
  const store = openStoreOf(settingsOf(terminal, options).config);
  try {
    const run = await readRun(store, runId);
    if (run === undefined)
      throw wrongUse(`There is no run ${runId} in the store.`, 'See what there is: firedrill status');
    return draftFromRun(run.projection, name);
  } finally {
    await store.destroy();
  }
}

function outFile(
  { out }: DraftOptions,
  { cwd }: Terminal,
): { readonly file: string; readonly name: string } | undefined {
  if (out === undefined) return undefined;
  const file = resolve(cwd, out);
  const name = basename(file).replace(/\.ya?ml$/, '');
  if (basename(file) === name || !NameSchema.safeParse(name).success)
    throw wrongUse(
      `A scenario cannot be called ${basename(file)}.`,
      'Use lower-case letters and digits, words joined by single hyphens, then .yaml: our-lost-queue.yaml',
    );
  if (existsSync(file)) throw wrongUse(`${out} is there already.`, 'Give another name, or move it away first.');
  return { file, name };
}

const wrongUse = (what: string, next: string): FiredrillError =>
  new FiredrillError({ code: 'wrong-use', kind: 'input', what, means: 'Nothing was written.', next });
