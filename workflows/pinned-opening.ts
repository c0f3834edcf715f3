import type { PinnedPlan } from '../domain/pinned-plan.ts';
import type { Runbook } from '../runbooks/runbook.ts';
import type { RunOpening } from './run-opening.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** What any run tells the run it opens, from its plan. Pure but for the day on which tickets fall due. */
export function pinnedOpening(
  plan: PinnedPlan,
  runbook: Runbook,
  about: Pick<RunOpening, 'service' | 'resource' | 'request'>,
): Omit<RunOpening, 'touches'> {
  return {
    runbook: runbook.name,
    runbookVersion: plan.runbookVersion,
    ...about,
    tier: plan.tier,
    target: plan.target,
    catalogHash: plan.catalogHash,
    simulated: plan.simulated,
    endpoints: plan.endpoints,
    initiator: plan.initiator,
    ...(plan.planChangedBy === undefined ? {} : { planChangedBy: plan.planChangedBy }),
    via: plan.via,
    stepsPlanned: runbook.steps,
    slackChannel: plan.slackChannel,
    signers: plan.signers,
    personalKeys: plan.personalKeys,
    mentions: plan.mentions,
    ticket: {
      project: plan.jira.project,
      issueType: plan.jira.issueType,
      labels: plan.jira.labels,
      ...(plan.jira.priority ? { priority: plan.jira.priority } : {}),
      ...(plan.jira.fields ? { fields: plan.jira.fields } : {}),
      ownerEmail: plan.owner.email,
      championEmail: plan.champion.email,
      dueDate: new Date(Date.now() + plan.jira.dueInDays * dayMs).toISOString().slice(0, 10),
      tier: plan.tier,
    },
  };
}
