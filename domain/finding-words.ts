import type { Acceptance, CallLevel, RemediationView, RetestPlan, Voice } from './remediation.ts';
import { isTestedAgain } from './retest.ts';
import { isRunId } from './run-id.ts';
import { utcMinute } from './time-text.ts';

/** What is said about a finding, in Jira and in Slack alike: one or two sentences each. */

const days = (ms: number): string => {
  const count = Math.floor(ms / 86_400_000);
  return count < 1 ? 'less than a day' : count === 1 ? '1 day' : `${count} days`;
};

/** What is said about: by the key of its ticket when it has one, as people name it. */
type Told = Pick<RemediationView, 'finding' | 'ticket'>;

/** Who met a gap: a run, by its id, or a person, whose report has none that anybody could look at. */
export const metBy = (runId: string): string => (isRunId(runId) ? runId : 'a person');

/** So much of a fingerprint tells findings apart; commands take it for the whole. */
export const shortOf = (fingerprint: string): string => fingerprint.slice(0, 10);

/** As the command line takes it. The whole fingerprint: what is said with it is in the journal, and has to come out the same again. */
const nameOf = ({ finding, ticket }: Told): string => ticket?.key ?? finding.fingerprint;

/** `what closes it: …`, and how one goes about it. */
export function howItCloses(view: Told): string {
  const { proof } = view.finding;
  switch (proof.kind) {
    case 'recheck':
      return `What closes it: ${proof.sentence} firedrill closes it by itself when ${isTestedAgain(view.finding) ? `a later run finds that (firedrill finding retest ${nameOf(view)})` : 'it finds that'}.`;
    case 'attested':
      return `What closes it: ${proof.sentence} One person says so with a link to the evidence, a second one confirms it (firedrill finding attest ${nameOf(view)} --evidence URL).`;
  }
}

/** Why a ticket that somebody closed is open again. */
export const reopenedText = (view: Told): string =>
  `This ticket was closed without its proof, so it is open again. ${howItCloses(view)}`;

/** A reminder or a call for help. */
export function callText(view: RemediationView, level: CallLevel, nowMs: number): string {
  const { finding, ticketRequest, openSinceMs } = view;
  const age = days(nowMs - openSinceMs);
  const due = `due ${ticketRequest.dueDate}`;
  switch (level) {
    case 'champion':
      return `Still open after ${age} (${due}): ${finding.title}. ${howItCloses(view)}`;
    case 'owner':
      return `Open for ${age} (${due}), so the service's owner is asked to help: ${finding.title}. ${howItCloses(view)}`;
    case 'leadership':
      return `Open for ${age} (${due}), so leadership is told: ${finding.title}. ${finding.matters} ${howItCloses(view)}`;
  }
}

export const closedText = (sentence: string): string => `Remedied, and proved: ${sentence}`;

const names = (by: readonly Voice[]): string => by.map(({ personName }) => personName).join(' and ');

/** People type reasons with a full stop at their end and without. */
const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

/** Why a risk is accepted, in the words of both who have said so. */
export const acceptanceReasons = ({ by, reason, agreedReason }: Acceptance): string =>
  agreedReason === undefined ? reason : `${sentence(reason)} ${by.at(-1)?.personName ?? ''}: ${agreedReason}`;

export const acceptedText = (acceptance: Acceptance): string =>
  `The risk is accepted until ${acceptance.until} by ${names(acceptance.by)}: ${sentence(acceptanceReasons(acceptance))} After that day the finding opens again.`;

/** Why a ticket that was filed twice is closed. */
export const duplicateText = (key: string): string =>
  `This ticket is a duplicate: the same gap is followed in ${key}. Jira lost an answer, or somebody opened an old one again.`;

/** Somebody, or something, closes the ticket again and again. @param times - it was opened again within a day */
export const closedAgainText = (view: Told, times: number): string =>
  `This ticket was closed without its proof and opened again ${times} times within a day, so it stays closed until tomorrow, and the finding open. Is there an automation rule in Jira that closes it? ${howItCloses(view)}`;

export const acceptanceEndedText = (view: RemediationView, until: string): string =>
  `The acceptance of this risk ended on ${until}, so the finding is open again. ${howItCloses(view)}`;

export const recurredWhileAcceptedText = (runId: string, until: string): string =>
  `It was met again by ${metBy(runId)}. The risk is accepted until ${until}.`;

export const ownerUnknownText = (email: string): string =>
  `Jira knows nobody by the owner's address ${email} who can be given this ticket, so it is assigned to nobody. That is a finding of its own.`;

export const notMovedText = (key: string, why: string): string =>
  `${key} could not be moved, so its status in Jira says something else than firedrill: ${why} Move it by hand.`;

export const retestPlannedText = (view: Told, plan: RetestPlan): string =>
  plan.live
    ? `A live re-test is ${planText(plan)}. It starts then and at no other moment, and asks at its gates.`
    : `A re-test starts ${planText(plan)}. Sooner: firedrill finding retest ${nameOf(view)}`;

/** `by itself when the service's window opens, 2026-12-01 01:00 UTC (tue 02:00–05:00 Europe/Berlin)`, or into which a live one is planned, and for whom. */
export function planText({ opensMs, words, live, askedBy }: RetestPlan): string {
  const opening = `${utcMinute(opensMs)} (${words})`;
  if (!live) return `by itself when the service's window opens, ${opening}`;
  return `planned into the service's window, ${opening}${askedBy === undefined ? '' : `, for ${askedBy.personName}`}`;
}

/** What whoever asks for one in isolation is told. */
export const retestStartingText =
  'A re-test is being started. It asks at its gates like any run; when it finds the check green, the finding is closed.';

/** While the catalog cannot be asked. */
export const retestPlannedLaterText =
  "It takes a live test, which is planned into the next opening of its service's window. When that is, is said here and on the ticket as soon as the catalog has answered.";

/** What to write where, so that a live test can be planned. */
export const noWindowText = (view: Told): string =>
  `It takes a live test, which starts only in a window of its service, and the catalog gives ${view.finding.service} none. Write under services.${view.finding.service} when people can stand by, for example testWindows: [{ days: [tue], from: '02:00', to: '05:00' }], and ask again: firedrill finding retest ${nameOf(view)}`;

export const retestText = (runId: string, by: Voice | undefined): string =>
  `A re-test was started ${by === undefined ? 'by itself' : `for ${by.personName}`}: ${runId}. When it finds the check green, the finding is closed.`;
