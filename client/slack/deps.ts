import type { SignBytes } from '../../domain/signing.ts';
import type { Engine } from './engine.ts';
import type { SlackPeople } from './slack-people.ts';

/** What every listener works with; made once per process. */
export interface SlackAppDeps {
  readonly engine: Engine;
  readonly people: SlackPeople;
  /** Signs with the app's Ed25519 key: it vouches that the click came from this person. */
  readonly sign: SignBytes;
  /** What the slash command is called here: `/dr`. */
  readonly command: string;
  /** One line for the operator; never a secret. */
  readonly log: (level: 'info' | 'warn' | 'error', message: string, facts?: Readonly<Record<string, unknown>>) => void;
}
