import type { Finding } from './finding.ts';
import { makeFinding } from './fingerprint.ts';

/** What was looked at when a service's owner turned out to be unknown to Jira. */
export const ownerCheck = 'ticket:owner';

/** A service whose owner cannot be given a ticket: nobody works on what is found there. The same gap whatever was found. */
export const ownerFinding = (about: Pick<Finding, 'service' | 'runId' | 'title'>, email: string): Finding =>
  makeFinding({
    service: about.service,
    resource: '-',
    check: ownerCheck,
    cause: 'unknown-to-jira',
    severity: 'medium',
    title: `the service's owner ${email} is unknown to Jira`,
    found: `No account in Jira by the address ${email} can be given a ticket. Met when a ticket was filed about: ${about.title}.`,
    matters: 'Findings of this service are assigned to nobody, so that nobody remedies them before a disaster.',
    lookFirst:
      'Whether the person has left, has another address in Jira, or no access to the project; then the owner in the catalog. Tickets that are assigned to nobody are assigned by hand.',
    proof: {
      kind: 'recheck',
      check: ownerCheck,
      sentence: 'Jira lets the owner of the catalog be given a ticket of the project.',
    },
    runId: about.runId,
  });
