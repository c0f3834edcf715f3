import type { DBInstance, Tag } from '@aws-sdk/client-rds';
import { drillNamePrefix, isDrillName } from '../../domain/run-id.ts';
import { notOurResource } from './aws-errors.ts';

/** Tags of everything a drill creates; sweeper, guard and IAM policies go by them. */
export const tagNames = {
  runId: 'dr:run-id',
  service: 'dr:service',
  resource: 'dr:resource',
  owner: 'dr:owner',
  expiresAt: 'dr:expires-at',
  mode: 'dr:mode',
} as const;

/** What AWS does not take in a tag's value becomes `_`: letters, digits, spaces and `_.:/=+-@` are taken, 256 of them. */
const tagValue = (text: string): string => text.replaceAll(/[^\p{L}\p{N} _.:/=+\-@]/gu, '_').slice(0, 256);

export const expiryTag = (expiresAtMs: number): Tag => ({
  Key: tagNames.expiresAt,
  Value: new Date(expiresAtMs).toISOString(),
});

/** The explicit set for a copy. Without one RDS copies the source's tags, and the copy would look like production. */
export function drillTags(of: {
  runId: string;
  service: string;
  resource: string;
  owner: string;
  expiresAtMs: number;
}): Tag[] {
  return [
    { Key: tagNames.runId, Value: tagValue(of.runId) },
    { Key: tagNames.service, Value: tagValue(of.service) },
    { Key: tagNames.resource, Value: tagValue(of.resource) },
    { Key: tagNames.owner, Value: tagValue(of.owner) },
    expiryTag(of.expiresAtMs),
    { Key: tagNames.mode, Value: 'drill' },
  ];
}

export const tagOf = (tags: readonly Tag[] | undefined, key: string): string | undefined =>
  tags?.find((tag) => tag.Key === key)?.Value;

/** True when a tag list says that this run made it, as a drill. */
export const isOfRun = (tags: readonly Tag[] | undefined, runId: string): boolean =>
  tagOf(tags, tagNames.runId) === tagValue(runId) && tagOf(tags, tagNames.mode) === 'drill';

/**
 * The last look before a mutating call: name and tags, by what AWS says now.
 *
 * @throws FiredrillError `not-this-runs-resource`
 */
export function insistOnOwn(act: 'adopt' | 'delete' | 'change', instance: DBInstance, runId: string): void {
  insistOnDrillName(act, instance.DBInstanceIdentifier ?? '');
  if (isOfRun(instance.TagList, runId)) return;
  const other = tagOf(instance.TagList, tagNames.runId);
  const reason =
    other === undefined
      ? 'it does not carry this run’s tag, so this run did not create it'
      : `it belongs to the run ${other}, not to ${runId}`;
  throw notOurResource(act, instance.DBInstanceIdentifier ?? 'without a name', reason);
}

/** @throws FiredrillError `not-this-runs-resource` for a name that no drill gives; asked before AWS is */
export function insistOnDrillName(act: 'adopt' | 'delete' | 'change', name: string): void {
  if (!isDrillName(name)) throw notOurResource(act, name, `its name is not one that drills give (${drillNamePrefix}…)`);
}
