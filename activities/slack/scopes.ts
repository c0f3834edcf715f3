/** What the bot's token must allow; `deploy/slack/manifest.yaml` asks for the same, and a test keeps them the same. */
export const slackScopes = [
  'chat:write',
  'chat:write.public',
  'commands',
  'channels:read',
  'channels:history',
  'groups:read',
  'groups:history',
  'users:read',
  'usergroups:read',
] as const;
