import type { KeyLookup, NetworkLookup } from '../service.ts';
import type { Databases } from './databases/index.ts';
import type { Places } from './databases/places.ts';
import type { Runner } from './runner.ts';
import type { Store } from './store.ts';

/** What the operations work with. */
export interface Rds {
  readonly store: Store;
  readonly places: Places;
  readonly databases: Databases;
  /** False: instances are descriptions only. */
  readonly withServers: boolean;
  readonly network: NetworkLookup;
  readonly keys: KeyLookup;
  readonly runner: Runner;
}
