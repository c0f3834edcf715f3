import { z } from 'zod';
import { actAccepted, actRefused } from './act.ts';
import type { ActAnswer, ActBy } from './act.ts';
import type { DecisionVia, Role } from './gate.ts';
import type { PinnedPlan } from './pinned-plan.ts';

/** Somebody in an incident. */
export interface IncidentPerson {
  readonly personId: string;
  readonly personName: string;
}

/** What an incident is declared with. Plain JSON; built by the client from the catalog. */
export interface IncidentPlan extends PinnedPlan {
  readonly service: string;
  /** One line: what happened. */
  readonly title: string;
  /** When the impact began, milliseconds UTC: T0. */
  readonly beganMs: number;
  /** When it was detected: T1. */
  readonly detectedMs: number;
  /** When it was declared: T2, the click. */
  readonly declaredMs: number;
  /** `service/resource` of the service and of all that it depends on: no drill works on them while it lasts. */
  readonly resources: readonly string[];
  /** The services behind them, in the order of the dependencies. */
  readonly services: readonly string[];
}

/** The two times that people know better later. */
export const correctable = ['T0', 'T1'] as const;
export type Correctable = (typeof correctable)[number];

const reason = z.string().trim().min(3).max(500);

/** What people do in an incident, beside approving. */
const IncidentActSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('correct-time'), key: z.enum(correctable), atMs: z.int().nonnegative(), reason }),
  z.strictObject({
    kind: z.literal('hand-over'),
    toPersonId: z.string().min(1).max(100),
    toPersonName: z.string().min(1).max(200),
    reason,
  }),
  z.strictObject({ kind: z.literal('over'), reason }),
]);
export type IncidentAct = z.infer<typeof IncidentActSchema>;

/** `undefined` for anything that is no act of an incident. */
export const parseIncidentAct = (act: unknown): IncidentAct | undefined => IncidentActSchema.safeParse(act).data;

/** How an incident stands; plain JSON. */
export interface IncidentState {
  readonly commander: IncidentPerson;
  readonly times: Readonly<Record<Correctable, number>>;
  readonly declaredMs: number;
  readonly isOver: boolean;
}

interface ByWhom {
  readonly by: string;
  readonly via: DecisionVia;
  readonly reason: string;
}

/** What goes into the journal. A corrected time keeps both values, who corrected it and why. */
export type IncidentEvent =
  | {
      readonly type: 'incident-declared';
      readonly title: string;
      readonly commander: IncidentPerson;
      readonly beganMs: number;
      readonly detectedMs: number;
      readonly declaredMs: number;
      readonly services: readonly string[];
    }
  | ({
      readonly type: 'incident-time-corrected';
      readonly key: Correctable;
      readonly fromMs: number;
      readonly toMs: number;
    } & ByWhom)
  | ({ readonly type: 'command-handed-over'; readonly from: IncidentPerson; readonly to: IncidentPerson } & ByWhom)
  | ({ readonly type: 'incident-over' } & ByWhom);

/** Who may take command away from somebody who does not give it. */
const aboveTheCommander: readonly Role[] = ['incident-commander', 'leadership'];

/** Why an act would not count now; nothing when it would. */
export function objectionToIncidentAct(state: IncidentState, act: IncidentAct, by: ActBy): ActAnswer | undefined {
  if (state.isOver) return actRefused('run-over', 'This incident is over.');
  const inCommand =
    by.personId === state.commander.personId || by.roles.some((role) => aboveTheCommander.includes(role));
  switch (act.kind) {
    case 'correct-time': {
      const times = { ...state.times, [act.key]: act.atMs };
      if (act.atMs > by.receivedAtMs) return actRefused('bad-time', 'This time has not come yet.');
      if (times.T0 > times.T1)
        return actRefused(
          'bad-time',
          'It cannot have been detected (T1) before the impact began (T0). Correct the other time first.',
        );
      if (act.atMs === state.times[act.key])
        return actRefused('bad-time', 'This is the time that stands there already.');
      return undefined;
    }
    case 'hand-over':
      if (!inCommand)
        return actRefused(
          'role-missing',
          `${state.commander.personName} has the command; they hand it over, or an incident commander or leadership takes it.`,
        );
      return act.toPersonId === state.commander.personId
        ? actRefused('bad-person', `${act.toPersonName} has the command already.`)
        : undefined;
    case 'over':
      return inCommand
        ? undefined
        : actRefused(
            'role-missing',
            `${state.commander.personName} has the command; they say when it is over, or an incident commander or leadership does.`,
          );
  }
}

/** What an act without objection comes to. */
export function applyIncidentAct(
  state: IncidentState,
  act: IncidentAct,
  by: ActBy,
): { readonly state: IncidentState; readonly event: IncidentEvent; readonly answer: ActAnswer } {
  const whom = { by: by.personId, via: by.via, reason: act.reason };
  switch (act.kind) {
    case 'correct-time':
      return {
        state: { ...state, times: { ...state.times, [act.key]: act.atMs } },
        event: { type: 'incident-time-corrected', key: act.key, fromMs: state.times[act.key], toMs: act.atMs, ...whom },
        answer: actAccepted('Corrected; the record keeps both values, your name and the reason.'),
      };
    case 'hand-over': {
      const to = { personId: act.toPersonId, personName: act.toPersonName };
      return {
        state: { ...state, commander: to },
        event: { type: 'command-handed-over', from: state.commander, to, ...whom },
        answer: actAccepted(`${to.personName} has the command.`),
      };
    }
    case 'over':
      return {
        state: { ...state, isOver: true },
        event: { type: 'incident-over', ...whom },
        answer: actAccepted('It is over. Drills may start again; none resumes by itself.'),
      };
  }
}
