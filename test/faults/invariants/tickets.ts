import type { StoredRun } from '../../../store/read.ts';
import { jiraIssues } from '../../engine/outside.ts';
import { doubles } from './witness.ts';
import type { Witness } from './witness.ts';

/** Each finding has exactly one ticket that counts this run once, told of it once, and the evidence has it once. */
export async function ticketProblems(
  witness: Witness,
  { runId, projection, tickets }: StoredRun,
): Promise<{ lost: string[]; doubled: string[] }> {
  const issues = await jiraIssues(witness);
  const lost: string[] = [];
  const doubled: string[] = [];
  for (const { fingerprint } of projection.findings) {
    const its = issues.filter((issue) => issue.fingerprint === fingerprint);
    if (its.length === 0) lost.push(`no ticket for ${fingerprint}`);
    // One that a later run proved remedied is closed, and a gap that comes back then gets a new one.
    const open = its.filter(({ isOpen }) => isOpen);
    if (open.length > 1)
      doubled.push(`${open.length} open tickets for ${fingerprint}: ${open.map(({ key }) => key).join(', ')}`);
    const counted = its.flatMap(({ runs }) => runs).filter((id) => id === runId).length;
    if (counted === 0) lost.push(`no ticket for ${fingerprint} counts this run`);
    if (counted > 1) doubled.push(`the ticket for ${fingerprint} counts this run ${counted} times`);
    const comments = its.flatMap((issue) => issue.comments).filter((one) => mentions(one, runId)).length;
    const wanted = its.some(({ runs }) => runs[0] === runId) ? 0 : 1;
    if (comments < wanted) lost.push(`no comment on the ticket for ${fingerprint} tells of this run`);
    if (comments > wanted) doubled.push(`${comments} comments tell of this run on the ticket for ${fingerprint}`);
    const recorded = tickets.filter((ticket) => ticket.fingerprint === fingerprint).length;
    if (recorded !== 1)
      (recorded === 0 ? lost : doubled).push(`the evidence has ${recorded} tickets for ${fingerprint}`);
  }
  const known = projection.findings.map(({ fingerprint }) => fingerprint);
  for (const { key } of issues.filter((issue) => issue.runs.includes(runId) && !known.includes(issue.fingerprint)))
    doubled.push(`${key} counts this run for a gap that it did not find`);
  return { lost, doubled };
}

/** Gaps with two open tickets, tickets that count a run twice or have a comment twice, whatever they are about. */
export async function ticketsTwice(witness: Witness): Promise<readonly string[]> {
  const issues = await jiraIssues(witness);
  const open = issues.filter(({ isOpen, fingerprint }) => isOpen && fingerprint !== '');
  return [
    ...doubles(open.map(({ fingerprint }) => fingerprint)).map((gap) => `more than one open ticket for ${gap}`),
    ...issues.flatMap(({ key, runs, comments }) => [
      ...doubles(runs).map((runId) => `${key} counts ${runId} more than once`),
      ...doubles(comments.map(saidIn)).map((said) => `${key} has a comment twice: ${said}`),
    ]),
  ];
}

const saidIn = (comment: unknown): string => JSON.stringify((comment as { body?: unknown }).body ?? comment);

/** The whole id, not the beginning of a longer one. */
const mentions = (comment: unknown, runId: string): boolean =>
  new RegExp(`${runId.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(?![\\w-])`).test(JSON.stringify(comment));
