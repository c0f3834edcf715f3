import type { Runbook } from '../runbook.ts';

/** Names of the steps, in the order in which they happen; shown before and during every run. */
export const restoreTestSteps = {
  takeControl: 'take control',
  describeSource: 'look at the source',
  preconditions: 'prove isolation and head-room',
  sourceStatus: 'look at the sentinel writer',
  choosePoint: 'choose recovery point',
  restore: 'call restore',
  waitAvailable: 'wait until available',
  setPassword: "set the copy's password",
  waitPassword: 'wait until the password is set',
  connect: 'first connection',
  newest: 'read newest sentinel',
  baseline: 'fetch baseline',
  checks: 'run checks',
  compare: 'compare settings',
  smoke: 'smoke query',
  hotQueries: 'time to usable',
  deleteCopy: 'delete the copy',
  proveGone: 'prove it is gone',
} as const;

/** Restores one resource for real into isolation, proves the data, and judges RTO and RPO by the target of the day. */
export const restoreTestRunbook: Runbook = {
  name: 'restore-test',
  version: '1',
  touches: 'isolated',
  modes: ['rehearse', 'drill'],
  mayStart: ['sre', 'dr-champion', 'service-owner', 'incident-commander'],
  cadence: 'quarterly',
  workflowType: (mode) => (mode === 'rehearse' ? 'restoreTestRehearsal' : 'restoreTest'),
  steps: Object.values(restoreTestSteps),
  purpose: 'Restores a backup into an isolated network, validates the data, measures RTO and RPO, deletes the copy.',
};
