import { FiredrillError } from './errors.ts';
import { sha256Hex } from './hex.ts';
import { type RunbookName, runbookNames, wholeService } from './modes.ts';
import { checkedName, NameSchema } from './names.ts';
import { isQuarter, type Quarter } from './quarter.ts';

/** What a run is about. A runbook about a whole service has no resource; its run id says `-`. */
export interface RunSubject {
  readonly runbook: RunbookName;
  readonly service: string;
  readonly resource?: string;
}

/** Why a run exists: owed in a quarter, started by hand, or a re-test of a finding. */
export type RunOccasion =
  | { readonly kind: 'owed'; readonly quarter: Quarter }
  | { readonly kind: 'manual' | 'retest'; readonly startedAtMs: number; readonly nonce: string };

/** A run id taken apart. */
export interface RunIdParts extends RunSubject {
  readonly occasion: RunOccasion;
}

/**
 * Id of the run that fulfils an obligation: `restore-test/jira-cloud/issues-db/2026Q4`. The same for everyone who
 * computes it, so that a quarter's run cannot be started twice.
 *
 * @throws FiredrillError `bad-name`
 */
export const owedRunId = (subject: RunSubject, quarter: Quarter): string => `${prefixOf(subject)}/${quarter}`;

/**
 * Id of a run that a person starts out of turn: `…/manual-20261122T181500Z-9f3a`.
 *
 * @param nowMs - milliseconds UTC, cut to the second
 * @param random4hex - four lower-case hex digits from the caller's randomness, so that two starts in one second differ
 * @throws FiredrillError `bad-name` or `bad-run-id`
 */
export const manualRunId = (subject: RunSubject, nowMs: number, random4hex: string): string =>
  checkedRunId(`${prefixOf(subject)}/manual-${compactUtc(nowMs)}-${random4hex}`);

/** Id of a run that proves a remedy: `…/retest-20261122T181500Z-9f3a`. Parameters and errors as for `manualRunId`. */
export const retestRunId = (subject: RunSubject, nowMs: number, random4hex: string): string =>
  checkedRunId(`${prefixOf(subject)}/retest-${compactUtc(nowMs)}-${random4hex}`);

/**
 * Id of the re-test that starts in an opening of its window: the same for all findings that it may prove, so that it is started
 * once. When that run is over, the next one in the same opening has another id.
 *
 * @param opensMs - of the window, milliseconds UTC
 * @param lastRunId - the newest run on the same subject that is over; empty when there is none
 * @param initiatorId - who asked for it: a run of their own, since nobody may approve what they asked for; nobody by default
 * @throws FiredrillError `bad-name`
 */
export const sharedRetestRunId = (
  subject: RunSubject,
  opensMs: number,
  lastRunId: string,
  initiatorId?: string,
): string =>
  retestRunId(
    subject,
    opensMs,
    sha256Hex(initiatorId === undefined ? lastRunId : `${lastRunId}\n${initiatorId}`).slice(0, 4),
  );

/** Takes a run id apart. Accepts exactly what the functions above make. @throws FiredrillError `bad-run-id` */
export function parseRunId(runId: string): RunIdParts {
  const parts = partsOf(runId);
  if (parts !== undefined) return parts;
  throw new FiredrillError({
    code: 'bad-run-id',
    kind: 'input',
    what: `"${runId}" is not the id of a run.`,
    means: 'Nothing was looked up or changed.',
    next: 'Run ids look like restore-test/jira-cloud/issues-db/2026Q4; firedrill status lists them.',
  });
}

/** True for what `parseRunId` accepts. */
export const isRunId = (text: string): boolean => partsOf(text) !== undefined;

/** What every name of ours in AWS begins with; guard and sweeper touch nothing else. */
export const drillNamePrefix = 'drdrill-';

/**
 * Name of what a step of a run creates in AWS: `drdrill-jira-cloud-issues-db-4b1f0c9d2e77`. It follows from run and
 * step alone, so a repeated create meets its own earlier attempt (RDS has no client token). Within RDS's rules: begins
 * with a letter, at most 63 of a–z, 0–9 and `-`, no two hyphens in a row, none at the end.
 *
 * @throws FiredrillError `bad-name`
 */
export function drillName(service: string, resource: string, runId: string, step: string): string {
  const start = (what: 'service' | 'resource', name: string): string =>
    checkedName(what, name).slice(0, 16).replace(/-$/, '');
  // The line break keeps run and step apart: neither can hold one.
  const unique = sha256Hex(`${runId}\n${step}`).slice(0, 12);
  return `${drillNamePrefix}${start('service', service)}-${start('resource', resource)}-${unique}`;
}

/** True for names of the form that `drillName` gives: one condition of several before anything is deleted. */
export const isDrillName = (name: string): boolean =>
  name.length <= 63 && /^drdrill(?:-[a-z0-9]+){2,}-[0-9a-f]{12}$/.test(name);

/** The steps that create something in AWS, by runbook: the names of what a run owns follow from them. */
export const creatingSteps: Readonly<Record<RunbookName, readonly string[]>> = {
  'restore-test': ['call restore'],
  'documentation-review': [],
  'tabletop-exercise': [],
  incident: [],
};

/** True for a name that this run, and no other, gives to what it creates. */
export const isNameOfRun = (
  name: string,
  of: { readonly runbook: RunbookName; readonly service: string; readonly resource: string },
  runId: string,
): boolean => creatingSteps[of.runbook].some((step) => drillName(of.service, of.resource, runId, step) === name);

function prefixOf({ runbook, service, resource }: RunSubject): string {
  return `${runbook}/${checkedName('service', service)}/${resource === undefined || resource === wholeService ? wholeService : checkedName('resource', resource)}`;
}

const checkedRunId = (runId: string): string => {
  parseRunId(runId);
  return runId;
};

function partsOf(runId: string): RunIdParts | undefined {
  const [runbookText, service, resource, occasionText, ...more] = runId.split('/');
  const runbook = runbookNames.find((name) => name === runbookText);
  const occasion = occasionText === undefined ? undefined : occasionOf(occasionText);
  if (runbook === undefined || occasion === undefined || more.length > 0) return undefined;
  if (service === undefined || !NameSchema.safeParse(service).success) return undefined;
  if (resource === wholeService) return { runbook, service, occasion };
  if (resource === undefined || !NameSchema.safeParse(resource).success) return undefined;
  return { runbook, service, resource, occasion };
}

function occasionOf(text: string): RunOccasion | undefined {
  if (isQuarter(text)) return { kind: 'owed', quarter: text };
  const match = /^(manual|retest)-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-([0-9a-f]{4})$/.exec(text);
  if (match === null) return undefined;
  const [, kind, year, month, day, hour, minute, second, nonce = ''] = match;
  const startedAtMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // Date.parse turns 31 November into 1 December; the round trip refuses it.
  if (Number.isNaN(startedAtMs) || text !== `${kind}-${compactUtc(startedAtMs)}-${nonce}`) return undefined;
  return { kind: kind === 'manual' ? 'manual' : 'retest', startedAtMs, nonce };
}

/** `20261122T181500Z`. */
const compactUtc = (atMs: number): string =>
  new Date(atMs)
    .toISOString()
    .replace(/\.\d{3}Z$/, 'Z')
    .replaceAll(/[-:]/g, '');
