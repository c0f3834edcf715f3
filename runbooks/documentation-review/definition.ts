import type { Runbook } from '../runbook.ts';

/** Names of the steps, in the order in which they happen. */
export const documentationReviewSteps = {
  readDocuments: 'read the documents',
  readAws: 'look at live AWS',
  readLast: 'look at the last reviews and drills',
  probeLinks: 'probe links',
  ask: 'ask the DR champion',
  readAgain: 'read the documents again',
} as const;

/** Holds what a service's recovery documents state against reality, and lets the people who answer for it judge each fact. */
export const documentationReviewRunbook: Runbook = {
  name: 'documentation-review',
  version: '1',
  touches: 'nothing',
  modes: ['drill'],
  mayStart: ['sre', 'dr-champion', 'service-owner', 'incident-commander', 'risk-and-compliance'],
  cadence: 'quarterly',
  workflowType: () => 'documentationReview',
  steps: Object.values(documentationReviewSteps),
  purpose:
    'Compares what the recovery documents of a service state with live AWS and the catalog; the DR champion answers each fact and signs off.',
};
