/** What one Jira site holds. Plain data, so that a site is one JSON file. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export type StatusCategoryKey = 'new' | 'indeterminate' | 'done';
export type CustomFieldType = 'string' | 'textarea' | 'number' | 'date' | 'select' | 'labels';

export interface User {
  readonly accountId: string;
  readonly displayName: string;
  readonly emailAddress: string;
  readonly active: boolean;
}
export interface IssueType {
  readonly id: string;
  readonly name: string;
}
export interface Project {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly issueTypes: readonly IssueType[];
  /** The number of the last issue; keys are never given twice, also after a restart. */
  lastIssueNumber: number;
}
export interface Status {
  readonly id: string;
  readonly name: string;
  readonly category: StatusCategoryKey;
}
export interface Transition {
  readonly id: string;
  readonly name: string;
  /** Names of the statuses it starts from; without it, it is global. */
  readonly from?: readonly string[] | undefined;
  readonly to: string;
  /** Ids of the fields on its screen; each has to be filled in. */
  readonly screen?: readonly string[] | undefined;
}
export interface CustomField {
  readonly id: string;
  readonly name: string;
  readonly type: CustomFieldType;
  readonly required: boolean;
  readonly options: readonly string[];
}
export interface RateLimits {
  readonly getPostPerSecond: number;
  readonly putDeletePerSecond: number;
  /** How many seconds' worth of calls the bucket holds when it is full. */
  readonly burstSeconds: number;
  readonly issueWritesPer2s: number;
  readonly issueWritesPer30s: number;
}
export interface Webhook {
  readonly url: string;
  readonly secret?: string | undefined;
}

export interface Comment {
  readonly id: string;
  readonly author: string;
  readonly body: JsonObject;
  readonly created: string;
  readonly updated: string;
}
export interface RemoteLink {
  readonly id: number;
  readonly globalId: string | null;
  readonly application: JsonObject | null;
  readonly relationship: string | null;
  readonly object: JsonObject;
}
export interface Change {
  readonly field: string;
  readonly fieldId: string;
  readonly from: string | null;
  readonly fromString: string | null;
  readonly to: string | null;
  readonly toString: string | null;
}
export interface HistoryEntry {
  readonly id: string;
  readonly author: string;
  readonly created: string;
  readonly items: readonly Change[];
}

export interface Issue {
  readonly id: string;
  key: string;
  projectKey: string;
  /** Keys that it had in other projects; they still lead to it. */
  formerKeys?: readonly string[];
  issueType: string;
  summary: string;
  description: JsonObject | null;
  priority: string;
  labels: readonly string[];
  duedate: string | null;
  assignee: string | null;
  reporter: string;
  readonly creator: string;
  status: string;
  statusChanged: string;
  resolution: string | null;
  resolved: string | null;
  readonly created: string;
  updated: string;
  custom: Record<string, Json>;
  properties: Record<string, Json>;
  comments: Comment[];
  remoteLinks: RemoteLink[];
  watchers: string[];
  history: HistoryEntry[];
}

/** An issue as it is, and as the search index knows it. */
export interface StoredIssue {
  live: Issue;
  /** Oldest first; each becomes visible to search at `visibleAtMs`. Only the newest visible one counts. */
  indexed: { visibleAtMs: number; issue: Issue }[];
}

export interface SiteSettings {
  projects: Project[];
  users: User[];
  statuses: readonly Status[];
  transitions: readonly Transition[];
  customFields: readonly CustomField[];
  indexDelayMs: number;
  /** How long a transition takes inside Jira; a second one on the same issue meanwhile is answered 409. */
  transitionMs: number;
  requireToken: string | null;
  /** Property keys that an app declared as searchable; `all` accepts every key. */
  indexedProperties: readonly string[] | 'all';
  rateLimits: RateLimits;
  webhook: Webhook | null;
}

export interface SiteState extends SiteSettings {
  readonly email: string;
  nextId: number;
  /** Counts every change, so that a page knows when to refresh. */
  revision: number;
  issues: StoredIssue[];
}

export const PRIORITIES = [
  { id: '1', name: 'Highest', color: '#d04437', description: 'This problem will block progress.' },
  { id: '2', name: 'High', color: '#f15C75', description: 'Serious problem that could block progress.' },
  { id: '3', name: 'Medium', color: '#f79232', description: 'Has the potential to affect progress.' },
  { id: '4', name: 'Low', color: '#707070', description: 'Minor problem or easily worked around.' },
  { id: '5', name: 'Lowest', color: '#999999', description: 'Trivial problem with little or no impact on progress.' },
] as const;

export const RESOLUTIONS = [
  { id: '10000', name: 'Done', description: 'Work has been completed on this issue.' },
  { id: '10001', name: "Won't Do", description: 'This issue won’t be actioned.' },
  { id: '10002', name: 'Duplicate', description: 'The problem is a duplicate of an existing issue.' },
  { id: '10003', name: 'Cannot Reproduce', description: 'All attempts at reproducing this issue failed.' },
] as const;

export const STATUS_CATEGORIES = {
  new: { id: 2, key: 'new', colorName: 'blue-gray', name: 'To Do' },
  indeterminate: { id: 4, key: 'indeterminate', colorName: 'yellow', name: 'In Progress' },
  done: { id: 3, key: 'done', colorName: 'green', name: 'Done' },
} as const;

export const ISSUE_TYPE_IDS: Readonly<Record<string, string>> = { Task: '10001', Bug: '10002', Story: '10003' };

/** Jira's own way to write a time: milliseconds and an offset without a colon. */
export const jiraTime = (date: Date): string => date.toISOString().replace('Z', '+0000');

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON value in words: text as it is, everything else as JSON. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : value === undefined ? 'undefined' : JSON.stringify(value);
}
