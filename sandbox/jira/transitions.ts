import {
  isObject,
  jiraTime,
  RESOLUTIONS,
  type Change,
  type Issue,
  type JsonObject,
  type SiteState,
  type Status,
  type StoredIssue,
  type Transition,
  textOf,
} from './model.ts';
import { badFields, badRequest } from './refusal.ts';
import { commentsToAdd, editIssue, objectOf, pushComment, touch } from './issues.ts';

export function transitionsOf(site: SiteState, issue: Issue): readonly Transition[] {
  return site.transitions.filter(
    (transition) => transition.from === undefined || transition.from.includes(issue.status),
  );
}

/** A field of a transition's screen, as `expand=transitions.fields` tells it. */
export function screenField(site: SiteState, id: string): { readonly name: string; readonly allowedValues?: object[] } {
  if (id === 'resolution')
    return { name: 'Resolution', allowedValues: RESOLUTIONS.map(({ id: number, name }) => ({ id: number, name })) };
  return { name: site.customFields.find((field) => field.id === id)?.name ?? id };
}

export interface PreparedTransition {
  readonly to: Status;
  readonly resolution: string | null | undefined;
  readonly comments: readonly JsonObject[];
  readonly rest: JsonObject;
}

/** Checks a transition request against the issue as it is now. @throws JiraRefusal 400 */
export function prepareTransition(site: SiteState, issue: Issue, body: JsonObject): PreparedTransition {
  const wanted = isObject(body['transition']) ? body['transition']['id'] : undefined;
  if (wanted === undefined || wanted === null) throw badRequest("Missing 'transition' identifier");
  const transition = transitionsOf(site, issue).find((candidate) => candidate.id === textOf(wanted));
  if (transition === undefined) throw badRequest(`Transition id '${textOf(wanted)}' is not valid for this issue.`);
  const to = site.statuses.find((status) => status.name === transition.to);
  if (to === undefined)
    throw new Error(`Transition ${transition.id} leads to ${transition.to}, which is no status of this site.`);
  const given = objectOf(body, 'fields');
  const unfilled = (transition.screen ?? []).filter((id) => given[id] === undefined || given[id] === null);
  if (unfilled.length > 0)
    throw badFields(Object.fromEntries(unfilled.map((id) => [id, `${screenField(site, id).name} is required.`])));
  const { resolution: wantedResolution, ...rest } = given;
  const resolution = isObject(wantedResolution)
    ? RESOLUTIONS.find((known) => known.id === wantedResolution['id'] || known.name === wantedResolution['name'])
    : undefined;
  if (wantedResolution !== undefined && wantedResolution !== null && resolution === undefined) {
    const name = isObject(wantedResolution)
      ? textOf(wantedResolution['name'] ?? wantedResolution['id'])
      : textOf(wantedResolution);
    throw badFields({ resolution: `Resolution name '${name}' is not valid` });
  }
  return {
    to,
    resolution: wantedResolution === null ? null : resolution?.name,
    comments: commentsToAdd(objectOf(body, 'update')),
    rest,
  };
}

export function applyTransition(
  site: SiteState,
  stored: StoredIssue,
  actor: string,
  prepared: PreparedTransition,
): readonly Change[] {
  const { live } = stored;
  const idOf = (name: string): string | null => site.statuses.find((status) => status.name === name)?.id ?? null;
  const fieldChanges =
    Object.keys(prepared.rest).length > 0 ? editIssue(site, stored, actor, { fields: prepared.rest }) : [];
  const changes: Change[] = [];
  const resolution = prepared.to.category === 'done' ? (prepared.resolution ?? live.resolution ?? 'Done') : null;
  if (resolution !== live.resolution) {
    const resolutionId = (name: string | null): string | null =>
      RESOLUTIONS.find((known) => known.name === name)?.id ?? null;
    changes.push({
      field: 'resolution',
      fieldId: 'resolution',
      from: resolutionId(live.resolution),
      fromString: live.resolution,
      to: resolutionId(resolution),
      toString: resolution,
    });
  }
  if (prepared.to.name !== live.status)
    changes.push({
      field: 'status',
      fieldId: 'status',
      from: idOf(live.status),
      fromString: live.status,
      to: prepared.to.id,
      toString: prepared.to.name,
    });
  const now = jiraTime(new Date());
  if (prepared.to.name !== live.status) live.statusChanged = now;
  live.status = prepared.to.name;
  if (resolution !== live.resolution) live.resolved = resolution === null ? null : now;
  live.resolution = resolution;
  for (const comment of prepared.comments) pushComment(site, stored, actor, comment);
  touch(site, stored, changes, actor);
  return [...fieldChanges, ...changes];
}
