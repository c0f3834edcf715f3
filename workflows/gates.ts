import { condition } from '@temporalio/workflow';
import { applyDecision, expireGate, gateProgressText, openGate, withdrawGate } from '../domain/decide.ts';
import { listOf, roleName } from '../domain/role-text.ts';
import { confirmationOf, gateAgenda } from '../domain/gate-policy.ts';
import { FiredrillError } from '../domain/errors.ts';
import type {
  AuthenticDecision,
  DecisionAnswer,
  GateKind,
  GatePolicy,
  GatePreview,
  GateState,
  OpenGate,
} from '../domain/gate.ts';
import type { JournalEvent } from '../domain/journal-entry.ts';
import type { Mode } from '../domain/modes.ts';
import { standsInText } from '../domain/people-check.ts';
import type { DutyMove } from './duties.ts';
import type { NewNotice } from './notice-pump.ts';

/** How often a run tells that somebody stands in. */
const maxMoved = 20;
/** How long after the final deadline a real run keeps asking: it never gives up. */
const askAgainEveryMs = 15 * 60 * 1000;

/** A person said no. The run ends `aborted`; nothing was harmed. */
export class GateRejectedError extends FiredrillError {
  override readonly name = 'GateRejectedError';
  constructor(rejection: { personName: string; reason: string }) {
    super({
      code: 'gate-rejected',
      kind: 'refused',
      what: `${rejection.personName} rejected it: ${rejection.reason || 'no reason given'}.`,
      means: 'The run ends as aborted; nothing further is created.',
      next: 'Talk to them, then start a new run when they agree.',
    });
  }
}

/** Reminders and every escalation went unanswered. A drill is dropped, with a finding; silence is never a yes. */
export class NobodyDecidedError extends FiredrillError {
  override readonly name = 'NobodyDecidedError';
  constructor(gate: OpenGate) {
    super({
      code: 'nobody-decided',
      kind: 'refused',
      what: `Nobody decided "${gate.preview.question}" within ${Math.round(gate.policy.finalDeadlineMs / 60_000)} min, reminders and escalations included.`,
      means: 'The drill was dropped, not run; nothing was created.',
      next: 'Find out why nobody could be reached: in a real incident this wait would have counted.',
    });
  }
}

interface GatesOptions {
  readonly runId: string;
  readonly service: string;
  readonly mode: Mode;
  readonly initiator: string;
  readonly planChangedBy?: string;
  readonly chainHead: () => string;
  readonly record: (event: JournalEvent) => void;
  readonly tell: (notice: NewNotice) => void;
  /** Slack ids or names to mention for a set of roles. */
  readonly mention: (roles: readonly string[]) => readonly string[];
}

/** `Ann Smith (service owner)`, in the order in which they approved. */
const approversOf = ({ votes }: GateState): readonly string[] =>
  votes.map(({ personName, roles }) => `${personName} (${listOf(roles.map(roleName), 'and')})`);

/** Every gate of one run: opens them, waits, reminds, escalates, and applies decisions by the one rule. */
export class Gates {
  readonly #options: GatesOptions;
  readonly #states = new Map<string, GateState>();
  readonly #moved = new Set<string>();
  #waitingForPeopleMs = 0;
  readonly #approvals: string[] = [];

  constructor(options: GatesOptions) {
    this.#options = options;
  }

  /** Waiting at decision gates so far, milliseconds; admission gates are in no clock. */
  get waitingForPeopleMs(): number {
    return this.#waitingForPeopleMs;
  }

  /** Who approved what, for summaries. */
  get approvals(): readonly string[] {
    return this.#approvals;
  }

  /** The gate that people are asked about now. */
  get open(): OpenGate | undefined {
    return [...this.#states.values()].find((state) => state.status === 'open')?.gate;
  }

  /** How a gate stands in its newest round; nothing for one that was never asked. */
  stateOf(gateId: string): GateState | undefined {
    return this.#states.get(gateId);
  }

  /**
   * Asks, and waits for people.
   *
   * @throws GateRejectedError when an eligible person says no
   * @throws NobodyDecidedError when a drill's final deadline passes
   */
  async ask(request: {
    gateId: string;
    kind: GateKind;
    policy: GatePolicy;
    preview: Omit<GatePreview, 'chainHead'>;
  }): Promise<void> {
    const openedAtMs = Date.now();
    const confirm = confirmationOf(request.policy, request.preview, this.#options.service);
    const gate: OpenGate = {
      runId: this.#options.runId,
      gateId: request.gateId,
      kind: request.kind,
      round: (this.#states.get(request.gateId)?.gate.round ?? 0) + 1,
      openedAtMs,
      policy: request.policy,
      preview: { ...request.preview, chainHead: this.#options.chainHead() },
      initiator: this.#options.initiator,
      ...(this.#options.planChangedBy === undefined ? {} : { planChangedBy: this.#options.planChangedBy }),
      ...(confirm === undefined ? {} : { confirm }),
    };
    this.#states.set(request.gateId, openGate(gate));
    const askedRoles = [...new Set(request.policy.seats.flatMap((seat) => seat.roles))];
    this.#options.record({ type: 'gate-opened', gate });
    this.#options.tell({ kind: 'gate-opened', gate, askedRoles, mention: this.#options.mention(askedRoles) });

    try {
      await this.#waitThroughAgenda(request.gateId, openedAtMs);
    } catch (error) {
      // Aborted or halted while people were being asked. Somebody may have decided in the very same turn: that stands.
      const state = withdrawGate(this.#state(request.gateId));
      const text =
        state.status === 'withdrawn'
          ? 'Withdrawn: the run was stopped.'
          : `It was ${state.status}, and the run was stopped in the same moment.`;
      this.#close(request.gateId, state, openedAtMs, text);
      throw error;
    }

    const state = this.#state(request.gateId);
    const waitedText = approversOf(state).join(' and ');
    switch (state.status) {
      case 'approved':
        this.#approvals.push(`${request.gateId}: ${waitedText}`);
        this.#close(request.gateId, state, openedAtMs, `Approved by ${waitedText}`);
        return;
      case 'rejected': {
        const rejection = state.rejection ?? { personName: 'Somebody', reason: '' };
        this.#close(request.gateId, state, openedAtMs, `Rejected by ${rejection.personName}: ${rejection.reason}`);
        throw new GateRejectedError(rejection);
      }
      case 'expired':
        this.#close(request.gateId, state, openedAtMs, 'Nobody decided: the drill was dropped, not run.');
        throw new NobodyDecidedError(state.gate);
      case 'open':
      case 'withdrawn':
        throw new Error(`gate ${request.gateId} ended its wait as ${state.status}`);
    }
  }

  /** The one place where a verified decision meets a gate; used by Update and Signal alike. */
  apply(decision: AuthenticDecision): DecisionAnswer {
    const state = this.#states.get(decision.gateId);
    if (!state) {
      const answer: DecisionAnswer = {
        outcome: 'refused',
        code: 'unknown-gate',
        text: `This run has no gate "${decision.gateId}" open.`,
      };
      this.#options.record({ type: 'decision-received', gateId: decision.gateId, decision, answer });
      return answer;
    }
    const applied = applyDecision(state, decision);
    this.#states.set(decision.gateId, applied.state);
    // The gate is full and keeps no more of what does not count.
    if (applied.answer.outcome === 'refused' && applied.answer.code === 'too-many-attempts') return applied.answer;
    this.#options.record({ type: 'decision-received', gateId: decision.gateId, decision, answer: applied.answer });
    if (applied.answer.outcome === 'accepted' && applied.answer.gate === 'open') {
      const text = gateProgressText(applied.state, Date.now());
      const approvedBy = approversOf(applied.state);
      this.#options.tell({ kind: 'gate-progress', gate: applied.state.gate, text, approvedBy });
    }
    return applied.answer;
  }

  /**
   * Somebody who was asked has left: whoever stands in is told, once per gate and duty. Who may decide is found out when they
   * decide.
   */
  dutyMoved({ role, left, standIn, slackId }: DutyMove): void {
    const gate = this.open;
    if (!gate || role === 'reviewer') return;
    const known = `${gate.gateId} ${gate.round} ${role} ${standIn}`;
    if (this.#moved.has(known) || this.#moved.size >= maxMoved) return;
    this.#moved.add(known);
    this.#options.record({ type: 'gate-reassigned', gateId: gate.gateId, round: gate.round, role, left, standIn });
    this.#options.tell({
      kind: 'gate-reminder',
      gate,
      text: `${standsInText({ role, left, standIn })}. ${gateProgressText(this.#state(gate.gateId), Date.now())}.`,
      secondChannel: false,
      roles: [role],
      mention: [slackId],
    });
  }

  #state(gateId: string): GateState {
    const state = this.#states.get(gateId);
    if (!state) throw new Error(`no gate ${gateId}`);
    return state;
  }

  async #waitThroughAgenda(gateId: string, openedAtMs: number): Promise<void> {
    const decided = () => this.#state(gateId).status !== 'open';
    const { policy } = this.#state(gateId).gate;
    for (const item of gateAgenda(policy)) {
      if (await condition(decided, Math.max(1, openedAtMs + item.afterMs - Date.now()))) return;
      switch (item.what) {
        case 'remind':
          this.#remind(gateId);
          break;
        case 'escalate': {
          // Who may decide grows by itself with the time of the click (`applyDecision`); here people are told.
          const { gate } = this.#state(gateId);
          this.#options.record({
            type: 'gate-escalated',
            gateId,
            round: gate.round,
            step: item.step + 1,
            roles: item.roles,
          });
          this.#options.tell({
            kind: 'gate-reminder',
            gate,
            text: `Nobody has decided yet. ${gateProgressText(this.#state(gateId), Date.now())}.`,
            secondChannel: item.secondChannel,
            roles: item.roles,
            mention: this.#options.mention(item.roles),
          });
          break;
        }
        case 'final':
          break;
      }
    }
    if (this.#options.mode !== 'real') {
      this.#states.set(gateId, expireGate(this.#state(gateId)));
      return;
    }
    while (!(await condition(decided, askAgainEveryMs))) this.#remind(gateId);
  }

  #remind(gateId: string): void {
    const { gate } = this.#state(gateId);
    const roles = [...new Set(gate.policy.seats.flatMap((seat) => seat.roles))];
    this.#options.record({ type: 'gate-reminded', gateId, round: gate.round });
    this.#options.tell({
      kind: 'gate-reminder',
      gate,
      text: `${gateProgressText(this.#state(gateId), Date.now())}.`,
      secondChannel: this.#options.mode === 'real',
      roles,
      mention: this.#options.mention(roles),
    });
  }

  #close(gateId: string, state: GateState, openedAtMs: number, text: string): void {
    this.#states.set(gateId, state);
    const countsInRto = state.gate.kind === 'decision';
    // The wait ends with the last click, not with its processing.
    const lastClickMs = Math.max(0, ...state.votes.map((vote) => vote.clickedAtMs), state.rejection?.clickedAtMs ?? 0);
    const waitedMs = Math.max(0, (lastClickMs > openedAtMs ? lastClickMs : Date.now()) - openedAtMs);
    if (countsInRto) this.#waitingForPeopleMs += waitedMs;
    const outcome = state.status === 'open' ? 'withdrawn' : state.status;
    this.#options.record({ type: 'gate-closed', gateId, round: state.gate.round, outcome, waitedMs, countsInRto });
    this.#options.tell({ kind: 'gate-closed', gate: state.gate, text, outcome, closedAtMs: openedAtMs + waitedMs });
  }
}
