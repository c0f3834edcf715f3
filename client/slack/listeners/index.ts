import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import { slackActions, slackModals } from '../../../views/slack/actions.ts';
import type { SlackAppDeps } from '../deps.ts';
import { approve, reject, showDetails } from './actions/gate.ts';
import { abort } from './actions/run.ts';
import { drCommand } from './commands/dr.ts';
import { reasonGiven } from './views/reason.ts';

/** Everything that people can do in Slack. */
export function registerListeners(app: App, deps: SlackAppDeps): void {
  app.command('/dr', drCommand(deps));
  app.action<BlockAction<ButtonAction>>(slackActions.approve, approve(deps));
  app.action<BlockAction<ButtonAction>>(slackActions.reject, reject(deps));
  app.action<BlockAction<ButtonAction>>(slackActions.details, showDetails(deps));
  app.action<BlockAction<ButtonAction>>(slackActions.abort, abort(deps));
  app.view(slackModals.reject, reasonGiven(deps, 'reject'));
  app.view(slackModals.abort, reasonGiven(deps, 'abort'));
}
