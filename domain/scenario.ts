import type { Tier } from './target.ts';

/** What a scenario threatens a service with; also what a programme counts to see which of its risks were exercised. */
export const threats = [
  'natural-disaster',
  'facility',
  'zone-loss',
  'region-loss',
  'control-plane',
  'attack',
  'human-error',
  'bad-change',
  'key-loss',
  'backup-failure',
  'identity-loss',
  'communication-loss',
  'people',
] as const;
export type Threat = (typeof threats)[number];

export const difficulties = ['easy', 'medium', 'hard'] as const;
export type Difficulty = (typeof difficulties)[number];

/** Kinds of resources that a scenario can be about; the catalog's own words. */
export const scenarioResourceKinds = ['rds-instance', 'rds-cluster', 's3-bucket'] as const;
export type ScenarioResourceKind = (typeof scenarioResourceKinds)[number];

/** Something that one person does during an exercise. Taken by button; not the same as a role in the catalog. */
export interface ScenarioRole {
  /** `incident-commander`, `database`: injects and decisions name it. */
  readonly role: string;
  readonly does: string;
}

/** In every exercise, whatever its scenario: who leads it and who writes down. Neither plays a part in the story. */
export const standardRoles: readonly ScenarioRole[] = [
  {
    role: 'facilitator',
    does: 'Tells the injects, keeps the time, and never helps; raises what the room does not see.',
  },
  {
    role: 'scribe',
    does: 'Writes every decision down with its options, owner, reason and time, and every gap at once.',
  },
];

/** One way to decide, with what it costs. */
export interface InjectOption {
  readonly id: string;
  readonly text: string;
  readonly tradeOff: string;
  /** The runbook, or good practice, would choose this. Several may be; none when it is a matter of judgement. */
  readonly expected: boolean;
}

/** One event of the story, told at its minute. */
export interface Inject {
  readonly id: string;
  readonly title: string;
  /** Minute of the exercise at which it is told, without pauses; whole, from 0. */
  readonly minute: number;
  /** Imagined time from the imagined impact (T0) to this event, milliseconds: the story runs faster than the exercise. */
  readonly incidentMs: number;
  /** Who or what says it: `PagerDuty`, `AWS Health Dashboard`, `a customer's CTO, by phone`. */
  readonly from: string;
  readonly text: string;
  readonly questions: readonly string[];
  readonly options: readonly InjectOption[];
  /** What a team that knows its runbook does. */
  readonly expect: readonly string[];
  /** What teams do wrong here. */
  readonly pitfalls: readonly string[];
  /** Heading of the recovery document that this tests. */
  readonly section: string;
  /** For the facilitator alone: what to watch for, what to say when asked. */
  readonly facilitator?: string;
  /** One person is taken out of the exercise, drawn among those who hold these roles of the exercise. */
  readonly unavailable?: { readonly among: readonly string[] };
}

/** Stands in an inject for the name of who is drawn; replaced only while the exercise runs. */
export const drawnPerson = 'unavailable';

/** An inject that takes somebody out, with the name that was drawn in all of its words. */
export function nameUnavailable(inject: Inject, personName: string): Inject {
  const named = (text: string): string => text.replaceAll(`\${${drawnPerson}}`, personName);
  return {
    ...inject,
    title: named(inject.title),
    from: named(inject.from),
    text: named(inject.text),
    questions: inject.questions.map(named),
    options: inject.options.map((option) => ({
      ...option,
      text: named(option.text),
      tradeOff: named(option.tradeOff),
    })),
    expect: inject.expect.map(named),
    pitfalls: inject.pitfalls.map(named),
    ...(inject.facilitator === undefined ? {} : { facilitator: named(inject.facilitator) }),
  };
}

/** The imagined incident's RTO clock. */
export interface IncidentClock {
  /** What happened at the imagined T0, and when: `Tuesday 03:12 UTC: the ground moves`. */
  readonly began: string;
  /** T1 − T0, milliseconds. */
  readonly detectedAfterMs: number;
  /** What must be true for T6: the clock stops when the room proves it. */
  readonly recovered: string;
}

/** A tabletop exercise, ready to be held with any service that it suits. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** What it puts to the test, in one line. */
  readonly tests: string;
  /** From the first inject to the end of the hot-wash. */
  readonly minutes: number;
  readonly difficulty: Difficulty;
  readonly threats: readonly Threat[];
  readonly suits: { readonly tiers: readonly Tier[]; readonly resources: readonly ScenarioResourceKind[] };
  /** Real incidents it is drawn from, by name. */
  readonly sources: readonly string[];
  readonly situation: string;
  readonly objectives: readonly string[];
  /** Without the standard ones. */
  readonly roles: readonly ScenarioRole[];
  readonly clock: IncidentClock;
  /** In the order of their minutes. */
  readonly injects: readonly Inject[];
  /** Questions for the talk right after. */
  readonly hotWash: readonly string[];
  /** Not finished: it was made from a run or an incident and still has questions in it. */
  readonly draft: boolean;
  /** Name of the shipped scenario that a company's own one stands for. */
  readonly replaces?: string;
}

/** A service that an exercise covers, as the catalog had it when the scenario was filled. */
export interface CoveredService {
  readonly id: string;
  readonly name: string;
  readonly tier: Tier;
  readonly rtoMs: number;
  readonly rpoMs: number;
  /** Person ids: the service gets credit only when one of the two took part. */
  readonly owner: string;
  readonly champion: string;
}

/** A scenario with the names of real services in it; what an exercise pins at its start. */
export interface FilledScenario extends Scenario {
  readonly services: readonly [CoveredService, ...CoveredService[]];
  /** The strictest RTO of the services, milliseconds: what the imagined clock is held against. */
  readonly rtoMs: number;
}

/** Something that the after-action report compares the room's decisions with. */
export interface ExpectedAction {
  /** `<inject>/<number from 1>`; stable, since an exercise pins its filled scenario. */
  readonly id: string;
  readonly injectId: string;
  readonly minute: number;
  readonly section: string;
  readonly action: string;
}

/** All that a team that knows its runbook would do, in the order of the story. */
export const expectedActions = (scenario: Pick<Scenario, 'injects'>): readonly ExpectedAction[] =>
  scenario.injects.flatMap(({ id: injectId, minute, section, expect }) =>
    expect.map((action, index) => ({ id: `${injectId}/${index + 1}`, injectId, minute, section, action })),
  );
