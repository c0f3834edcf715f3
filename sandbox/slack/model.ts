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
  'app_mentions:read',
  'reactions:read',
  'reactions:write',
  'files:read',
  'files:write',
];

/** Bot events that an app can subscribe to here, each with the scopes of which one lets it hear of it. */
export const EVENT_SCOPES = {
  app_home_opened: [],
  app_mention: ['app_mentions:read'],
  'message.channels': ['channels:history'],
  'message.groups': ['groups:history'],
  'message.im': ['im:history'],
  reaction_added: ['reactions:read'],
  reaction_removed: ['reactions:read'],
  user_change: ['users:read'],
  member_joined_channel: ['channels:read', 'groups:read'],
  member_left_channel: ['channels:read', 'groups:read'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type EventName = keyof typeof EVENT_SCOPES;

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
  /** A guest, of one channel or several. */
  is_restricted: z.boolean().optional(),
  /** A guest of one channel only. */
  is_ultra_restricted: z.boolean().optional(),
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
  /** Where events are posted, signed; asked for its challenge when it is set. Without it they go through Socket Mode. */
  eventsUrl: z.url().optional(),
  /** Bot events the app subscribes to; none when left out. */
  events: z.array(z.enum(Object.keys(EVENT_SCOPES) as EventName[])).default([]),
  /** Whether the app has a Home tab. */
  homeTab: z.boolean().default(true),
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
  /** Ids of files that came with it. */
  readonly files?: readonly string[];
  /** A reply that is shown in the channel too. */
  readonly broadcast?: boolean;
  /** Names of emoji, each with the people who reacted so. */
  reactions?: Record<string, string[]>;
  /** Only this person sees it, and no history call returns it. */
  readonly ephemeralFor?: string;
  deletedAt?: string;
  readonly earlier: MessageVersion[];
}

/** A file; `channels` are those it was shared in. */
export interface StoredFile {
  readonly id: string;
  readonly name: string;
  title: string;
  readonly sizeBytes: number;
  readonly user: string;
  readonly created: number;
  /** Set when its content arrived. */
  uploaded: boolean;
  completed: boolean;
  channels: string[];
}

/** What a person typed and chose: by block id, then action id; a block with one element may be given its value directly. */
export type TypedValues = Readonly<Record<string, unknown>>;

/** A modal somebody has open, or their Home tab of the app. */
export interface OpenView {
  readonly id: string;
  readonly user: string;
  readonly rootId: string;
  readonly previousId?: string;
  hash: string;
  view: JsonObject;
  /** What the person has typed and chosen so far. It stays when the app updates the view, as in Slack. */
  typed?: TypedValues;
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
