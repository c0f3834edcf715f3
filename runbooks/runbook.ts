import type { Role } from '../domain/gate.ts';
import type { BlastRadius, Mode, RunbookName } from '../domain/modes.ts';

/** What a runbook is, before anybody runs it: what it touches, in which modes it exists, who may start it, how often it is owed. */
export interface Runbook {
  readonly name: RunbookName;
  /** Goes into every run; a change of what is tested or how it is judged is a new version. */
  readonly version: string;
  readonly touches: BlastRadius;
  readonly modes: readonly Mode[];
  readonly mayStart: readonly Role[];
  readonly cadence: 'quarterly' | 'yearly' | 'ad-hoc';
  /** Workflow type per mode: a rehearsal is a workflow of its own. */
  readonly workflowType: (mode: Mode) => string;
  /** The steps in order, as people will see them. */
  readonly steps: readonly string[];
  /** One sentence for people. */
  readonly purpose: string;
}
