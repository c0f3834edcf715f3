import { parseDocument } from 'yaml';
import { awsControl } from '../../examples/set-up.ts';
import type { CompanyPlace } from '../../examples/set-up.ts';
import { issuesInstance, kmsKeys } from '../../examples/world.ts';

/** Unhappy paths of the demo: what is broken, and how the run must end. */
export const breaks = {
  'missing-rows': { what: 'the newest snapshot lacks a tenth of the comments', ends: 'a check fails' },
  'corrupt-table': { what: 'pages of the table of issues are damaged in the newest snapshot', ends: 'a check fails' },
  'stale-backup': { what: 'the newest snapshot, and all data in it, is three hours old', ends: 'the RPO is missed' },
  'wrong-key': { what: 'the key that the backups are encrypted with is disabled', ends: 'refused before anything is created' },
  'stuck-restore': { what: 'AWS never finishes creating the copy', ends: 'stuck, with the last status seen' },
  'leaky-cleanup': { what: 'AWS accepts the deletion of the copy and never deletes it', ends: 'data proven, cleanup not' },
} as const satisfies Record<string, { readonly what: string; readonly ends: string }>;
export type Break = keyof typeof breaks;

export const breakNames = Object.keys(breaks) as Break[];
export const isBreak = (name: string): name is Break => Object.hasOwn(breaks, name);

const hourMs = 60 * 60 * 1000;
/** How old everything is in `stale-backup`. */
export const staleByMs = 3 * hourMs;

/** Backups that a break damages are snapshots; the run is then told to use one. */
export const methodFor = (fault: Break | undefined): 'snapshot' | undefined => (fault === 'missing-rows' || fault === 'corrupt-table' || fault === 'stale-backup' ? 'snapshot' : undefined);

/** The example catalog with deadlines at which the demo's faults show within a minute; in reality they are hours. */
export function demoCatalog(text: string, fault: Break | undefined): string {
  const document = parseDocument(text);
  const limits = ['organisation', 'policies', 'limits'];
  if (fault === 'stuck-restore') document.setIn([...limits, 'restoreDeadline'], '30s');
  if (fault === 'leaky-cleanup') document.setIn([...limits, 'deleteDeadline'], '20s');
  return document.toString({ lineWidth: 0 });
}

/** What is broken before the run starts, when the newest snapshot is there and its name is known. */
export async function breakBefore(place: CompanyPlace, fault: Break, snapshot: string): Promise<void> {
  const control = (path: string, body: unknown) => awsControl(place, 'POST', `rds/${path}`, body);
  switch (fault) {
    case 'missing-rows':
      await control('corrupt', { snapshot, kind: 'missing-rows', table: 'comments', share: 0.1 });
      return;
    case 'corrupt-table':
      await control('corrupt', { snapshot, kind: 'corrupt-table', table: 'issues' });
      return;
    case 'stale-backup':
      await control('backdate-snapshot', { snapshot, byMs: staleByMs });
      return;
    case 'wrong-key':
      await awsControl(place, 'PUT', 'kms/keys', kmsKeys.map((key) => ({ ...key, ...(key.alias === issuesInstance.KmsKeyId ? { state: 'Disabled' } : {}) })));
      return;
    case 'stuck-restore':
      await control('stuck', { match: 'drdrill-*', status: 'creating' });
      return;
    case 'leaky-cleanup':
      await control('refuse-delete', { match: 'drdrill-*', how: 'stays' });
      return;
  }
}
