import type { Channel, JsonObject, Message, OpenView, ResponseUrl, StoredFile, WorkspaceSetup } from './model.ts';

/** Everything of a workspace that survives a restart. */
export interface WorkspaceState {
  readonly key: string;
  setup: WorkspaceSetup;
  channels: Channel[];
  messages: Message[];
  responseUrls: ResponseUrl[];
  /** Modals that people have open; of one person's, the last is on top. */
  views: OpenView[];
  /** The app's Home tab as each person sees it, by user id. */
  homes: Record<string, OpenView>;
  /** Files by their id; what is in them lies beside, in the store's folder. */
  files: Record<string, StoredFile>;
  /** User id, then channel id, then the `ts` of the newest message that person has seen. */
  reads: Record<string, Record<string, string>>;
  lastTs: string;
}

/** What of a workspace's state `reset` forgets. */
export const nothingHappened = (): Pick<
  WorkspaceState,
  'channels' | 'messages' | 'responseUrls' | 'views' | 'homes' | 'files' | 'reads'
> => ({ channels: [], messages: [], responseUrls: [], views: [], homes: {}, files: {}, reads: {} });

export interface NewMessage {
  readonly user: string;
  readonly text: string;
  readonly blocks?: readonly JsonObject[] | undefined;
  readonly attachments?: readonly JsonObject[] | undefined;
  readonly files?: readonly string[] | undefined;
  readonly threadTs?: string | undefined;
  readonly broadcast?: boolean | undefined;
  readonly metadata?: JsonObject | undefined;
  readonly ephemeralFor?: string | undefined;
}

/** What happened in a workspace, for pages that refresh and for apps that subscribe to events. */
export type Happening =
  | { readonly kind: 'posted'; readonly message: Message }
  | { readonly kind: 'edited'; readonly message: Message; readonly before: Message }
  | { readonly kind: 'removed'; readonly message: Message }
  | {
      readonly kind: 'reacted' | 'unreacted';
      readonly message: Message;
      readonly user: string;
      readonly name: string;
    }
  | {
      readonly kind: 'home-opened';
      readonly user: string;
      readonly channel: Channel;
      readonly tab: 'home' | 'messages';
    }
  | { readonly kind: 'user-changed'; readonly user: string }
  | { readonly kind: 'member-joined' | 'member-left'; readonly user: string; readonly channel: Channel };
