import type { JournalEvent } from '../../../domain/journal-entry.ts';
import type { StoredRun } from '../../../store/read.ts';
import { slackActions } from '../../../views/slack/actions.ts';
import { ownMessages, runMessages } from '../../engine/outside.ts';
import type { SlackMessage } from '../../engine/outside.ts';
import { doubles } from './witness.ts';
import type { Witness } from './witness.ts';

/** Slack has exactly one message of each kind about the run, deleted ones counted, and its last words are true. */
export async function toldProblems(
  witness: Witness,
  { runId, projection }: StoredRun,
  events: readonly JournalEvent[],
): Promise<{ lost: string[]; doubled: string[] }> {
  const messages = await runMessages(witness, runId, undefined, { deletedToo: true });
  const keys = messages.map(({ key }) => key);
  const gates = events.flatMap((event) => (event.type === 'gate-opened' ? [event.gate] : []));
  const owed = [
    'run',
    'verdict',
    ...gates.map(({ gateId, round }) => `gate:${gateId}:${round}`),
    ...projection.findings.map(({ fingerprint }) => `finding:${fingerprint}`),
    ...(projection.review?.asked === undefined ? [] : ['review']),
    ...(projection.exercise?.scenario === undefined ? [] : ['exercise']),
  ];
  const told = projection.exercise?.told.length ?? 0;
  const posted = messages.filter((one) => /EXERCISE · \d+ of \d+ ·/.test(textOf(one))).length;
  const open = messages.filter(asksStill);
  const verdict = (projection.judged?.verdict ?? 'nothing').replaceAll('-', ' ');
  const run = messages.find(({ key }) => key === 'run');
  return {
    lost: [
      ...owed.filter((key) => !keys.includes(key)).map((key) => `Slack has no message "${key}"`),
      ...open.map(({ key }) => `Slack's message "${key}" still asks`),
      ...(posted < told ? [`Slack has ${posted} of ${told} events of the story`] : []),
      ...(run !== undefined && !textOf(run).toLowerCase().replaceAll(',', '').includes(verdict)
        ? [`Slack's message "run" does not say ${verdict}`]
        : []),
    ],
    doubled: [
      ...doubles(keys).map((key) => `Slack has ${keys.filter((one) => one === key).length} messages "${key}"`),
      ...(posted > told ? [`Slack has ${posted} events of a story of ${told}`] : []),
    ],
  };
}

/** Messages that the service's channel has more than once, deleted ones counted, whatever they are about. */
export async function toldTwice(witness: Witness): Promise<readonly string[]> {
  const messages = await ownMessages(witness, undefined, { deletedToo: true });
  return doubles(messages.map(({ runId, key }) => `"${key}" of ${runId}`)).map(
    (which) => `Slack has more than one message ${which}`,
  );
}

/** How the actions of all of an exercise's buttons begin. */
const exerciseButtons = 'exercise_do_';

/** A message that people are to answer has no button for it any more when the run is over. */
function asksStill(one: SlackMessage): boolean {
  const button = one.key.startsWith('gate:')
    ? slackActions.approve
    : { review: `"${slackActions.reviewAnswer}"`, exercise: exerciseButtons }[one.key];
  return button !== undefined && textOf(one).includes(button);
}

const textOf = ({ message }: SlackMessage): string => JSON.stringify({ ...message, earlier: undefined });
