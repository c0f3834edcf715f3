import type { ActionsBlock, Button } from '@slack/types';
import { slackActions } from './actions.ts';
import { button } from './limits.ts';

/** What people can do with a run that is under way; only what makes sense now. */
export function runButtons(runId: string, paused: boolean, withStatus: boolean): ActionsBlock {
  const value = JSON.stringify({ run: runId });
  return {
    type: 'actions',
    block_id: 'run',
    elements: [
      ...(withStatus ? [button({ action: slackActions.status, label: 'Status', value })] : []),
      paused
        ? button({ action: slackActions.resume, label: 'Resume', value, style: 'primary' })
        : button({ action: slackActions.pause, label: 'Pause…', value }),
      gapButton(runId),
      button({ action: slackActions.abort, label: 'Abort…', value, style: 'danger' }),
    ],
  };
}

/** What can still be done with a run that is over. @param withDetails - not where they are shown already */
export const endedButtons = (runId: string, withDetails: boolean): ActionsBlock => ({
  type: 'actions',
  block_id: 'run',
  elements: [
    ...(withDetails
      ? [button({ action: slackActions.status, label: 'Details', value: JSON.stringify({ run: runId }) })]
      : []),
    gapButton(runId),
  ],
});

export const gapButton = (runId: string): Button =>
  button({ action: slackActions.gap, label: 'Report a gap…', value: JSON.stringify({ run: runId }) });
