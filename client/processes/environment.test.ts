import { describe, expect, test } from 'vitest';
import { allSettings, loadConfig } from '../../config/index.ts';
import { environmentFor, processNames } from './environment.ts';

/** Everything that can be set, with a value that names it. */
const key = 'ab'.repeat(32);
const all = Object.fromEntries(
  allSettings.map(({ env, schema }) => [
    env,
    [
      'http://127.0.0.1:9/',
      'postgres://a:b@c/d',
      'smtp://c',
      key,
      'xoxb-1',
      'xapp-1',
      'a@b.example',
      'host:1',
      'eu-central-1',
      'info',
      '3000',
      '/dr',
      'text',
    ].find((value) => schema.safeParse(value).success) ?? 'text',
  ]),
);
const env = {
  ...all,
  PATH: '/bin',
  HOME: '/home/ada',
  AWS_SECRET_ACCESS_KEY: 'aws',
  NODE_OPTIONS: '--inspect',
  SOMETHING_PRIVATE: 'x',
};
const config = loadConfig({ env: all, cwd: '/' });
const namesFor = (name: (typeof processNames)[number]): readonly string[] =>
  Object.keys(environmentFor(name, { config, env }));

describe('what a process is told', () => {
  test.each(processNames)('%s is told nothing private of ours', (name) => {
    const names = namesFor(name);
    expect(names).not.toContain('SOMETHING_PRIVATE');
    expect(names).not.toContain('NODE_OPTIONS');
    // The key of the person at this command line signs their decisions: no process may have it.
    expect(names).not.toContain('FIREDRILL_PERSON_KEY');
  });

  test('only the Slack app can sign what people click', () => {
    expect(processNames.filter((name) => namesFor(name).includes('FIREDRILL_SLACK_SIGNER_KEY'))).toEqual(['slack']);
    expect(namesFor('worker')).toContain('FIREDRILL_SLACK_SIGNER_PUBLIC_KEY');
  });

  test('only the worker can derive passwords of copies and sign evidence', () => {
    for (const secret of ['FIREDRILL_DRILL_SECRET', 'FIREDRILL_EVIDENCE_KEY'])
      expect(processNames.filter((name) => namesFor(name).includes(secret))).toEqual(['worker']);
  });

  test('the source process knows neither store, Slack nor Jira; the Slack app has no way to AWS', () => {
    expect(namesFor('source')).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(DATABASE_URL|SLACK_|JIRA_)/)]),
    );
    expect(namesFor('slack')).not.toContain('AWS_SECRET_ACCESS_KEY');
  });

  test('whom a company’s network trusts is told to all that reach out of it', () => {
    const trust = { NODE_EXTRA_CA_CERTS: '/etc/company.pem', NODE_USE_SYSTEM_CA: '1' };
    for (const name of ['worker', 'source', 'slack'] as const)
      expect(environmentFor(name, { config, env: { ...env, ...trust } })).toMatchObject(trust);
  });

  test('the receiver of Jira’s webhook, which anybody can send something, knows its own secret and no other', () => {
    const secrets = new Set(allSettings.filter(({ secret }) => secret).map((setting) => setting.env));
    expect(namesFor('jira-webhook').filter((variable) => secrets.has(variable))).toEqual([
      'TEMPORAL_API_KEY',
      'JIRA_WEBHOOK_SECRET',
    ]);
    expect(processNames.filter((name) => namesFor(name).includes('JIRA_WEBHOOK_SECRET'))).toEqual(['jira-webhook']);
  });

  test('servers of others are told no secret at all', () => {
    const secrets = new Set(allSettings.filter(({ secret }) => secret).map((setting) => setting.env));
    for (const name of ['postgres', 'temporal', 'sandbox'] as const)
      expect(namesFor(name).filter((variable) => secrets.has(variable) || variable.startsWith('AWS_'))).toEqual([]);
  });

  test('what is said for one process wins', () => {
    expect(environmentFor('source', { config, env, extra: { PATH: '/other', LOGIN: 'x' } })).toMatchObject({
      PATH: '/other',
      LOGIN: 'x',
    });
  });
});
