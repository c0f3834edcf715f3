import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publicKeyOf } from '../../domain/signing.ts';
import { expectEnding } from '../engine/ending.ts';
import { untilSealed } from '../engine/acting.ts';
import { jiraIssues, runMessages, until } from '../engine/outside.ts';
import type { SlackMessage } from '../engine/outside.ts';
import {
  answerAll,
  asked,
  reviewOf,
  untilReview,
  untilReviewAsked,
  withReviewedDocument,
  writeDocument,
} from '../engine/reviewing.ts';
import { typed } from '../engine/command-line.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

/** What people do when Slack is down: a review, a gap and an incident on the command line, signed with their own keys. */

const keys = {
  'jonas-weber': randomBytes(32).toString('hex'),
  'priya-raman': randomBytes(32).toString('hex'),
  'hannah-lindqvist': randomBytes(32).toString('hex'),
} as const;
type Person = keyof typeof keys;
const slackIds: Readonly<Record<Person, string>> = {
  'jonas-weber': 'U0JONAS',
  'priya-raman': 'U0PRIYA',
  'hannah-lindqvist': 'U0HANNAH',
};

let world: World;
beforeAll(async () => {
  world = await createWorld({
    source: false,
    catalog: (text) => {
      const withKeys = Object.entries(slackIds).reduce(
        (so, [person, id]) =>
          so.replace(`slackId: ${id}`, `slackId: ${id}, publicKey: '${publicKeyOf(keys[person as Person])}'`),
        text,
      );
      return withReviewedDocument()(withKeys);
    },
  });
});
afterAll(() => world.close());

/** The command line of a person; `key` stands for a key that is not theirs. */
const firedrill = (person: Person | undefined, args: readonly string[], key?: string) =>
  typed(
    world,
    {
      ...(world.config.slackSignerPublicKey === undefined
        ? {}
        : { FIREDRILL_SLACK_SIGNER_PUBLIC_KEY: world.config.slackSignerPublicKey }),
      ...(person === undefined ? {} : { FIREDRILL_PERSON: person, FIREDRILL_PERSON_KEY: key ?? keys[person] }),
    },
    ...args,
  );

const saying = (code: number, words: RegExp): object => ({ code, out: expect.stringMatching(words) as string });

test('a review is started, read, answered, handed on and signed off', async () => {
  await writeDocument(world, { version: '16.4' });
  const started = await firedrill('jonas-weber', ['start', 'documentation-review', 'jira-cloud', '--json']);
  expect(started.code, started.out).toBe(0);
  const { runId } = JSON.parse(started.out) as { runId: string };
  const view = await untilReviewAsked(world, runId);
  expect(asked(view)).toContain('issues-db: engine version: different');
  const shown = await firedrill('priya-raman', ['review', runId]);
  expect(shown).toEqual(saying(0, /engine version[^]*documented 16\.4, AWS says 18/));

  const answer = ['review', 'answer', runId, 'issues-db.engine-version', 'document-wrong'] as const;
  expect(await firedrill('priya-raman', answer)).toEqual(saying(3, /Say why/));
  const withReason = [...answer, '--comment', 'upgraded in June'];
  const strangers = randomBytes(32).toString('hex');
  expect(await firedrill('priya-raman', withReason, strangers)).toEqual(saying(3, /not the one that the catalog has/));
  expect(await firedrill('hannah-lindqvist', withReason)).toEqual(saying(3, /does not count/));
  expect(await firedrill('priya-raman', withReason)).toEqual(saying(0, /✔/));
  expect(await firedrill('priya-raman', ['review', 'answer', runId, '999', 'right'])).toEqual(
    saying(2, /no fact "999"/),
  );
  expect(await firedrill('priya-raman', ['review', 'sign-off', runId])).toEqual(saying(3, /not answered|unanswered/));
  const delegate = ['review', 'delegate', runId, 'jonas-weber', '--note', 'I am away'];
  expect(await firedrill('priya-raman', delegate)).toEqual(saying(0, /✔/));
  await untilReview(world, runId, ({ delegations }) => delegations.length === 1, 'handed on');

  await answerAll(world, runId, 'jonas');
  expect(await firedrill('jonas-weber', ['review', 'sign-off', runId])).toEqual(saying(0, /✔/));
  const run = await expectEnding(world, runId, {
    verdict: 'corrections-needed',
    findings: ['document-fact:recovery:recovery.md#issues-db.engine-version/document-wrong'],
    copy: 'none',
  });
  const { answers, signedOff } = reviewOf(run);
  expect(signedOff).toMatchObject({ by: { personId: 'jonas-weber', via: 'personal-key' } });
  const own = Object.values(answers).filter(({ by }) => by.via === 'personal-key');
  expect(own).toMatchObject([
    { answer: 'document-wrong', comment: 'upgraded in June', by: { personId: 'priya-raman' } },
  ]);
});

test('a gap becomes a finding with a ticket, once, and the channel of the service hears of it', async () => {
  const gap = ['gap', 'jira-cloud', '--title', 'No runbook for the search index'] as const;
  expect(await firedrill(undefined, gap)).toEqual(saying(2, /not known who you are/));
  expect(await firedrill('priya-raman', ['gap', 'jira', ...gap.slice(2)])).toMatchObject({ code: 2 });
  expect(await firedrill('priya-raman', [...gap, '--resource', 'nonsense'])).toMatchObject({ code: 2 });
  expect(await firedrill('priya-raman', ['gap', 'jira-cloud', '--title', 'x'])).toEqual(saying(2, /1 characters/));
  const reported = await firedrill('priya-raman', [...gap, '--more', 'Nobody knew.', '--severity', 'high', '--json']);
  expect(reported.code, reported.out).toBe(0);
  const { id } = JSON.parse(reported.out) as { id: string };
  const ticketed = async (): Promise<number> =>
    (await jiraIssues(world)).filter(({ summary }) => summary.includes('No runbook for the search index')).length;
  await until(async () => (await ticketed()) === 1, 'the ticket is filed');
  const told = async (): Promise<readonly SlackMessage[]> => await runMessages(world, `finding/${id}`);
  await until(async () => (await told()).length === 1, 'the channel hears of it');
  expect(JSON.stringify(await told())).toMatch(/Gap reported: No runbook for the search index.*<@U0PRIYA>/);
  expect(await firedrill('jonas-weber', [...gap, '--severity', 'low'])).toEqual(saying(0, new RegExp(id)));
  const shown = await firedrill('jonas-weber', ['finding', 'show', id]);
  expect(shown).toEqual(saying(0, /No runbook for the search index/));
  expect(await ticketed()).toBe(1);
});

test('an incident is declared with its times, corrected, handed over and ended', async () => {
  const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
  const declare = ['declare', 'jira-cloud', '--title', 'Issues cannot be read'] as const;
  const reason = ['--reason', 'end of my shift'] as const;
  expect(await firedrill('jonas-weber', ['handover', 'priya-raman', ...reason])).toEqual(
    saying(2, /No incident is open/),
  );
  expect(await firedrill('jonas-weber', [...declare, '--began', 'yesterday'])).toEqual(saying(2, /is not a time/));
  const wrongOrder = [...declare, '--began', minutesAgo(5), '--detected', minutesAgo(10)];
  expect(await firedrill('jonas-weber', wrongOrder)).toEqual(saying(2, /begins before it is detected/));
  const times = ['--began', minutesAgo(30), '--detected', minutesAgo(10)];
  const declared = await firedrill('jonas-weber', [...declare, ...times, '--json']);
  expect(declared.code, declared.out).toBe(0);
  const { runId } = JSON.parse(declared.out) as { runId: string };
  const incident = (ready: Parameters<typeof world.runWhen>[1], what: string) => world.runWhen(runId, ready, what);
  await incident(({ projection }) => projection.incident !== undefined, 'declared');

  const correction = ['correct-time', 'T0', minutesAgo(45), '--reason', 'first alarm in the log'];
  expect(await firedrill('priya-raman', correction)).toEqual(saying(0, /keeps both values/));
  expect(await firedrill('priya-raman', ['correct-time', 'T0', minutesAgo(-5), ...reason])).toEqual(
    saying(3, /has not come yet/),
  );
  expect(await firedrill('priya-raman', ['handover', 'hannah-lindqvist', ...reason])).toEqual(
    saying(3, /Jonas Weber has the command/),
  );
  expect(await firedrill('jonas-weber', ['handover', 'nobody', ...reason])).toMatchObject({ code: 2 });
  expect(await firedrill('jonas-weber', ['handover', 'hannah-lindqvist', '--incident', runId, ...reason])).toEqual(
    saying(0, /Hannah Lindqvist has the command/),
  );
  await incident(({ projection }) => projection.incident?.handovers.length === 1, 'handed over');
  expect(await firedrill('jonas-weber', ['incident-over', ...reason])).toEqual(saying(3, /Hannah Lindqvist has/));
  expect(await firedrill('hannah-lindqvist', ['incident-over', '--reason', 'readable again'])).toMatchObject({
    code: 0,
  });
  const { projection } = await untilSealed(world, runId);
  expect(projection.incident).toMatchObject({
    title: 'Issues cannot be read',
    commander: { personId: 'hannah-lindqvist' },
    corrections: [{ key: 'T0', by: 'priya-raman', via: 'personal-key', reason: 'first alarm in the log' }],
    handovers: [{ from: { personId: 'jonas-weber' }, by: 'jonas-weber', via: 'personal-key' }],
  });
});
