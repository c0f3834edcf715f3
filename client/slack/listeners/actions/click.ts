import type { BlockAction, ButtonAction } from '@slack/bolt';
import { FiredrillError } from '../../../../domain/errors.ts';
import type { SlackAppDeps } from '../../deps.ts';

/** Who clicked, when by Slack's clock, and where. */
export interface Click {
  readonly userId: string;
  /** Slack's own id of the click. */
  readonly clickId: string;
  readonly clickedAtMs: number;
  readonly channel?: string;
}

export function clickOf(body: BlockAction, action: ButtonAction): Click {
  const seconds = Number(action.action_ts);
  return {
    userId: body.user.id,
    clickId: action.action_ts,
    clickedAtMs: Number.isFinite(seconds) && seconds > 0 ? Math.floor(seconds * 1000) : Date.now(),
    ...(body.channel === undefined ? {} : { channel: body.channel.id }),
  };
}

/** The button carries something that this version does not write. */
export const notOurs = (): FiredrillError =>
  new FiredrillError({
    code: 'unknown-button',
    kind: 'input',
    what: 'This button was made by another version of firedrill.',
    means: 'Nothing was decided.',
    next: 'Decide on the command line: firedrill approve RUN; firedrill status lists the runs.',
  });

/** Tells what went wrong; a form that did not open is told with the way to do it without. */
export function modalProblem(deps: SlackAppDeps, error: unknown, runId = 'RUN'): FiredrillError {
  if (error instanceof FiredrillError) return error;
  deps.log('error', 'a form could not be opened', { runId, error: String(error) });
  return new FiredrillError(
    {
      code: 'modal-not-opened',
      kind: 'busy',
      what: 'Slack did not open the form.',
      means: 'Nothing was decided or started.',
      next: `Try it again, or write it out: ${deps.command} abort ${runId} reason…; ${deps.command} help shows how`,
    },
    { cause: error },
  );
}
