import { Command } from 'commander';
import type { Config } from '../../../config/index.ts';
import type { FindingAct } from '../../../domain/finding-acts.ts';
import { FindingActSchema } from '../../../domain/finding-acts.ts';
import { FiredrillError } from '../../../domain/errors.ts';
import { remediationWorkflowId } from '../../../workflows/messages.ts';
import { openStoreOf } from '../access.ts';
import type { Act, CommandContext } from '../command.ts';
import { newCommand } from '../command.ts';
import type { ExitCode } from '../exit-codes.ts';
import { doPersonalAct, signedNote } from '../personal-act.ts';
import type { CommonOptions } from '../settings-of.ts';
import { settingsOf } from '../settings-of.ts';
import { findingOf, showFindingCommand } from './findings.ts';

const signed = signedNote('It is');
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
  const retest = newCommand(
    'retest',
    "Have it tested again: at once in isolation; what is live in the next opening of its service's window.",
    ['firedrill finding retest DR-12'],
  )
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

async function doAbout(context: CommandContext, id: string, asked: FindingAct): Promise<ExitCode> {
  const { config } = settingsOf(context.terminal, context.options);
  const act = checked(asked);
  const fingerprint = await fingerprintOf(config, id);
  try {
    return await doPersonalAct(context, config, () => ({
      runId: remediationWorkflowId(config.taskQueuePrefix, fingerprint),
      act,
      see: ['it', `firedrill finding show ${id}`],
      told: { id: fingerprint, act: act.kind },
    }));
  } catch (error) {
    if (error instanceof FiredrillError && error.code === 'run-over') throw findingOver(id, error);
    throw error;
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

const findingOver = (id: string, cause: FiredrillError): FiredrillError =>
  new FiredrillError(
    {
      code: 'finding-over',
      kind: 'refused',
      what: `The finding ${id} is closed, or nobody follows it.`,
      means: 'Nothing was done.',
      next: `See it: firedrill finding show ${id}`,
    },
    { cause },
  );
