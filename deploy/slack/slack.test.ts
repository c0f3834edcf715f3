import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { slackWorkspace } from '../../examples/world.ts';

interface Manifest {
  readonly display_information: { readonly name: string; readonly description: string };
  readonly features: {
    readonly app_home: { readonly home_tab_enabled: boolean };
    readonly slash_commands: readonly { readonly command: string }[];
  };
  readonly oauth_config: { readonly scopes: { readonly bot: readonly string[] } };
  readonly settings: {
    readonly event_subscriptions: { readonly bot_events: readonly string[] };
    readonly interactivity: { readonly is_enabled: boolean };
    readonly socket_mode_enabled: boolean;
  };
}
const manifest = parse(await readFile(new URL('manifest.yaml', import.meta.url), 'utf8')) as Manifest;
const scopes = manifest.oauth_config.scopes.bot;

/** What each method of the Web API asks for in public channels; Slack's method reference. */
const scopeOf: Readonly<Record<string, string | undefined>> = {
  'auth.test': undefined,
  'chat.delete': 'chat:write',
  'chat.getPermalink': undefined,
  'chat.postMessage': 'chat:write',
  'chat.postEphemeral': 'chat:write',
  'chat.update': 'chat:write',
  'conversations.history': 'channels:history',
  'conversations.info': 'channels:read',
  'conversations.list': 'channels:read',
  'conversations.members': 'channels:read',
  'conversations.replies': 'channels:history',
  'usergroups.list': 'usergroups:read',
  'usergroups.users.list': 'usergroups:read',
  'users.info': 'users:read',
  'users.list': 'users:read',
  'users.lookupByEmail': 'users:read.email',
  'views.open': undefined,
  'views.publish': undefined,
  'views.update': undefined,
};

async function methodsCalled(folder: URL): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sources = entries.filter((entry) => entry.isFile() && /(?<!\.test)\.ts$/.test(entry.name));
  const texts = await Promise.all(sources.map((entry) => readFile(path.join(entry.parentPath, entry.name), 'utf8')));
  const call = /\.((?:auth|chat|conversations|usergroups|users|views|reactions|files|pins)(?:\.users)?\.[a-zA-Z]+)\(/g;
  return [
    ...new Set(
      texts
        .filter((text) => text.includes('@slack/') || text.includes('usergroups.'))
        .flatMap((text) => [...text.matchAll(call)].map((match) => match[1] ?? '')),
    ),
  ];
}

describe('the Slack app', () => {
  test('has a scope for every method that is called, and no scope besides', async () => {
    const folders = ['activities', 'catalog', 'client', 'worker'];
    const methods = (
      await Promise.all(folders.map((folder) => methodsCalled(new URL(`../../${folder}/`, import.meta.url))))
    ).flat();
    expect(methods).toEqual(expect.arrayContaining(['chat.postMessage', 'users.list', 'usergroups.users.list']));
    expect(methods.filter((method) => !Object.hasOwn(scopeOf, method))).toEqual([]);
    const needed = methods.flatMap((method) => scopeOf[method] ?? []);
    // `/dr` is no method.
    expect(scopes.toSorted()).toEqual([...new Set(['commands', ...needed])].toSorted());
  });

  test('has the scopes under which demo and tests run, and no others', () => {
    expect(scopes.toSorted()).toEqual(slackWorkspace.app.scopes.toSorted());
  });

  test('takes /dr, clicks and looks at its Home tab, over Socket Mode', () => {
    expect(manifest.features.slash_commands.map(({ command }) => command)).toEqual(slackWorkspace.app.commands);
    expect(manifest.settings.event_subscriptions.bot_events).toEqual(slackWorkspace.app.events);
    expect(manifest.features.app_home.home_tab_enabled).toBe(true);
    expect(manifest.settings.interactivity.is_enabled).toBe(true);
    expect(manifest.settings.socket_mode_enabled).toBe(true);
  });

  test("keeps to Slack's limits for names and descriptions", () => {
    expect(manifest.display_information.name.length).toBeLessThanOrEqual(35);
    expect(manifest.display_information.description.length).toBeLessThanOrEqual(140);
  });
});
