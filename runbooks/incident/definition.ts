import type { Runbook } from '../runbook.ts';

/** The record of a declared incident: its times, its command, and that no drill is in its way. Mends nothing by itself. */
export const incidentRunbook: Runbook = {
  name: 'incident',
  version: '1',
  touches: 'nothing',
  modes: ['real'],
  // Declaring one only ever stops drills: everybody in the catalog may.
  mayStart: ['sre', 'dr-champion', 'service-owner', 'incident-commander', 'leadership', 'risk-and-compliance'],
  cadence: 'ad-hoc',
  workflowType: () => 'incident',
  steps: ['take control'],
  purpose: 'Halts the drills on a service and its dependencies, and keeps the times and the command of an incident.',
};
