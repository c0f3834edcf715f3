import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { isSimulated } from '../../../config/index.ts';
import type { Config } from '../../../config/index.ts';
import type { FindingAct } from '../../../domain/finding-acts.ts';
import { FindingActSchema } from '../../../domain/finding-acts.ts';
import { FiredrillError } from '../../../domain/errors.ts';
import { remediationWorkflowId } from '../../../workflows/messages.ts';
import { actOnRun } from '../../runs/act.ts';
import { openRuns, openStoreOf } from '../access.ts';
import type { Act, CommandContext } from '../command.ts';
import { newCommand } from '../command.ts';
import { signPersonalAct } from '../decision.ts';
import { exitCodes } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { CommonOptions } from '../settings-of.ts';
import { settingsOf } from '../settings-of.ts';
import { findingOf, showFindingCommand } from './findings.ts';

const signed = `
It is signed with your own key: set FIREDRILL_PERSON and FIREDRILL_PERSON_KEY_FILE (firedrill keys new).`;
const idArgument = 'fingerprint, its beginning, or the key of its ticket';

/** `firedrill finding …`: what a person does about one gap. */
export function findingCommand(act: Act): Command {
  const attest = newCommand(
    'attest',
    'Say that it is remedied, with a link to the evidence; a second person confirms it.',
    ['firedrill finding attest DR-12 --evidence https://wiki.example.com/dr/minutes'],
  )
    .argument('<id>', idArgument)
    .requiredOption('--evidence <url>', 'where one can see that it is remedied')
    .option('--comment <text>', 'what was done')
    .addHelpText('after', signed)
    .action((id: string, options: CommonOptions & { readonly evidence: string; readonly comment?: string }) =>
      act(options, (context) =>
        doAbout(context, id, {
          kind: 'attest',
          evidence: options.evidence,
          ...(options.comment === undefined ? {} : { comment: options.comment }),
        }),
      ),
    );
  const accept = newCommand(
    'accept',
    'Accept the risk until a day: an approver together with risk and compliance. After that day the finding opens again.',
    ['firedrill finding accept DR-12 --until 2027-03-31 --reason "replaced by the new cluster in March"'],
  )
    .argument('<id>', idArgument)
    .requiredOption('--until <day>', 'the last day, YYYY-MM-DD')
    .requiredOption('--reason <text>', 'why the company can live with it until then')
    .addHelpText('after', signed)
    .action((id: string, options: CommonOptions & { readonly until: string; readonly reason: string }) =>
      act(options, (context) =>
        doAbout(context, id, { kind: 'accept-risk', until: options.until, reason: options.reason }),
      ),
    );
  const retest = newCommand('retest', 'Have it looked at again now.', ['firedrill finding retest DR-12'])
    .argument('<id>', idArgument)
    .addHelpText('after', signed)
    .action((id: string, options: CommonOptions) =>
      act(options, (context) => doAbout(context, id, { kind: 'retest' })),
    );
  return new Command('finding')
    .description('One finding: show it, attest that it is remedied, accept its risk, test it again.')
    .addCommand(showFindingCommand(act))
    .addCommand(attest)
    .addCommand(accept)
    .addCommand(retest);
}

async function doAbout(
  { terminal, options, answer }: CommandContext,
  id: string,
  asked: FindingAct,
): Promise<ExitCode> {
  const { config } = settingsOf(terminal, options);
  const act = checked(asked);
  const fingerprint = await fingerprintOf(config, id);
  const runs = await openRuns(config);
  try {
    const runId = remediationWorkflowId(config.taskQueuePrefix, fingerprint);
    const actId = randomUUID();
    const statement = signPersonalAct(config, await runs.deps.catalog(), { runId, actId, act });
    const result = await actOnRun(runs.deps, statement, { runId, actId });
    if (result.outcome === 'refused') throw refused(result, id);
    const simulated = isSimulated(config);
    const mark = result.outcome === 'queued' ? '…' : '✔';
    answer(
      { id: fingerprint, act: act.kind, simulated, ...result },
      `${simulated ? 'SIMULATED  ' : ''}${mark} ${result.text}\nSee it:  firedrill finding show ${id}`,
    );
    return exitCodes.done;
  } finally {
    await runs.close();
  }
}

async function fingerprintOf(config: Config, id: string): Promise<string> {
  const store = openStoreOf(config);
  try {
    return (await findingOf(store, id)).fingerprint;
  } finally {
    await store.destroy();
  }
}

/** @throws FiredrillError `bad-argument` */
function checked(asked: FindingAct): FindingAct {
  const parsed = FindingActSchema.safeParse(asked);
  if (parsed.success) return parsed.data;
  const [problem] = parsed.error.issues;
  throw new FiredrillError({
    code: 'bad-argument',
    kind: 'input',
    what: `--${problem?.path.join('.') ?? ''}: ${problem?.message ?? 'is not right'}.`,
    means: 'Nothing was done.',
    next: 'A day is written as 2027-03-31, evidence as an address that starts with https:// or http://.',
  });
}

const refused = ({ code, text }: { readonly code: string; readonly text: string }, id: string): FiredrillError =>
  code === 'run-over'
    ? new FiredrillError({
        code: 'finding-over',
        kind: 'refused',
        what: `The finding ${id} is closed, or nobody follows it.`,
        means: 'Nothing was done.',
        next: `See it: firedrill finding show ${id}`,
      })
    : new FiredrillError({
        code,
        kind: 'refused',
        what: text,
        means: 'It does not count.',
        next: `See it: firedrill finding show ${id}`,
      });
