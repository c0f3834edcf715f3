import type { TicketRequest } from './notice.ts';
import type { Target, Tier } from './target.ts';

/** Somebody who answers for a service, as the catalog had them at the start. */
export interface Contact {
  readonly personId: string;
  readonly name: string;
  readonly email: string;
  readonly slackId?: string;
}

/** What every run about a service is pinned to at its start, whatever its runbook. Plain JSON; built by the client from the catalog. */
export interface PinnedPlan {
  readonly runId: string;
  readonly runbookVersion: string;
  readonly catalogHash: string;
  readonly tier: Tier;
  readonly target: Target;
  readonly owner: Contact;
  readonly champion: Contact;
  readonly slackChannel: string;
  readonly initiator: { readonly personId: string; readonly name: string };
  /** Person id of who last changed the schedule or plan behind a run that no person started; does not approve it either. */
  readonly planChangedBy?: string;
  readonly via: 'cli' | 'slack' | 'web' | 'schedule' | 'system';
  readonly simulated: boolean;
  readonly endpoints: Readonly<Record<string, string>>;
  /** Public Ed25519 keys (hex) of the processes that sign decisions for people, by signer name (`slack-app`). */
  readonly signers: Readonly<Record<string, string>>;
  /** Public Ed25519 keys (hex) of people, by person id: in a crowd they tell who is proved; what they may do is looked up at the click. */
  readonly personalKeys: Readonly<Record<string, string>>;
  /** Slack ids of the people behind each role, for mentions in messages; who may decide is looked up at the click. */
  readonly mentions: Readonly<Record<string, readonly string[]>>;
  readonly jira: {
    readonly project: string;
    readonly issueType: string;
    readonly labels: readonly string[];
    readonly dueInDays: number;
    readonly priority?: string;
    /** Further fields of every ticket, by name or id. */
    readonly fields?: NonNullable<TicketRequest['fields']>;
  };
}
