import { Argument } from 'commander';
import type { Command } from 'commander';
import { personOf, serviceOf } from '../../../catalog/lookup.ts';
import type { Catalog } from '../../../catalog/schema.ts';
import type { Config } from '../../../config/index.ts';
import { FiredrillError } from '../../../domain/errors.ts';
import { correctable, parseIncidentAct } from '../../../domain/incident.ts';
import type { Correctable, IncidentAct } from '../../../domain/incident.ts';
import { parseRunId } from '../../../domain/run-id.ts';
import { readOpenRuns } from '../../../store/read.ts';
import { utcWhen } from '../../../views/text.ts';
import { declareIncident } from '../../runs/declare-incident.ts';
import { openRuns, openStoreOf } from '../access.ts';
import type { Act, CommandContext } from '../command.ts';
import { newCommand } from '../command.ts';
import { personAtWork } from '../decision.ts';
import { exitCodes } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { requireCatalog } from '../given-catalog.ts';
import { doPersonalAct, signedNote } from '../personal-act.ts';
import type { CommonOptions } from '../settings-of.ts';
import { settingsOf } from '../settings-of.ts';

interface DeclareOptions extends CommonOptions {
  readonly title: string;
  readonly began?: string;
  readonly detected?: string;
}

interface ActOptions extends CommonOptions {
  readonly reason: string;
  readonly incident?: string;
}

/** `firedrill declare SERVICE`, and what people do until it is over: the same acts as in Slack, by the same rules. */
export function incidentCommands(act: Act): readonly Command[] {
  const declare = newCommand(
    'declare',
    'Declare an incident: drills on the service and on all that it depends on are halted.',
    [
      'firedrill declare jira-cloud --title "Issues cannot be read"',
      'firedrill declare jira-cloud --title "Issues cannot be read" --began 2026-11-28T14:03Z --detected 2026-11-28T14:10Z',
    ],
  )
    .argument('<service>', 'id of the service in the catalog')
    .requiredOption('--title <text>', 'what happened, in one line')
    .option('--began <time>', 'when the impact began (T0); default when it was detected')
    .option('--detected <time>', 'when it was detected (T1); default now')
    .addHelpText(
      'after',
      '\nSet FIREDRILL_PERSON to your id in the catalog: you have the command until you hand it over. Times can be corrected later.',
    )
    .action((service: string, options: DeclareOptions) =>
      act(options, (context) => declared(context, service, options)),
    );
  const handOver = acting(
    'handover',
    'Hand the command of an incident over; an incident commander or leadership may take it.',
    ['firedrill handover jonas-weber --reason "end of my shift"'],
  )
    .argument('<person>', 'id in the catalog of who has the command from now on')
    .action((personId: string, options: ActOptions) =>
      act(options, (context) =>
        acted(context, options, (catalog) => {
          const { id, name } = personOf(catalog, personId);
          return { kind: 'hand-over', toPersonId: id, toPersonName: name, reason: options.reason };
        }),
      ),
    );
  const correct = acting(
    'correct-time',
    'Correct when an incident began (T0) or was detected (T1). Both values stay on record.',
    ['firedrill correct-time T0 2026-11-28T13:58Z --reason "first alarm in the log"'],
  )
    .addArgument(new Argument('<which>', 'T0: the impact began; T1: it was detected').choices(correctable))
    .argument('<time>', 'when it really was')
    .action((key: Correctable, time: string, options: ActOptions) =>
      act(options, (context) =>
        acted(context, options, () => ({
          kind: 'correct-time',
          key,
          atMs: momentOf(time, 'the time', 'Nothing was corrected.'),
          reason: options.reason,
        })),
      ),
    );
  const over = acting(
    'incident-over',
    'Say that an incident is over: drills may start again, none resumes by itself.',
    ['firedrill incident-over --reason "issues can be read again since 16:02"'],
  ).action((options: ActOptions) =>
    act(options, (context) => acted(context, options, () => ({ kind: 'over', reason: options.reason }))),
  );
  return [declare, handOver, correct, over];
}

const acting = (name: string, description: string, examples: readonly string[]): Command =>
  newCommand(name, description, examples)
    .requiredOption('--reason <text>', 'why; it goes on record')
    .option('--incident <run>', 'which one; default the one that is open')
    .addHelpText('after', signedNote('What you do is'));

async function declared(
  { terminal, options: common, answer }: CommandContext,
  named: string,
  options: DeclareOptions,
): Promise<ExitCode> {
  const declaredMs = Date.now();
  const nothing = 'Nothing was declared or halted.';
  const detectedMs = options.detected === undefined ? declaredMs : momentOf(options.detected, '--detected', nothing);
  const beganMs = options.began === undefined ? detectedMs : momentOf(options.began, '--began', nothing);
  const title = titleOf(options.title);
  const { config } = settingsOf(terminal, common);
  requireCatalog(config);
  const runs = await openRuns(config);
  try {
    const loaded = await runs.deps.catalog();
    // A wrong name is told before anybody has to say who they are.
    const service = serviceOf(loaded.catalog, named).id;
    const { runId, simulated } = await declareIncident(runs.deps, {
      service,
      title,
      beganMs,
      detectedMs,
      declaredMs,
      initiator: personAtWork(config, loaded),
      via: 'cli',
    });
    const times = `began ${utcWhen(beganMs, declaredMs)}, detected ${utcWhen(detectedMs, declaredMs)}`;
    answer(
      { runId, service, beganMs, detectedMs, declaredMs, simulated },
      `${simulated ? 'SIMULATED  ' : ''}✔ Declared ${runId}: ${times}\nDrills on ${service} and on what it depends on are being halted. You have the command.\nHand it over:  firedrill handover PERSON --reason TEXT\nIt is over:    firedrill incident-over --reason TEXT`,
    );
    return exitCodes.done;
  } finally {
    await runs.close();
  }
}

async function acted(
  context: CommandContext,
  { incident }: ActOptions,
  actFor: (catalog: Catalog) => IncidentAct,
): Promise<ExitCode> {
  const { config } = settingsOf(context.terminal, context.options);
  return await doPersonalAct(context, config, async (catalog) => {
    const act = parseIncidentAct(actFor(catalog));
    if (act === undefined) throw badReason();
    const runId = incident ?? (await openIncident(config));
    parseRunId(runId);
    return { runId, act, see: ['the incident', `firedrill status ${runId}`] };
  });
}

/** The one that is open. @throws FiredrillError `no-incident`, `several-incidents`, StoreUnreachableError */
async function openIncident(config: Config): Promise<string> {
  const store = openStoreOf(config);
  try {
    const open = (await readOpenRuns(store)).map(({ runId }) => runId).filter((id) => id.startsWith('incident/'));
    const [only, ...others] = open;
    if (only !== undefined && others.length === 0) return only;
    throw new FiredrillError({
      code: only === undefined ? 'no-incident' : 'several-incidents',
      kind: 'input',
      what: only === undefined ? 'No incident is open.' : `${open.length} incidents are open.`,
      means: 'Nothing was done.',
      next: only === undefined ? 'See what runs: firedrill status' : `Say which: --incident ${open.join(' or ')}`,
    });
  } finally {
    await store.destroy();
  }
}

/** @throws FiredrillError `bad-time` */
function momentOf(text: string, what: string, means: string): number {
  const atMs = Date.parse(text);
  if (!Number.isNaN(atMs)) return atMs;
  throw new FiredrillError({
    code: 'bad-time',
    kind: 'input',
    what: `${what}: "${text}" is not a time.`,
    means,
    next: 'Write it with its time zone: 2026-11-28T14:03Z',
  });
}

/** @throws FiredrillError `bad-argument` */
function titleOf(text: string): string {
  const title = text.trim();
  if (title.length >= 3 && title.length <= 150) return title;
  throw new FiredrillError({
    code: 'bad-argument',
    kind: 'input',
    what: `--title has ${title.length} characters.`,
    means: 'Nothing was declared or halted.',
    next: 'Say what happened in one line, 3 to 150 characters.',
  });
}

const badReason = (): FiredrillError =>
  new FiredrillError({
    code: 'bad-argument',
    kind: 'input',
    what: '--reason is too short or too long.',
    means: 'Nothing was done.',
    next: 'One sentence, 3 to 500 characters.',
  });
