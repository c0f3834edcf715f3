import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  begunExercise,
  minuteMs,
  openedAtMs as begunAtMs,
  plannedExercise,
  played,
  toldUntil,
} from '../../domain/exercise-testing.ts';
import type { ExerciseView } from '../../domain/exercise-view.ts';
import { foldRemediation } from '../../domain/remediation.ts';
import type { RemediationEvent } from '../../domain/remediation.ts';
import { askedReview } from '../../domain/review-testing.ts';
import { projectRun } from '../../domain/run-projection.ts';
import {
  exampleFinding,
  exampleGate,
  exampleOpening,
  exampleRun,
  exampleTicket,
  openedAtMs,
} from '../../views/example-notices.ts';
import { exerciseDoId, exerciseFormId, exerciseOpenId } from '../../views/slack/exercise-actions.ts';
import { exampleExerciseId, unreachable } from './one-gate.ts';
import { appScene } from './sandbox-harness.ts';
import type { AppScene } from './sandbox-harness.ts';

const asking = exampleRun({ type: 'gate-opened', gate: { ...exampleGate, openedAtMs: Date.now() } });

/** A quarter in which the restore test of Jira Cloud failed, a drill that asks, and a ticket. */
async function busyScene(): Promise<AppScene> {
  const scene = await appScene();
  scene.engine.projection = asking;
  scene.engine.past.push({
    runId: 'restore-test/jira-cloud/issues-db/manual-20261122T181500Z-9f3a',
    runbook: 'restore-test',
    service: 'jira-cloud',
    resource: 'issues-db',
    mode: 'drill',
    simulated: true,
    openedAtMs,
    verdict: 'failed',
    comparable: true,
  });
  const ticket = {
    fingerprint: 'a1'.repeat(12),
    url: 'https://jira.example/browse/DR-7',
    title: 'newest data was 3 h old',
    service: 'jira-cloud',
  };
  scene.engine.tickets.push({ ...ticket, key: 'DR-7' }, { ...ticket, key: 'DR-8', service: 'identity' });
  return scene;
}

/** An exercise under way, as the store has it. */
async function exercising(exercise: ExerciseView): Promise<AppScene> {
  const scene = await appScene();
  const opening = { runId: exampleExerciseId, executionId: 'e', number: 1, atMs: openedAtMs, event: exampleOpening };
  scene.engine.projection = { ...projectRun([opening]), exercise };
  return scene;
}

/** A finding of Jira Cloud that only people's words close, after these events. */
function showsFinding({ engine }: AppScene, ...events: readonly RemediationEvent[]): void {
  const finding = { ...exampleFinding, proof: { kind: 'attested', sentence: 'The minutes show it.' } as const };
  const raised = { type: 'raised', finding, ticket: exampleTicket, simulated: true } as const;
  const view = [raised, ...events].reduce<ReturnType<typeof foldRemediation>>(
    (before, event) => foldRemediation(before, event, openedAtMs),
    undefined,
  );
  if (view === undefined) throw new Error('it was raised');
  engine.known.splice(0, 1, { fingerprint: finding.fingerprint, finding, raisedAtMs: openedAtMs, view });
}

/** What is on the Home tab of a person who does not open it anew. */
async function stillOnHome(scene: AppScene, user: string): Promise<string> {
  const { homes } = (await scene.control('GET', 'views')) as { homes: Readonly<Record<string, { user: string }>> };
  return JSON.stringify(Object.values(homes).filter((home) => home.user === user));
}

describe('an exercise that waits', () => {
  test('does not wait any more once its form was sent', async () => {
    await using scene = await exercising(plannedExercise);
    await scene.openHome('U0JONAS', 'Waiting for me (1)');
    await scene.clickHome('U0JONAS', exerciseOpenId('take-role'));
    await scene.formShows(exerciseFormId('take-role'));
    scene.engine.projection = undefined;
    const role = { value: 'incident-commander' };
    expect(await scene.submit('U0JONAS', { role })).toMatchObject({ status: 'ok' });
    await expect.poll(() => stillOnHome(scene, 'U0JONAS'), { timeout: 10_000 }).toContain('Nothing waits for you');
  });

  test('shows who is needed what there is to do, and it is done from there', async () => {
    await using scene = await exercising(plannedExercise);
    const shown = await scene.openHome('U0JONAS', 'Waiting for me (1)');
    for (const part of ['A small fire', '*Be there*', 'Jira Cloud', '*Take a role*', 'incident-commander'])
      expect(shown).toContain(part);
    expect(await scene.openHome('U0SOFIA', 'Waiting for me')).toContain('Nothing waits for you');
    expect(await scene.command('U0JONAS', 'mine')).toMatch(/^1 thing waits for you, /);

    await scene.clickHome('U0JONAS', exerciseDoId('attend'));
    await expect
      .poll(() => scene.engine.acts)
      .toMatchObject([{ runId: exampleExerciseId, personId: 'jonas-weber', act: { kind: 'attend' } }]);
    await expect.poll(() => scene.directMessages('U0JONAS')).toContain('✔ Recorded.');
  });

  test('asks its scribe for decisions, and everybody for the hot-wash', async () => {
    await using scene = await exercising(toldUntil(begunExercise, begunAtMs + minuteMs));
    const shown = await scene.openHome('U0DANIEL', 'Waiting for me (1)');
    expect(shown).toContain('*Log a decision* on “About smoke”');
    await scene.clickHome('U0DANIEL', exerciseOpenId('log-decision'));
    await scene.formShows(exerciseFormId('log-decision'));
    await scene.formShows('What about the smoke?');

    const washing = played([['Sofia Marques', 33, { kind: 'hot-wash' }]], begunExercise);
    if (scene.engine.projection !== undefined)
      scene.engine.projection = { ...scene.engine.projection, exercise: washing };
    expect(await scene.openHome('U0PRIYA', '2 of 2 questions wait for your answer')).toContain(
      exerciseOpenId('answer'),
    );
  });
});

describe('a finding that waits for a second person', () => {
  const by = { personId: 'jonas-weber', personName: 'Jonas Weber' };

  test('is shown to whoever may confirm what the first one said, and to nobody else', async () => {
    await using scene = await appScene();
    showsFinding(scene, { type: 'attested', by, evidence: 'https://wiki.example.com/minutes' });
    const shown = await scene.openHome('U0PRIYA', 'Waiting for me (1)');
    for (const part of ['Jonas Weber says that it is remedied', 'wiki.example.com/minutes', 'open_attest'])
      expect(shown).toContain(part);
    for (const other of ['U0JONAS', 'U0RUTH', 'U0TOMAS'])
      expect(await scene.openHome(other, 'Waiting for me')).toContain('Nothing waits for you');
    await scene.clickHome('U0PRIYA', 'open_attest');
    await scene.formShows('Jonas Weber');
    scene.engine.known.splice(0);
    const evidence = { url: 'https://wiki.example.com/minutes' };
    expect(await scene.submit('U0PRIYA', { evidence })).toMatchObject({ status: 'ok' });
    await expect.poll(() => stillOnHome(scene, 'U0PRIYA'), { timeout: 10_000 }).toContain('Nothing waits for you');
  });

  test('waits for the other role when its risk is to be accepted', async () => {
    await using scene = await appScene();
    showsFinding(scene, {
      type: 'acceptance-asked',
      by,
      roles: ['service-owner'],
      until: '2999-03-31',
      reason: 'The new engine comes in spring.',
    });
    const shown = await scene.openHome('U0RUTH', 'Waiting for me (1)');
    expect(shown).toContain('would accept the risk until 2999-03-31: The new engine comes in spring.');
    expect(shown).toContain('Accept the risk until 2999-03-31…');
    expect(await scene.openHome('U0PRIYA', 'Waiting for me')).toContain('Nothing waits for you');
  });
});

describe('who stands in for somebody who has left', () => {
  test('sees the duty, the approvals, what is owed and the tickets as their own, and for whom', async () => {
    await using scene = await busyScene();
    await scene.control('PATCH', 'user', { id: 'U0JONAS', deleted: true });
    const shown = await scene.openHome('U0LIN', 'I stand in for others (1)');
    for (const part of [
      '*jira-cloud* · service owner · in place of Jonas Weber, who has left',
      'in place of Jonas Weber"',
      'gate_approve',
      '○ *due*  documentation-review · *jira-cloud* · in place of Jonas Weber',
      'DR-7',
    ])
      expect(shown).toContain(part);
    expect(await scene.openHome('U0PRIYA', 'Waiting for me')).not.toContain('I stand in for others');
  });

  test('sees a review of theirs before it was told that its champion is gone', async () => {
    await using scene = await appScene();
    const runId = 'documentation-review/jira-cloud/-/2026Q4';
    scene.engine.projection = {
      ...projectRun([{ runId, executionId: 'e', number: 1, atMs: openedAtMs, event: exampleOpening }]),
      review: askedReview(),
    };
    await scene.control('PATCH', 'user', { id: 'U0PRIYA', deleted: true });
    expect(await scene.openHome('U0LIN', 'in place of Priya Raman')).toContain('DR champion');
    expect(await scene.openHome('U0LIN', 'Waiting for me')).toContain('review_answer');
  });

  test('who looks again within minutes does not have Slack asked again who is on duty; who asks for approvals has', async () => {
    await using scene = await appScene();
    scene.engine.projection = exampleRun({ type: 'gate-opened', gate: { ...exampleGate, openedAtMs: Date.now() } });
    const asked = async (): Promise<number> => {
      const { calls } = (await scene.control('GET', 'calls')) as { calls: readonly { readonly method: string }[] };
      return calls.filter(({ method }) => method === 'usergroups.users.list').length;
    };
    const now = Date.now;
    let aheadMs = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => now() + aheadMs);
    onTestFinished(() => void vi.restoreAllMocks());
    await scene.command('U0TOMAS', 'mine');
    const first = await asked();
    expect(first).toBeGreaterThan(0);
    aheadMs = 5 * 60_000;
    await scene.command('U0TOMAS', 'mine');
    expect(await asked()).toBe(first);
    // Whose watch has just begun sees what there is to approve.
    await scene.command('U0TOMAS', 'approve');
    expect(await asked()).toBeGreaterThan(first);
  });

  test('who could stand in for many asks Slack about each of them once, however often they look', async () => {
    await using scene = await appScene();
    const { catalog, ...loaded } = await scene.engine.catalog();
    const jira = catalog.services['jira-cloud'];
    const jonas = catalog.people['jonas-weber'];
    if (jira === undefined || jonas === undefined) throw new Error('the example has them');
    const many = Array.from({ length: 40 }, (_, index) => `owner-${index}`);
    const owners = many.map((id) => [id, { ...jonas, id, slackId: `U0${id.toUpperCase().replace('-', '')}` }]);
    const services = many.map((owner) => [`of-${owner}`, { ...jira, id: `of-${owner}`, owner, deputies: [] }]);
    const large = {
      ...catalog,
      people: { ...catalog.people, ...(Object.fromEntries(owners) as typeof catalog.people) },
      services: { ...catalog.services, ...(Object.fromEntries(services) as typeof catalog.services) },
    };
    scene.engine.catalog = () => Promise.resolve({ ...loaded, catalog: large });
    const asked = async (): Promise<readonly string[]> => {
      const { calls } = (await scene.control('GET', 'calls')) as {
        calls: readonly { readonly method: string; readonly body: { readonly user?: string } }[];
      };
      return calls.filter(({ method }) => method === 'users.info').map(({ body }) => body.user ?? '');
    };
    const now = Date.now;
    let aheadMs = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => now() + aheadMs);
    onTestFinished(() => void vi.restoreAllMocks());
    expect(await scene.command('U0PRIYA', 'tickets')).toBe('0 tickets');
    aheadMs = 60_000;
    await scene.command('U0PRIYA', 'mine');
    aheadMs = 5 * 60_000;
    await scene.openHome('U0PRIYA', 'Waiting for me');
    const others = (await asked()).filter((user) => user !== 'U0PRIYA');
    expect(others.length).toBeGreaterThan(40);
    expect(others.toSorted()).toEqual([...new Set(others)].toSorted());
  });
});

describe('the Home tab', () => {
  test('shows what waits for the person, what they owe, what runs, and tickets in their name', async () => {
    await using scene = await busyScene();
    const shown = await scene.openHome('U0JONAS', 'Waiting for me');
    for (const part of [
      'May we hold this restore test now?',
      'gate_approve',
      '✖ *held, not met*  restore-test · *jira-cloud / issues-db*',
      '○ *due*  documentation-review · *jira-cloud*',
      'waiting for approval',
      'DR-7',
    ])
      expect(shown).toContain(part);
    expect(shown).not.toContain('DR-8');
  });

  test('shows a review to whoever is to answer it, and nobody else', async () => {
    await using scene = await appScene();
    const runId = 'documentation-review/jira-cloud/-/2026Q4';
    scene.engine.projection = {
      ...projectRun([{ runId, executionId: 'e', number: 1, atMs: openedAtMs, event: exampleOpening }]),
      review: askedReview(),
    };
    const shown = await scene.openHome('U0PRIYA', 'Waiting for me (1)');
    expect(shown).toMatch(/0 of \d+ facts answered/);
    expect(shown).toContain('review_answer');
    expect(await scene.openHome('U0JONAS', 'Waiting for me')).not.toContain('review_answer');
    await scene.clickHome('U0PRIYA', 'review_answer');
    await expect.poll(async () => JSON.stringify(await scene.control('GET', 'views'))).toContain('review_answers');
  });

  test('a question answered there is gone, and the person is told in a direct message', async () => {
    await using scene = await busyScene();
    await scene.openHome('U0JONAS', 'Waiting for me');
    await scene.clickHome('U0JONAS', 'gate_approve');
    await expect.poll(() => scene.engine.state.status).toBe('approved');
    await expect.poll(() => scene.directMessages('U0JONAS')).toContain('✔ Approved by Jonas Weber.');
  });

  test('forms open from there', async () => {
    await using scene = await busyScene();
    await scene.openHome('U0JONAS', 'Waiting for me');
    await scene.clickHome('U0JONAS', 'open_stop_all');
    scene.engine.projection = undefined;
    await scene.submit('U0JONAS', { reason: { text: 'incident 4711' } });
    await expect.poll(() => scene.directMessages('U0JONAS')).toContain('✔ All drills are stopped.');
    await expect.poll(() => stillOnHome(scene, 'U0JONAS'), { timeout: 10_000 }).toContain('Nothing waits for you');
  });

  test('says so while the store is away, and is right again after another look', async () => {
    await using scene = await busyScene();
    scene.engine.storeAway = unreachable('The store');
    await scene.openHome('U0JONAS', 'The store does not answer');
    scene.engine.storeAway = undefined;
    await scene.openHome('U0JONAS', 'Waiting for me');
  });

  test('says within three seconds that the store is slow, and shows what it says in the end', async () => {
    await using scene = await busyScene();
    scene.engine.storeDelayMs = 3500;
    const openedMs = Date.now();
    await scene.openHome('U0JONAS', 'The store is slow');
    expect(Date.now() - openedMs).toBeLessThan(3500);
    await scene.openHome('U0JONAS', 'Waiting for me');
  });

  test.each([
    ['U0STRANGER', 'The catalog does not know you'],
    ['U0HANNAH', 'Guests of this workspace'],
  ])('shows %s nothing of the programme', async (user, text) => {
    await using scene = await busyScene();
    expect(await scene.openHome(user, text)).not.toContain('jira-cloud');
    expect(scene.engine.refused).toMatchObject([{ who: user, choice: 'look' }]);
  });
});

test('tickets say by when, what is overdue first and an accepted risk last', async () => {
  await using scene = await appScene();
  const of = { fingerprint: 'a1'.repeat(12), url: 'https://jira.example/browse/DR', title: 't', service: 'jira-cloud' };
  scene.engine.tickets.push(
    { ...of, key: 'DR-1', acceptedUntil: '2027-01-31' },
    { ...of, key: 'DR-2' },
    { ...of, key: 'DR-3', dueDate: '2999-12-06' },
    { ...of, key: 'DR-4', dueDate: '2020-12-06' },
  );
  await scene.command('U0JONAS', 'tickets');
  const text = JSON.stringify(await scene.shownTo('U0JONAS'));
  const places = ['*OVERDUE*, due 2020-12-06', 'due 2999-12-06', 'DR-2', 'accepted until 2027-01-31'].map((part) =>
    text.indexOf(part),
  );
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((one, other) => one - other));
});

test('/dr mine and /dr tickets say the same in the channel', async () => {
  await using scene = await busyScene();
  expect(await scene.command('U0JONAS', 'mine')).toMatch(/^1 thing waits for you, \d+ things? to do in \d{4}Q[1-4]$/);
  expect(JSON.stringify(await scene.shownTo('U0JONAS'))).toContain('held, not met');
  expect(await scene.command('U0JONAS', 'tickets')).toBe('1 ticket');
  expect(await scene.command('U0PRIYA', 'tickets')).toBe('0 tickets');
});
