import { holdersOf, onDutyNow } from '../../catalog/people.ts';
import type { SlackNow } from '../../catalog/people.ts';
import type { LoadedCatalog } from '../../catalog/parse.ts';
import type { Catalog } from '../../catalog/schema.ts';
import { nextTestWindow } from '../../catalog/test-windows.ts';
import { proofIn, provingSubject } from '../../domain/finding-proof.ts';
import { dutyOf } from '../../domain/people-check.ts';
import type { Finding } from '../../domain/finding.ts';
import type { Role } from '../../domain/gate.ts';
import type { RemediationEntry } from '../../domain/remediation.ts';
import type { RemediationSetting } from '../../domain/remediation-rules.ts';
import type { Tier } from '../../domain/target.ts';
import type { RetestRunbook } from '../../domain/retest.ts';
import { sharedRetestRunId } from '../../domain/run-id.ts';
import type { RetestOpening } from '../../domain/test-window.ts';
import type { Store } from '../../store/connect.ts';
import { appendRemediation, finishedRunsSince, followedFindings } from '../../store/remediations.ts';

/** Queue `record`: what the workflows of findings ask of the store, of today's catalog and of each other. */
export interface RemediationActivities {
  /** In one transaction with the projection; the same entries again are success. @throws `remediation-conflict` */
  appendRemediation(entries: readonly RemediationEntry[]): Promise<void>;
  /** How a finding of this service is followed, by the catalog of now; `tier` is for a service that it has no longer. */
  remediationSetting(request: { service: string; tier: number }): Promise<RemediationSetting>;
  /** What the newest finished run that looked at it says; nothing when none was begun since and looked. */
  proofOf(request: {
    finding: Finding;
    sinceMs: number;
    simulated: boolean;
  }): Promise<{ seen?: { runId: string; proves: boolean; sentence: string } }>;
  /**
   * Of some findings those that a finished run may have proved, each with that run's id. One question for all; with it, when to
   * look again by the catalog of now, milliseconds.
   */
  provedPerhaps(request: {
    fingerprints: readonly string[];
  }): Promise<{ runs: Readonly<Record<string, string>>; nextInMs: number }>;
  /** Has the project's watch follow a finding's ticket, or follow it no longer. Safe to repeat. */
  watchFinding(request: { project: string; fingerprint: string; key?: string; stop?: boolean }): Promise<void>;
  /**
   * Starts the run that may prove a finding, under a re-test's id, by the same door as people do. Safe to repeat.
   *
   * @throws FiredrillError what a person would be told: drills are stopped, another run is at it, they may not start it
   */
  startRetest(request: {
    runId: string;
    /** Default a restore test. */
    runbook?: RetestRunbook;
    service: string;
    resource: string;
    /** Who asked for it; without anybody it starts by itself. */
    askedBy?: { personId: string; personName: string; roles: readonly Role[]; via: 'cli' | 'slack' | 'web' };
  }): Promise<void>;
  /**
   * In which opening of the service's windows a re-test may start, by the catalog of now, and under which id; nothing when the
   * service has none.
   */
  testWindow(request: {
    service: string;
    resource: string;
    /** Default a restore test. */
    runbook?: RetestRunbook;
    /** It was told no in the window that closes then, milliseconds UTC. */
    notBeforeMs?: number;
    /** A window that opened until then, milliseconds UTC, does not count, although it may still be open. */
    afterMs?: number;
    /** Person id of whoever asked for it. */
    initiatorId?: string;
  }): Promise<{ next?: RetestOpening }>;
  /** Tells findings' workflows that there may be news of their tickets or runs. Those that are over are passed by. */
  hintFindings(request: { fingerprints: readonly string[] }): Promise<void>;
}

/** The calls that need Temporal; the worker hands them in, since activities know no workflows. */
export type RemediationCalls = Pick<RemediationActivities, 'watchFinding' | 'hintFindings' | 'startRetest'>;

export const createRemediationActivities = (deps: {
  readonly store: Store;
  readonly catalog: () => Promise<LoadedCatalog>;
  readonly calls: RemediationCalls;
  /** What Slack says now, or said last: whoever stands in is mentioned, too. */
  readonly slack: SlackNow;
}): RemediationActivities => ({
  ...deps.calls,
  appendRemediation: (entries) => appendRemediation(deps.store, entries),
  async remediationSetting({ service, tier }) {
    return await settingOf((await deps.catalog()).catalog, service, tier, deps.slack);
  },
  async testWindow({ service, resource, runbook = 'restore-test', notBeforeMs = 0, afterMs, initiatorId }) {
    const nowMs = Date.now();
    const fromMs = Math.max(nowMs, notBeforeMs);
    const opening = nextTestWindow((await deps.catalog()).catalog, service, fromMs, afterMs);
    if (opening === undefined) return {};
    // Of a window that is open by then, what was told no waits for the rest.
    const opensMs = fromMs > nowMs ? Math.max(opening.opensMs, fromMs) : opening.opensMs;
    const subject = { runbook, service, resource };
    const [last] = await finishedRunsSince(deps.store, subject, 0);
    const runId = sharedRetestRunId(subject, opensMs, last?.runId ?? '', initiatorId);
    return { next: { ...opening, opensMs, isOpen: opensMs <= nowMs, inMs: Math.max(0, opensMs - nowMs), runId } };
  },
  async proofOf({ finding, sinceMs, simulated }) {
    const runs = await finishedRunsSince(deps.store, provingSubject(finding), sinceMs);
    for (const run of runs) {
      // What was proved against stand-ins proves nothing of production.
      if (run.simulated && !simulated) continue;
      const seen = proofIn(finding, run);
      if (seen !== undefined) return { seen: { runId: run.runId, ...seen } };
    }
    return {};
  },
  async provedPerhaps({ fingerprints }) {
    const runs: Record<string, string> = {};
    for (const { fingerprint, view } of await followedFindings(deps.store, fingerprints)) {
      // No run proves that somebody is there again.
      if (view.state === 'closed' || view.finding.proof.kind !== 'recheck' || dutyOf(view.finding)) continue;
      const [newest] = await finishedRunsSince(deps.store, provingSubject(view.finding), view.metAtMs);
      if (newest !== undefined) runs[fingerprint] = newest.runId;
    }
    const { pollEveryMs: nextInMs } = (await deps.catalog()).catalog.organisation.policies.remediation;
    return { runs, nextInMs };
  },
});

async function settingOf(
  catalog: Catalog,
  serviceId: string,
  tierBefore: number,
  slack: SlackNow,
): Promise<RemediationSetting> {
  const { organisation } = catalog;
  const { byTier, longestAcceptanceMs } = organisation.policies.remediation;
  const service = Object.hasOwn(catalog.services, serviceId) ? catalog.services[serviceId] : undefined;
  const idsOf = async (role: 'dr-champion' | 'service-owner'): Promise<readonly string[]> =>
    service === undefined ? [] : (await onDutyNow(catalog, [role], service.id, slack)).map(({ slackId }) => slackId);
  const anyService = serviceId in catalog.services ? serviceId : Object.keys(catalog.services)[0];
  const holders = (role: Role): readonly string[] =>
    anyService === undefined ? [] : holdersOf(catalog, [role], anyService).people.map(({ slackId }) => slackId);
  return {
    pace: byTier[service?.tier ?? (tierBefore as Tier)],
    longestAcceptanceMs,
    statuses: organisation.jira.transitions,
    // A service that was taken out of the catalog leaves its findings to the programme.
    slackChannel: service?.slackChannel ?? organisation.slack.programmeChannel,
    mention: {
      champion: await idsOf('dr-champion'),
      owner: await idsOf('service-owner'),
      leadership: holders('leadership'),
    },
    riskAndCompliance: holders('risk-and-compliance'),
  };
}
