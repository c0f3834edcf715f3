import { describe, expect, test } from 'vitest';
import { loadCatalog } from '../../catalog/load.ts';
import type { Notice } from '../../domain/notice.ts';
import { exampleAddress, exampleReminder, exampleStatus, exampleVerdict } from '../../views/example-notices.ts';
import { checkMail, createSlackActivities, createSlackClient } from './index.ts';
import { startMailReceiver } from './mail-harness.ts';
import { recipientsOf } from './recipients.ts';
import type { SecondChannelError } from './second-channel.ts';

function channel(
  smtpUrl: string,
  more: { to?: readonly string[]; secondChannelUrl?: string; timeoutMs?: number } = {},
) {
  const warnings: string[] = [];
  const { to = ['amara@example.com', 'jonas@example.com'], timeoutMs = 2000, ...rest } = more;
  const activities = createSlackActivities({
    client: createSlackClient({ token: 'xoxb-unused' }),
    mail: { smtpUrl, from: 'firedrill@example.com', timeoutMs, recipients: () => Promise.resolve(to) },
    warn: (text) => warnings.push(text),
    ...rest,
  });
  const tell = (notice: Notice) => activities.deliverToSecondChannel({ address: exampleAddress, notice });
  return { tell, warnings };
}
const failure = async (work: Promise<void>): Promise<SecondChannelError> =>
  await work.then(
    () => Promise.reject(new Error('This was expected to fail, and did not.')),
    (error: unknown) => error as SecondChannelError,
  );

/** Lines that were folded or encoded for transport, as a mail program shows them. */
const readable = (text: string): string => text.replaceAll(/=\r?\n/g, '').replaceAll('=3D', '=');

describe('the second channel by e-mail', () => {
  test('tells those who are asked, with the command that decides without Slack', async () => {
    await using receiver = await startMailReceiver();
    await channel(receiver.url).tell(exampleReminder);
    expect(receiver.mails).toMatchObject([
      { from: 'firedrill@example.com', to: ['amara@example.com', 'jonas@example.com'] },
    ]);
    const text = readable(receiver.mails[0]?.text ?? '');
    expect(text).toMatch(/^Subject: .*decision/im);
    expect(text).toContain('Nobody has decided yet.');
    expect(text).toContain(`firedrill approve ${exampleAddress.runId}`);
    expect(text).toContain('SIMULATED');
    expect(text).toMatch(/^Auto-Submitted: auto-generated/im);
  });

  test('sends the same notice once, whatever became of the other way, and knows it by its Message-ID after a restart', async () => {
    await using receiver = await startMailReceiver();
    const broken = channel(receiver.url, { secondChannelUrl: 'http://127.0.0.1:9/hook' });
    expect((await failure(broken.tell(exampleReminder))).code).toBe('second-channel-unreachable');
    expect((await failure(broken.tell(exampleReminder))).code).toBe('second-channel-unreachable');
    expect(receiver.mails).toHaveLength(1);
    await channel(receiver.url).tell(exampleReminder);
    await channel(receiver.url).tell(exampleVerdict);
    const ids = receiver.mails.map(({ text }) => /^Message-ID: (.*)$/im.exec(text)?.[1]?.trim());
    expect(ids[0]).toMatch(/^<[0-9a-f]{40}@firedrill>$/);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  test('is told nothing that is for Slack alone, and says when it concerns nobody', async () => {
    await using receiver = await startMailReceiver();
    await channel(receiver.url).tell({ kind: 'run-status', number: 1, status: exampleStatus(1) });
    const nobody = channel(receiver.url, { to: [] });
    await nobody.tell(exampleReminder);
    expect(receiver.mails).toEqual([]);
    expect(nobody.warnings).toEqual([expect.stringMatching(/nobody/i)]);
  });

  test.each([
    ['a server in trouble', { MAIL: '451 try later' }, 'mail-unreachable', undefined],
    ['a server that says nothing', { EHLO: '' }, 'mail-unreachable', undefined],
    ['addresses that nobody has', { RCPT: '550 no such user' }, 'mail-refused', 60_000],
    ['a mail that is not taken', { DATA: '554 not from you' }, 'mail-refused', 60_000],
  ])('%s is tried again, without a word lost', async (_, answers, code, retryAfterMs) => {
    await using receiver = await startMailReceiver();
    receiver.answers = answers;
    const { tell } = channel(receiver.url, { timeoutMs: 300 });
    const error = await failure(tell(exampleReminder));
    expect([error.kind, error.code, error.retryAfterMs]).toEqual(['busy', code, retryAfterMs]);
    receiver.answers = {};
    await tell(exampleReminder);
    expect(receiver.mails).toHaveLength(1);
  });

  test('shows no password, and sends none in the clear', async () => {
    await using receiver = await startMailReceiver();
    const url = receiver.url.replace('smtp://', 'smtp://user:hunter2@');
    const error = await failure(channel(url).tell(exampleReminder));
    expect(JSON.stringify([error.what, error.next])).not.toContain('hunter2');
    expect(receiver.mails).toEqual([]);
    expect(await checkMail({ smtpUrl: url, from: 'firedrill@example.com' })).toMatchObject({ ok: false });
    expect(await checkMail({ smtpUrl: receiver.url, from: 'firedrill@example.com' })).toMatchObject({ ok: true });
  });
});

describe('whom a notice concerns', () => {
  const slackWithout = (...left: string[]) => ({
    membersOf: (group: string) => Promise.resolve(group === 'S0COMMANDERS' ? ['U0TOMAS', 'U0NOBODY'] : []),
    hasLeft: (slackId: string) => Promise.resolve(left.includes(slackId)),
  });
  const everybody = slackWithout();

  test('those who are asked, members of user groups included; of a verdict owner and champion', async () => {
    const { catalog } = await loadCatalog('examples/catalog.yaml');
    const asked: Notice = { ...exampleReminder, roles: ['incident-commander', 'leadership'] };
    expect(await recipientsOf(catalog, 'jira-cloud', asked, everybody)).toEqual([
      'amara.okafor@example.com',
      'hannah.lindqvist@example.com',
      'tomas.novak@example.com',
    ]);
    expect(await recipientsOf(catalog, 'jira-cloud', exampleVerdict, everybody)).toEqual([
      'jonas.weber@example.com',
      'priya.raman@example.com',
    ]);
    const overdue: Notice = {
      kind: 'review-reminder',
      number: 7,
      text: 'Overdue',
      secondChannel: true,
      roles: ['leadership'],
      mention: [],
    };
    expect(await recipientsOf(catalog, 'jira-cloud', overdue, everybody)).toEqual(['amara.okafor@example.com']);
    // The deputy in the champion's place; the mail to who has left harms nobody.
    expect(await recipientsOf(catalog, 'jira-cloud', exampleVerdict, slackWithout('U0PRIYA'))).toContain(
      'lin.zhao@example.com',
    );
    expect(await recipientsOf(catalog, 'gone', exampleVerdict, everybody)).toEqual([]);
  });
});
