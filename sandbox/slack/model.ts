import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';

/** Anything that came as JSON and has keys: blocks, views, metadata, payloads. Read with the helpers of `json.ts`. */
export type JsonObject = { readonly [key: string]: unknown };

/** The scopes an app gets when its workspace was set up without saying any. */
export const ALL_SCOPES: readonly string[] = [
  'chat:write',
  'chat:write.public',
  'commands',
  'channels:read',
  'channels:history',
  'channels:join',
  'groups:read',
  'groups:history',
  'im:read',
  'im:history',
  'im:write',
  'users:read',
  'users:read.email',
  'usergroups:read',
];

export const UserSchema = z.strictObject({
  id: z.string().regex(/^[UW][A-Z0-9]+$/, 'a Slack user id such as U0ANNA'),
  /** The short name, as in @anna. */
  name: z.string().min(1),
  real_name: z.string().min(1),
  email: z.string().optional(),
  /** IANA time zone; the page shows times in it. */
  tz: z.string().default('Etc/UTC'),
  deleted: z.boolean().optional(),
  is_bot: z.boolean().optional(),
  /** A guest, single- or multi-channel. */
  is_restricted: z.boolean().optional(),
});
export type User = z.infer<typeof UserSchema>;

export const ChannelSchema = z.strictObject({
  id: z.string().regex(/^[CGD][A-Z0-9]+$/, 'a Slack channel id such as C0DRILLS'),
  name: z.string().min(1),
  is_private: z.boolean().default(false),
  is_archived: z.boolean().default(false),
  topic: z.string().default(''),
  /** User ids; everyone when it is left out. */
  members: z.array(z.string()).optional(),
  /** Whether the app was invited. */
  app_is_member: z.boolean().default(true),
});
export type ChannelSetup = z.infer<typeof ChannelSchema>;

export const UsergroupSchema = z.strictObject({
  id: z.string().regex(/^S[A-Z0-9]+$/, 'a Slack user group id such as S0COMMANDERS'),
  handle: z.string().min(1),
  name: z.string().min(1),
  users: z.array(z.string()),
});
export type Usergroup = z.infer<typeof UsergroupSchema>;

export const AppSetupSchema = z.strictObject({
  name: z.string().min(1).default('firedrill'),
  scopes: z.array(z.string()).default([...ALL_SCOPES]),
  /** Registered slash commands, such as ["/dr"]; when left out, every command goes to the app. */
  commands: z.array(z.string().startsWith('/')).optional(),
  /** Where slash commands are posted, signed. Without it they go through Socket Mode. */
  commandUrl: z.url().optional(),
  /** Where button clicks and modals are posted, signed. Without it they go through Socket Mode. */
  interactivityUrl: z.url().optional(),
  signingSecret: z.string().min(1).optional(),
});

/** What `PUT /_sandbox/workspace` takes. Everything may be left out. */
export const WorkspaceSetupSchema = z.strictObject({
  name: z.string().min(1).default('Example Company'),
  domain: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .default('example-company'),
  users: z.array(UserSchema).default([
    { id: 'U0ANNA', name: 'anna', real_name: 'Anna Owner', email: 'anna@example.com', tz: 'Europe/Berlin' },
    { id: 'U0BEN', name: 'ben', real_name: 'Ben Champion', email: 'ben@example.com', tz: 'America/New_York' },
    { id: 'U0CARA', name: 'cara', real_name: 'Cara Commander', email: 'cara@example.com', tz: 'Australia/Sydney' },
  ]),
  channels: z.array(ChannelSchema).default([
    { id: 'C0GENERAL', name: 'general', is_private: false, is_archived: false, topic: '', app_is_member: true },
    { id: 'C0DRILLS', name: 'dr-drills', is_private: false, is_archived: false, topic: '', app_is_member: true },
  ]),
  usergroups: z.array(UsergroupSchema).default([]),
  app: AppSetupSchema.prefault({}),
});
export type WorkspaceSetup = z.infer<typeof WorkspaceSetupSchema>;

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: 'channel' | 'im';
  readonly is_private: boolean;
  is_archived: boolean;
  topic: string;
  created: number;
  /** User ids, the app's own bot user among them when it was invited. */
  members: string[];
}

/** What a message said before an edit. */
export interface MessageVersion {
  readonly replacedAt: string;
  readonly text: string;
  readonly blocks?: readonly JsonObject[];
}

export interface Message {
  readonly ts: string;
  readonly channel: string;
  /** Who wrote it: a person, the app's bot user, or USLACKBOT. */
  readonly user: string;
  text: string;
  blocks?: readonly JsonObject[];
  attachments?: readonly JsonObject[];
  thread_ts?: string;
  metadata?: JsonObject;
  edited?: { readonly user: string; readonly ts: string };
  /** Only this person sees it, and no history call returns it. */
  readonly ephemeralFor?: string;
  deletedAt?: string;
  readonly earlier: MessageVersion[];
}

/** A modal somebody has open. */
export interface OpenView {
  readonly id: string;
  readonly user: string;
  readonly rootId: string;
  readonly previousId?: string;
  hash: string;
  view: JsonObject;
  readonly channel?: string;
}

export interface ResponseUrl {
  readonly id: string;
  readonly user: string;
  readonly channel: string;
  readonly messageTs?: string;
  readonly threadTs?: string;
  readonly madeAtMs: number;
  uses: number;
}

/** Who Slack speaks as when it has something to say itself. */
export const SLACKBOT = 'USLACKBOT';

/** Ten characters from a hash, in the alphabet of Slack's ids, so that a token always addresses the same workspace. */
export function derivedId(prefix: string, seed: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const hash = createHash('sha256').update(`${prefix}/${seed}`).digest();
  return prefix + Array.from(hash.subarray(0, 10), (byte) => alphabet[byte % 32]).join('');
}

export function randomId(prefix: string): string {
  return derivedId(prefix, randomBytes(12).toString('hex'));
}
