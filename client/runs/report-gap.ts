import { randomBytes } from 'node:crypto';
import { personOf, resourceOf, serviceOf } from '../../catalog/lookup.ts';
import { ticketRulesOf } from '../../catalog/plan-parts.ts';
import type { Catalog, Service } from '../../catalog/schema.ts';
import type { Finding } from '../../domain/finding.ts';
import { gapFinding } from '../../domain/gap.ts';
import type { GapReport } from '../../domain/gap.ts';
import type { TicketOrder, TicketRequest } from '../../domain/notice.ts';
import { taskQueue } from '../../domain/queues.ts';
import { utcDate } from '../../domain/time-text.ts';
import { remediationWorkflowId, ticketOrderedSignal } from '../../workflows/messages.ts';
import type { RunsDeps } from './deps.ts';
import { reachTemporal } from './reach-temporal.ts';

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Hands a gap that somebody saw to the workflow of that gap, which files its ticket for as long as it takes. The same gap
 * reported again is noted on its ticket. It also tells the channel of the service, once for each report.
 *
 * @param report.reportId - of who may have to repeat the report; default a new one
 * @returns the finding, once the engine has it
 * @throws FiredrillError `input` for an unknown service or resource; TemporalUnreachableError: nothing was recorded then
 */
export async function reportGap(
  deps: RunsDeps,
  report: Omit<GapReport, 'reportId'> & { readonly reportId?: string },
): Promise<Finding> {
  const { catalog } = await deps.catalog();
  const service = serviceOf(catalog, report.service);
  if (report.resource !== undefined) resourceOf(catalog, { service: service.id, resource: report.resource });
  const reportId = report.reportId ?? `gap/${service.id}/${Date.now()}-${randomBytes(2).toString('hex')}`;
  const finding = gapFinding({ ...report, reportId });
  const order: TicketOrder = {
    finding,
    ticket: ticketRequestOf(catalog, service, Date.now()),
    simulated: deps.simulated,
    // Nobody waits: whoever reported it looks at their tickets.
    replyTo: '',
    filedBefore: false,
    reported: { reportId, slackId: personOf(catalog, report.by.personId).slackId },
  };
  await reachTemporal(deps, (client) =>
    client.workflow.signalWithStart('remediation', {
      workflowId: remediationWorkflowId(deps.taskQueuePrefix, finding.fingerprint),
      taskQueue: taskQueue(deps.taskQueuePrefix, 'workflows'),
      args: [{}],
      signal: ticketOrderedSignal,
      signalArgs: [order],
      staticSummary: finding.title.slice(0, 150),
    }),
  );
  return finding;
}

function ticketRequestOf(catalog: Catalog, service: Service, nowMs: number): TicketRequest {
  const { dueInDays, ...rules } = ticketRulesOf(catalog, service);
  return {
    ...rules,
    ownerEmail: personOf(catalog, service.owner).email,
    championEmail: personOf(catalog, service.champion).email,
    dueDate: utcDate(nowMs + dueInDays * dayMs),
    tier: service.tier,
  };
}
