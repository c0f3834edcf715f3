/**
 * What the bot's token must allow; `deploy/slack/manifest.yaml` asks for the same, and a test keeps them the same. Private
 * channels need `groups:read` and `groups:history` besides, which an app should have only where there are any.
 */
export const slackScopes = [
  'commands',
  'chat:write',
  'channels:read',
  'channels:history',
  'users:read',
  'usergroups:read',
] as const;
