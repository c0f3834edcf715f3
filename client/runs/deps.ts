import type { Client } from '@temporalio/client';
import type { LoadedCatalog } from '../../catalog/parse.ts';

/** What starting runs and passing on decisions needs; made once per process from the configuration. */
export interface RunsDeps {
  readonly temporal: Client;
  readonly taskQueuePrefix: string;
  /** The catalog as it is now; who may start and decide is read at the moment of the click. */
  readonly catalog: () => Promise<LoadedCatalog>;
  /** True when any endpoint is not the vendor's: every run of this installation is SIMULATED. */
  readonly simulated: boolean;
  /** Where AWS, Slack and Jira are, for the evidence. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Public keys of the processes that sign decisions for people, by signer name. */
  readonly signers: Readonly<Record<string, string>>;
}
