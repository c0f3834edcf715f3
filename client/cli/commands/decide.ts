import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { isSimulated } from '../../../config/index.ts';
import type { Config } from '../../../config/index.ts';
import { FiredrillError } from '../../../domain/errors.ts';
import type { OpenGate } from '../../../domain/gate.ts';
import { readRun } from '../../../store/read.ts';
import { changeKillSwitch, readControl } from '../../runs/control.ts';
import { decideRun } from '../../runs/decide.ts';
import type { DecisionResult } from '../../runs/decide.ts';
import { controlWorkflowId } from '../../../workflows/messages.ts';
import { openRuns, openStoreOf } from '../access.ts';
import type { Act, CommandContext } from '../command.ts';
import { newCommand } from '../command.ts';
import { signDecision } from '../decision.ts';
import { keepAttempt, refusedDecision } from '../refused-decision.ts';
import type { Attempt } from '../refused-decision.ts';
import { exitCodes } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { signedNote } from '../personal-act.ts';
import type { CommonOptions, Settings } from '../settings-of.ts';
import { settingsOf } from '../settings-of.ts';

interface DecideOptions extends CommonOptions {
  readonly reason?: string;
  readonly gate?: string;
  readonly confirm?: string;
}

const keyNote = signedNote('Decisions are');

const gateCommands = [
  { choice: 'approve', description: 'Approve what a run asks for.', example: '' },
  {
    choice: 'reject',
    description: 'Say no to what a run asks for; a drill then ends as aborted.',
    example: ' --reason "release day"',
  },
  { choice: 'withdraw', description: 'Take your approval back, while others are still missing.', example: '' },
] as const;

/** `firedrill approve RUN`, `reject` and `withdraw`: a gate by the same rules as in Slack. */
export function decideCommands(act: Act): readonly Command[] {
  return gateCommands.map(({ choice, description, example }) => {
    const command = newCommand(choice, description, [
      `firedrill ${choice} restore-test/jira-cloud/issues-db/2026Q4${example}`,
    ]);
    if (choice === 'approve')
      command.option('--confirm <service>', "the service's name, where the question asks for it");
    return command
      .argument('<run>', 'id of the run')
      .option('--reason <text>', 'why, for the journal')
      .option(
        '--gate <id[:round]>',
        'which gate; default the one that is open. With a round it works while the store is down',
      )
      .addHelpText('after', keyNote)
      .action((runId: string, options: DecideOptions) =>
        act(options, async (context) => {
          const settings = settingsOf(context.terminal, options);
          const { gateId, round } = await gateOf(settings, { runId, choice, asked: options.gate });
          const { reason, confirm: confirmed } = options;
          return await decide(context, settings, { runId, gateId, round, choice, reason, confirmed });
        }),
      );
  });
}

/** `firedrill abort RUN`, `pause RUN`, `resume RUN`: what concerns a whole run. Everybody may stop one; what it created is deleted. */
export function wholeRunCommands(act: Act): readonly Command[] {
  const commands = [
    {
      choice: 'abort',
      description: 'Stop a run. What it created is deleted, and it ends as aborted.',
      reason: ' --reason "wrong service"',
    },
    {
      choice: 'pause',
      description: 'Hold a run before its next step. It counts, but its times are not comparable any more.',
      reason: ' --reason "the network is being changed"',
    },
    { choice: 'resume', description: 'Let a paused run go on.', reason: '' },
  ] as const;
  return commands.map(({ choice, description, reason }) =>
    newCommand(choice, description, [`firedrill ${choice} restore-test/jira-cloud/issues-db/2026Q4${reason}`])
      .argument('<run>', 'id of the run')
      .option('--reason <text>', 'why, for the journal')
      .addHelpText('after', keyNote)
      .action((runId: string, options: DecideOptions) =>
        act(options, (context) =>
          decide(context, settingsOf(context.terminal, options), {
            runId,
            gateId: '*',
            round: 0,
            choice,
            reason: options.reason,
          }),
        ),
      ),
  );
}

/** `firedrill stop-all-drills` and `firedrill release`: the kill switch. */
export function killSwitchCommands(act: Act): readonly Command[] {
  const commands = [
    {
      name: 'stop-all-drills',
      choice: 'stop-all-drills',
      description: 'Pull the kill switch: no drill starts, running ones stop and clean up.',
    },
    {
      name: 'release',
      choice: 'release-drills',
      description: 'Release the kill switch: drills may start again. Nothing that was stopped resumes.',
    },
  ] as const;
  return commands.map(({ name, choice, description }) =>
    newCommand(name, description, [
      name === 'release' ? 'firedrill release' : 'firedrill stop-all-drills --reason "incident 4711"',
    ])
      .option('--reason <text>', 'why; shown to everybody who wants to start a drill')
      .addHelpText('after', keyNote)
      .action((options: DecideOptions) =>
        act(options, async (context) => {
          const settings = settingsOf(context.terminal, options);
          const runs = await openRuns(settings.config);
          try {
            const runId = controlWorkflowId(settings.config.taskQueuePrefix);
            if (choice === 'release-drills' && !(await readControl(runs.deps)).killSwitch.pulled) {
              const simulated = isSimulated(settings.config);
              const text = 'Nothing is stopped: drills may start. Nothing was changed.';
              context.answer({ runId, choice, simulated, outcome: 'nothing-to-do', text }, marked(simulated, text));
              return exitCodes.done;
            }
            const { signed, decisionId } = signDecision(settings.config, await runs.deps.catalog(), {
              runId,
              gateId: '*',
              round: 0,
              choice,
              reason: options.reason,
            });
            const result = await changeKillSwitch(runs.deps, signed, decisionId);
            return await told(context, settings.config, { runId, choice, gateId: '*', decisionId }, result);
          } finally {
            await runs.close();
          }
        }),
      ),
  );
}

async function decide(
  context: CommandContext,
  { config }: Settings,
  request: Parameters<typeof signDecision>[2],
): Promise<ExitCode> {
  const runs = await openRuns(config);
  try {
    const { signed, decisionId } = signDecision(config, await runs.deps.catalog(), request);
    const result = await decideRun(runs.deps, signed, { runId: request.runId, decisionId });
    return await told(context, config, { ...request, decisionId }, result);
  } finally {
    await runs.close();
  }
}

const marked = (simulated: boolean, text: string): string => `${simulated ? 'SIMULATED  ' : ''}${text}`;

async function told(
  { answer }: CommandContext,
  config: Config,
  attempt: Attempt,
  result: DecisionResult,
): Promise<ExitCode> {
  const { runId, choice } = attempt;
  if (result.outcome === 'refused') throw await refusedDecision(config, attempt, result);
  const simulated = isSimulated(config);
  const status = runId.includes('/') ? `\nSee the run:  firedrill status ${runId}` : '';
  const mark = result.outcome === 'queued' ? '…' : '✔';
  answer({ runId, choice, simulated, ...result }, marked(simulated, `${mark} ${result.text}${status}`));
  return exitCodes.done;
}

/** The gate that is meant, with its round. @throws FiredrillError `no-open-gate`, `run-over`, `bad-gate`, `unknown-run` */
async function gateOf(
  { config }: Settings,
  { runId, choice, asked }: { readonly runId: string; readonly choice: string; readonly asked: string | undefined },
): Promise<Pick<OpenGate, 'gateId' | 'round'>> {
  const [gateId, round] = asked?.split(':') ?? [];
  if (gateId !== undefined && round !== undefined) {
    if (/^[1-9]\d*$/.test(round)) return { gateId, round: Number(round) };
    throw new FiredrillError({
      code: 'bad-gate',
      kind: 'input',
      what: `"${asked}" does not name a gate.`,
      means: 'Nothing was decided.',
      next: 'Write it as in the question, for example --gate admission or --gate admission:1',
    });
  }
  const store = openStoreOf(config);
  try {
    const run = await readRun(store, runId);
    const open = run?.projection.gates.findLast(
      ({ gate, status }) => status === 'open' && (gateId === undefined || gate.gateId === gateId),
    );
    if (open !== undefined) return open.gate;
    const verdict = run?.projection.judged?.verdict;
    const code = run === undefined ? 'unknown-run' : verdict === undefined ? 'no-open-gate' : 'run-over';
    await keepAttempt(store, config, { decisionId: randomUUID(), runId, gateId: gateId ?? '*', choice }, code);
    throw new FiredrillError(
      run === undefined
        ? {
            code,
            kind: 'input',
            what: `There is no run ${runId}.`,
            means: 'Nothing was decided.',
            next: 'See what there is: firedrill status',
          }
        : {
            code,
            kind: 'refused',
            what:
              verdict !== undefined
                ? `${runId} is over (${verdict}); the decision came too late.`
                : `${runId} asks for nothing now${gateId === undefined ? '' : ` at "${gateId}"`} (${run.projection.state}).`,
            means: 'Nothing was decided.',
            next: `See where it is: firedrill status ${runId}`,
          },
    );
  } finally {
    await store.destroy();
  }
}
