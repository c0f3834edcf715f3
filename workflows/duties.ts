import type { DutyNews } from '../domain/people-check.ts';
import { hear, memberOf, plainText } from './hear.ts';
import { dutyMovedSignal } from './messages.ts';

/** How many changes a run remembers: people who leave while it lasts are few. */
const maxMoved = 20;
const roles: readonly DutyNews['role'][] = ['service-owner', 'dr-champion', 'reviewer'];

/** Who stands in for whom, with the Slack id to mention; empty when it is none. */
export type DutyMove = DutyNews & { readonly slackId: string };

/**
 * Who a run may be asking and is not there any more. It tells people and mentions whoever stands in, and nothing else changes by it,
 * because anybody who reaches Temporal could say so: that somebody has a duty meanwhile is found out when they decide.
 */
export class Duties {
  readonly #mentions: Readonly<Record<string, readonly string[]>>;
  readonly #moves = new Map<string, DutyMove>();
  readonly #told: ((move: DutyMove) => void)[] = [];

  /** @param mentions - Slack ids behind each role, as they were pinned at the run's start */
  constructor(mentions: Readonly<Record<string, readonly string[]>>) {
    this.#mentions = mentions;
  }

  /** To be called before the first await, so that early news find their handler. */
  listen(): void {
    hear(dutyMovedSignal, (sent) => {
      const move = moveIn(sent);
      if (move === undefined) return;
      const key = `${move.role} ${move.leftId} ${move.left}`;
      if (!this.#moves.has(key) && this.#moves.size >= maxMoved) return;
      this.#moves.set(key, move);
      for (const tell of this.#told) tell(move);
    });
  }

  /** Calls with every piece of news, also when it is said again. */
  whenMoved(tell: (move: DutyMove) => void): void {
    this.#told.push(tell);
  }

  /** The news so far. */
  get moves(): readonly DutyMove[] {
    return [...this.#moves.values()];
  }

  /** Slack ids to mention for some roles: those of the start, and of whoever stands in since. */
  mention(wanted: readonly string[]): readonly string[] {
    const standIns = [...this.#moves.values()]
      .filter(({ role }) => wanted.includes(role))
      .map(({ slackId }) => slackId);
    const pinned = wanted.flatMap((role) => (Object.hasOwn(this.#mentions, role) ? (this.#mentions[role] ?? []) : []));
    return [...new Set([...pinned, ...standIns.filter((slackId) => slackId !== '')])];
  }
}

function moveIn(sent: unknown): DutyMove | undefined {
  const text = (name: string, atMost = 200): string => plainText(memberOf(sent, name), atMost);
  const role = roles.find((one) => one === memberOf(sent, 'role'));
  const [left, standIn] = [text('left'), text('standIn')];
  if (role === undefined || left === '' || standIn === '') return undefined;
  const ids = { leftId: text('leftId'), leftSlackId: text('leftSlackId', 30), standInId: text('standInId') };
  return { role, left, standIn, ...ids, slackId: text('slackId', 30) };
}
