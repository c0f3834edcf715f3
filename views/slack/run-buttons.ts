import type { ActionsBlock } from '@slack/types';
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
      button({ action: slackActions.abort, label: 'Abort…', value, style: 'danger' }),
    ],
  };
}
