import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkPeopleNow, schedulePeopleCheck } from '../../client/runs/people-check.ts';
import { reportGap } from '../../client/runs/report-gap.ts';
import { jiraSite } from '../../examples/world.ts';
import { listFindings } from '../../store/remediations.ts';
import {
  jira,
  jiraIssues,
  nowGoneFromSlack,
  refusedByAws,
  refuseRestores,
  runMessages,
  slack,
  until,
} from '../engine/outside.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';
import { click, startTest, untilAsked } from '../engine/acting.ts';
import { expectEnding } from '../engine/ending.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld({
    source: false,
    catalog: (text) => text.replace(/remediation: .*/, 'remediation: { pollEvery: 300ms }'),
  });
  await refuseRestores(world);
});
afterAll(() => world.close());

const accountOf = (name: string): string =>
  jiraSite.users.find(({ displayName }) => displayName === name)?.accountId ?? '';

/** From now on these people are gone, by Slack, and Jonas by Jira, too. */
async function nowGone(...slackIds: string[]): Promise<void> {
  await nowGoneFromSlack(world, ...slackIds);
  await jira(world, 'PUT', 'site', {
    ...jiraSite,
    users: jiraSite.users.map((user) => ({ ...user, active: user.displayName !== 'Jonas Weber' })),
  });
}

async function saidInChannel(): Promise<readonly string[]> {
  const { messages } = (await slack(world, 'GET', 'messages?channel=C0JIRACLOUD')) as {
    messages: readonly { readonly metadata?: { event_payload?: { run?: string } } }[];
  };
  return messages
    .filter(({ metadata }) => metadata?.event_payload?.run?.startsWith('people-check/') === true)
    .map((message) => JSON.stringify(message));
}

async function vacancyTicket() {
  const issue = (await jiraIssues(world)).find(({ summary }) => summary.includes('no service owner'));
  if (issue === undefined) throw new Error('there is no ticket about the owner');
  return issue;
}

const look = () => checkPeopleNow(world.runs, 60_000);

describe('the daily look at people', () => {
  test('finds nothing while everybody is there, and is scheduled once however often it is asked for', async () => {
    await schedulePeopleCheck(world.runs);
    await schedulePeopleCheck(world.runs);
    expect(await look()).toMatchObject({ looked: 7, vacancies: [] });
    const { spec, action } = await world.temporal.schedule
      .getHandle(`${world.config.taskQueuePrefix}people-check`)
      .describe();
    expect(spec.calendars).toMatchObject([{ hour: [{ start: 5, end: 5, step: 1 }] }]);
    expect(action).toMatchObject({ workflowType: 'peopleCheck' });
  });

  test('an owner who has left is a finding with one ticket for whoever stands in, and the open tickets go there, too', async () => {
    const runId = await startTest(world);
    await untilAsked(world, runId);
    await click(world, runId, 'jonas', { choice: 'approve' });
    await expectEnding(world, runId, refusedByAws);
    await until(async () => (await jiraIssues(world)).length === 1, 'the ticket of the run');
    await until(
      async () => (await world.store.selectFrom('ticket').selectAll().execute()).length === 1,
      'the store knows it',
    );
    await nowGone('U0JONAS');

    const first = await look();
    expect(first.vacancies).toMatchObject([
      {
        service: 'jira-cloud',
        text: 'Jonas Weber, service owner of jira-cloud, has left; Lin Zhao stands in.',
        ticket: 'DR-2',
        reassigned: ['DR-1'],
      },
    ]);
    const issues = await jiraIssues(world);
    expect(issues.map(({ key }) => key).toSorted()).toEqual(['DR-1', 'DR-2']);
    for (const { text } of issues) expect(JSON.parse(text)).toMatchObject({ assignee: accountOf('Lin Zhao') });
    expect(issues.find(({ key }) => key === 'DR-2')?.summary).toContain('no service owner: Jonas Weber has left');
    expect(await saidInChannel()).toEqual([expect.stringContaining('DR-2')]);

    // The next day nothing is said again.
    const comments = issues.map((issue) => issue.comments.length);
    const second = await look();
    expect(second.vacancies).toMatchObject([{ ticket: 'DR-2', reassigned: [] }]);
    const after = await jiraIssues(world);
    expect(after.map((issue) => issue.comments.length)).toEqual(comments);
    expect(await saidInChannel()).toHaveLength(1);
  });

  test('whoever stands in is asked at the gates that are open, once, and the journal says so', async () => {
    const runId = await startTest(world);
    await untilAsked(world, runId);
    await look();
    await look();
    const told = async (): Promise<readonly string[]> =>
      (await runMessages(world, runId))
        .filter(({ key }) => key.startsWith('reminder:'))
        .map(({ message }) => JSON.stringify(message));
    await until(async () => (await told()).length > 0, 'Lin is told');
    expect(await told()).toEqual([
      expect.stringMatching(/<@U0LIN>.*Jonas Weber has left; Lin Zhao stands in as service owner\./),
    ]);
    await click(world, runId, 'priya', { choice: 'reject', reason: 'enough' });
    const run = await world.runWhen(runId, ({ projection }) => projection.judged !== undefined, 'ended');
    expect(run.projection.gates).toMatchObject([
      { reassigned: [{ role: 'service-owner', left: 'Jonas Weber', standIn: 'Lin Zhao' }] },
    ]);
  });

  test('waits for a Slack that is away, and concludes nothing meanwhile', async () => {
    await slack(world, 'POST', 'faults', { method: 'users.list', kind: 'http', status: 503 });
    expect((await look()).vacancies).toHaveLength(1);
  });

  test('a ticket that Jira cannot give to the owner who has left is no second finding about that', async () => {
    const gap = await reportGap(world.runs, {
      service: 'jira-cloud',
      title: 'The runbook names a pager that nobody carries.',
      more: '',
      severity: 'low',
      by: { personId: 'daniel-kim', name: 'Daniel Kim' },
    });
    const ownerless = async () =>
      (await listFindings(world.store, { service: 'jira-cloud' })).find(
        ({ fingerprint }) => fingerprint === gap.fingerprint,
      )?.view?.ownerUnknown;
    await until(async () => (await ownerless()) !== undefined, 'its ticket has no owner');
    const about = (await listFindings(world.store, { service: 'jira-cloud' })).filter(({ finding }) =>
      /owner/.test(finding.check),
    );
    expect(about.map(({ finding }) => finding.check)).toEqual(['people:service-owner']);
    await until(async () => (await vacancyTicket()).comments.length > 0, 'said on the ticket that is there');
    expect((await jiraIssues(world)).filter(({ summary }) => summary.includes('no service owner'))).toHaveLength(1);
  });

  test('whoever stands in for a champion who has left watches the open tickets, told once', async () => {
    await nowGone('U0JONAS', 'U0PRIYA');
    const watching = async () => (await look()).vacancies.find(({ text }) => text.includes('DR champion'));
    const first = await watching();
    expect(first).toMatchObject({ text: 'Priya Raman, DR champion of jira-cloud, has left; Lin Zhao stands in.' });
    expect(first?.watched).toEqual(expect.arrayContaining(['DR-1', 'DR-3', 'DR-4']));
    const lin = accountOf('Lin Zhao');
    const issues = await jiraIssues(world);
    for (const { key, text } of issues)
      expect((JSON.parse(text) as { watchers: string[] }).watchers, key).toContain(lin);
    expect((await watching())?.watched).toEqual([]);
    const said = (await jiraIssues(world))
      .find(({ key }) => key === 'DR-1')
      ?.text.split('Priya Raman, DR champion of').length;
    expect(said, 'once').toBe(2);
  });

  test('ends what is vacant when the catalog names somebody who is there, its ticket, too', async () => {
    await world.changeCatalog((text) => text.replace('owner: jonas-weber', 'owner: tomas-novak'));
    expect((await look()).vacancies.filter(({ text }) => text.includes('owner'))).toEqual([]);
    const { key } = await vacancyTicket();
    await jira(world, 'POST', 'act', { issue: key, as: accountOf('Lin Zhao'), transitionTo: 'Done' });
    await until(
      async () => (await vacancyTicket()).text.includes('Tomas Novak is service owner of jira-cloud'),
      'proved',
    );
    await until(async () => {
      const lines = await listFindings(world.store, { service: 'jira-cloud' });
      return lines.find(({ finding }) => finding.check === 'people:service-owner')?.view?.state === 'closed';
    }, 'the finding is closed');
  });
});
