import type { App, BlockAction, ButtonAction, StaticSelectAction } from '@slack/bolt';
import { correctTimeForm, handOverForm, incidentOverForm } from '../../../views/slack/incident.ts';
import {
  incidentInput,
  runbookInput,
  runInput,
  scenarioInput,
  serviceInput,
  servicesInput,
  slackActions,
  slackModals,
  subjectInput,
} from '../../../views/slack/actions.ts';
import type { SlackAppDeps } from '../deps.ts';
import { decides, showDetails } from './actions/gate.ts';
import { opensAnswers, opensDelegate, opensSignOff, turnsPage } from './actions/review.ts';
import {
  opensConfirm,
  opensDeclare,
  opensDecision,
  opensGap,
  opensOfIncident,
  opensReject,
  opensStart,
  opensStopAll,
} from './actions/forms.ts';
import { resume, showHomeAgain, showMine, showRun, showRuns } from './actions/run.ts';
import { drCommand } from './commands/dr.ts';
import { homeOpened } from './events/home.ts';
import { registerExercise } from './exercise/index.ts';
import { registerFindings } from './finding/index.ts';
import { offerRuns, offerScenarios, offerServices, offerSubjects } from './options/offers.ts';
import { confirmed } from './views/confirmed.ts';
import { correctionIn, declareGiven, handOverIn, incidentActGiven, overIn } from './views/incident.ts';
import { gapGiven } from './views/gap.ts';
import { reasonGiven } from './views/reason.ts';
import { answersGiven, delegateGiven, signOffGiven } from './views/review.ts';
import { runbookChosen, startGiven } from './views/start.ts';

/** Everything that people can do in Slack. */
export function registerListeners(app: App, deps: SlackAppDeps): void {
  app.command(deps.command, drCommand(deps));

  app.event('app_home_opened', homeOpened(deps));

  const button = (id: string, press: Parameters<typeof app.action<BlockAction<ButtonAction>>>[1]): void =>
    app.action<BlockAction<ButtonAction>>(id, press);
  button(slackActions.approve, decides(deps, 'approve'));
  button(slackActions.confirm, opensConfirm(deps));
  button(slackActions.withdraw, decides(deps, 'withdraw'));
  button(slackActions.reject, opensReject(deps));
  button(slackActions.details, showDetails(deps));
  button(slackActions.status, showRun(deps));
  button(slackActions.runs, showRuns(deps));
  button(slackActions.mine, showMine(deps));
  button(slackActions.home, showHomeAgain(deps));
  button(slackActions.pause, opensDecision(deps, 'pause'));
  button(slackActions.resume, resume(deps));
  button(slackActions.abort, opensDecision(deps, 'abort'));
  button(slackActions.start, opensStart(deps));
  button(slackActions.stopAll, opensStopAll(deps));
  button(slackActions.gap, opensGap(deps));
  button(slackActions.reviewAnswer, opensAnswers(deps));
  button(slackActions.reviewDelegate, opensDelegate(deps));
  button(slackActions.reviewSignOff, opensSignOff(deps));
  button(slackActions.reviewPageBefore, turnsPage(deps));
  button(slackActions.reviewPageAfter, turnsPage(deps));
  button(slackActions.declare, opensDeclare(deps));
  button(slackActions.handOver, opensOfIncident(deps, handOverForm));
  button(slackActions.correctTime, opensOfIncident(deps, correctTimeForm));
  button(slackActions.incidentOver, opensOfIncident(deps, incidentOverForm));

  app.options({ type: 'block_suggestion', action_id: runInput.action }, offerRuns(deps));
  const isIncident = ({ runId }: { readonly runId: string }): boolean => runId.startsWith('incident/');
  app.options({ type: 'block_suggestion', action_id: incidentInput.action }, offerRuns(deps, isIncident));
  app.options({ type: 'block_suggestion', action_id: subjectInput.action }, offerSubjects(deps));

  for (const { action } of [serviceInput, servicesInput])
    app.options({ type: 'block_suggestion', action_id: action }, offerServices(deps));
  app.options({ type: 'block_suggestion', action_id: scenarioInput.action }, offerScenarios(deps));
  app.action<BlockAction<StaticSelectAction>>(runbookInput.action, runbookChosen(deps));

  app.view(slackModals.start, startGiven(deps));
  app.view(slackModals.gap, gapGiven(deps));
  app.view(slackModals.confirm, confirmed(deps));
  app.view(slackModals.declare, declareGiven(deps));
  app.view(slackModals.handOver, incidentActGiven(deps, handOverIn));
  app.view(slackModals.correctTime, incidentActGiven(deps, correctionIn));
  app.view(slackModals.incidentOver, incidentActGiven(deps, overIn));
  app.view(slackModals.reject, reasonGiven(deps, 'reject'));
  app.view(slackModals.abort, reasonGiven(deps, 'abort'));
  app.view(slackModals.pause, reasonGiven(deps, 'pause'));
  app.view(slackModals.resume, reasonGiven(deps, 'resume'));
  app.view(slackModals.stopAll, reasonGiven(deps, 'stop-all-drills'));
  app.view(slackModals.reviewAnswer, answersGiven(deps));
  app.view(slackModals.reviewDelegate, delegateGiven(deps));
  app.view(slackModals.reviewSignOff, signOffGiven(deps));

  registerExercise(app, deps);
  registerFindings(app, deps);
}
