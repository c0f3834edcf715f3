import type { BlastRadius, RunbookName } from '../domain/modes.ts';
import type { TicketRequest } from '../domain/notice.ts';
import type { Target, Tier } from '../domain/target.ts';

/** What every run is opened with, whatever its runbook. */
export interface RunOpening {
  readonly runbook: RunbookName;
  readonly runbookVersion: string;
  readonly touches: BlastRadius;
  readonly service: string;
  readonly resource: string;
  readonly tier: Tier;
  readonly target: Target;
  readonly catalogHash: string;
  readonly simulated: boolean;
  readonly endpoints: Readonly<Record<string, string>>;
  readonly initiator: { readonly personId: string; readonly name: string };
  /** Person id of who last changed the schedule or plan behind a run that no person started. */
  readonly planChangedBy?: string;
  readonly via: 'cli' | 'slack' | 'web' | 'schedule' | 'system';
  readonly request: Readonly<Record<string, string>>;
  readonly stepsPlanned: readonly string[];
  readonly slackChannel: string;
  /** Public keys of the processes that sign decisions for people, by signer name. */
  readonly signers: Readonly<Record<string, string>>;
  /** Public keys of people who can sign for themselves, by person id, as the catalog had them at the start. */
  readonly personalKeys: Readonly<Record<string, string>>;
  /** Slack ids of the people behind a role, for mentions. */
  readonly mentions: Readonly<Record<string, readonly string[]>>;
  readonly ticket: TicketRequest;
}
