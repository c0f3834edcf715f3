import type { Engine } from './engine.ts';
import type { SlackPeople } from './slack-people.ts';

/** What every listener works with; made once per process. */
export interface SlackAppDeps {
  readonly engine: Engine;
  readonly people: SlackPeople;
  /** The app's Ed25519 key: 64 hex. It vouches that the click came from this person. */
  readonly signerKey: string;
  /** What the slash command is called here: `/dr`. */
  readonly command: string;
  /** One line for the operator; never a secret. */
  readonly log: (level: 'info' | 'warn' | 'error', message: string, facts?: Readonly<Record<string, unknown>>) => void;
}
