import type { LoadedCatalog } from '../../catalog/parse.ts';
import type { SignedAct } from '../../domain/act.ts';
import type { Finding } from '../../domain/finding.ts';
import type { GapReport } from '../../domain/gap.ts';
import type { SignedDecision } from '../../domain/gate.ts';
import type { Mode } from '../../domain/modes.ts';
import type { RunProjection } from '../../domain/run-view.ts';
import type { Scenario } from '../../domain/scenario.ts';
import { scenarioNamed } from '../../runbooks/tabletop-exercise/library.ts';
import type { RunLine, StoredRun } from '../../store/read.ts';
import type { Store } from '../../store/connect.ts';
import { listRuns, readOpenRuns, readRun } from '../../store/read.ts';
import { readRunsBetween, readTicketsOf } from '../../store/read-services.ts';
import type { TicketLine } from '../../store/read-services.ts';
import type { PastRun } from '../../domain/obligation.ts';
import type { RemediationView } from '../../domain/remediation.ts';
import { findingsMeant, findingsToConfirm } from '../../store/remediations.ts';
import type { FindingLine } from '../../store/remediations.ts';
import { recordRefusedAttempt } from '../../store/refused-attempts.ts';
import { actOnRun } from '../runs/act.ts';
import type { ActResult } from '../runs/act.ts';
import { changeKillSwitch, readControl } from '../runs/control.ts';
import { decideRun } from '../runs/decide.ts';
import type { DecisionResult } from '../runs/decide.ts';
import type { RunsDeps } from '../runs/deps.ts';
import type { RestoreTestRequest } from '../runs/plan-restore-test.ts';
import { companyLibrary } from '../runs/company-library.ts';
import type { Once } from '../runs/launch.ts';
import { declareIncident } from '../runs/declare-incident.ts';
import type { IncidentRequest } from '../runs/declare-incident.ts';
import { reportGap } from '../runs/report-gap.ts';
import { startDocumentationReview } from '../runs/start-documentation-review.ts';
import type { ReviewRequest } from '../runs/start-documentation-review.ts';
import { startRestoreTest } from '../runs/start-restore-test.ts';
import { startTabletopExercise } from '../runs/start-tabletop-exercise.ts';
import type { TabletopExerciseRequest } from '../runs/start-tabletop-exercise.ts';
import { remediationWorkflowId } from '../../workflows/messages.ts';

/** An attempt that no run could take. */
export interface RefusedAttempt {
  readonly runId: string;
  readonly gateId?: string;
  readonly who: string;
  readonly choice: string;
  readonly code: string;
  readonly atMs: number;
  readonly decisionId: string;
}

/** Everything behind the Slack app: workflow engine, store and catalog. Each call may be slow, or throw `busy`. */
export interface Engine {
  /** The catalog of this moment. */
  catalog(): Promise<LoadedCatalog>;
  start(
    request: RestoreTestRequest & { readonly mode: Mode; readonly once?: Once },
  ): Promise<{ readonly runId: string; readonly simulated: boolean }>;
  startReview(request: ReviewRequest): Promise<{ readonly runId: string; readonly simulated: boolean }>;
  /** Starts an exercise; `scenario` by its name. */
  startExercise(
    request: Omit<TabletopExerciseRequest, 'scenario' | 'policy'> & { readonly scenario: string },
  ): Promise<{ readonly runId: string; readonly simulated: boolean }>;
  /** Every scenario there is for this company. */
  scenarios(): Promise<readonly Scenario[]>;
  decide(
    signed: SignedDecision,
    target: { readonly runId: string; readonly decisionId: string },
  ): Promise<DecisionResult>;
  act(signed: SignedAct, target: { readonly runId: string; readonly actId: string }): Promise<ActResult>;
  /** Declares an incident: halts the drills in its way. */
  declare(request: IncidentRequest): Promise<{ readonly runId: string; readonly simulated: boolean }>;
  /** Makes a gap that somebody saw a finding with a ticket; answers once the engine has it. */
  reportGap(report: GapReport): Promise<Finding>;
  changeKillSwitch(signed: SignedDecision, decisionId: string): Promise<DecisionResult>;
  /** Runs that hold something now; known without the store. */
  running(): Promise<readonly string[]>;
  run(runId: string): Promise<StoredRun | undefined>;
  newestRuns(limit: number): Promise<readonly RunLine[]>;
  /** Runs without a verdict, newest first, as the store has them. */
  openRuns(): Promise<readonly RunProjection[]>;
  /** Runs of some services that were opened in a span of time, `[fromMs, toMs)`. */
  runsBetween(services: readonly string[], fromMs: number, toMs: number): Promise<readonly PastRun[]>;
  /** Open tickets of the gaps of some services, newest first. */
  ticketsOf(services: readonly string[]): Promise<readonly TicketLine[]>;
  /** The findings that a person may mean: by fingerprint, its beginning, or the key of its ticket. */
  findings(id: string): Promise<readonly FindingLine[]>;
  /** Findings that wait for a second person's word. */
  findingsToConfirm(): Promise<readonly RemediationView[]>;
  /** Id of the workflow that follows a finding: what an act about it is signed for. */
  findingRunId(fingerprint: string): string;
  keepRefused(attempt: RefusedAttempt): Promise<void>;
}

/** The real one. @param catalogPlace - whose folder may name scenarios of the company's own */
export const createEngine = (deps: RunsDeps, store: Store, catalogPlace: string): Engine => ({
  catalog: () => deps.catalog(),
  start: async (request) => ({ runId: (await startRestoreTest(deps, request)).runId, simulated: deps.simulated }),
  startReview: async (request) => ({
    runId: (await startDocumentationReview(deps, request)).runId,
    simulated: deps.simulated,
  }),
  startExercise: async ({ scenario: name, ...request }) => {
    const { scenario } = scenarioNamed((await companyLibrary(catalogPlace)).library, name);
    return { runId: (await startTabletopExercise(deps, { ...request, scenario })).runId, simulated: deps.simulated };
  },
  scenarios: async () => (await companyLibrary(catalogPlace)).library.map(({ scenario }) => scenario),
  decide: (signed, target) => decideRun(deps, signed, target),
  act: (signed, target) => actOnRun(deps, signed, target),
  declare: (request) => declareIncident(deps, request),
  reportGap: (report) => reportGap(deps, report),
  changeKillSwitch: (signed, decisionId) => changeKillSwitch(deps, signed, decisionId),
  running: async () => [...new Set((await readControl(deps)).locks.map((lock) => lock.runId))],
  run: (runId) => readRun(store, runId),
  newestRuns: (limit) => listRuns(store, { limit }),
  openRuns: () => readOpenRuns(store),
  runsBetween: (services, fromMs, toMs) => readRunsBetween(store, services, fromMs, toMs),
  ticketsOf: (services) => readTicketsOf(store, services),
  findings: (id) => findingsMeant(store, id),
  findingsToConfirm: () => findingsToConfirm(store),
  findingRunId: (fingerprint) => remediationWorkflowId(deps.taskQueuePrefix, fingerprint),
  keepRefused: (attempt) => recordRefusedAttempt(store, { ...attempt, via: 'slack' }),
});
