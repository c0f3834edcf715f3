import { describe, expect, test } from 'vitest';
import { loadCatalog } from '../../catalog/load.ts';
import { jiraSite, slackWorkspace } from '../../examples/world.ts';
import { jiraScene } from '../jira/sandbox-harness.ts';
import type { JiraScene } from '../jira/sandbox-harness.ts';
import { exampleTicket } from '../../views/example-notices.ts';
import { slackScene } from '../slack/sandbox-harness.ts';
import type { SlackScene } from '../slack/sandbox-harness.ts';
import { createPeopleActivities } from './index.ts';

interface Scene {
  readonly slack: SlackScene;
  readonly jira: JiraScene;
}

/** The example company's people in a workspace and a site, some of whom have left. */
async function scene(left: { readonly slack?: string; readonly jira?: string; readonly notInSlack?: string } = {}) {
  const [slack, jira] = [await slackScene(), await jiraScene()];
  await slack.control('PUT', 'workspace', {
    ...slackWorkspace,
    users: slackWorkspace.users
      .filter(({ id }) => id !== left.notInSlack)
      .map((user) => (user.id === left.slack ? { ...user, deleted: true } : user)),
  });
  await jira.control('PUT', 'site', {
    users: jiraSite.users.map((user) => ({ ...user, active: user.displayName !== left.jira })),
  });
  return { slack, jira, activities: activitiesOf({ slack, jira }) };
}

const activitiesOf = ({ slack, jira }: Scene, warnings: string[] = []) =>
  createPeopleActivities({
    catalog: () => loadCatalog('examples/catalog.yaml'),
    slack: slack.client,
    jira: jira.site,
    simulated: true,
    warn: (text) => warnings.push(text),
  });

describe('looking at people', () => {
  test('asks about everybody who holds a duty, and nobody else', async () => {
    const at = await scene();
    await using _ = at.slack;
    await using __ = at.jira;
    const { people, services } = await at.activities.lookAtPeople();
    expect(people.map(({ personId }) => personId).toSorted()).toEqual([
      'amara-okafor',
      'daniel-kim',
      'jonas-weber',
      'lin-zhao',
      'priya-raman',
      'sofia-marques',
      'tomas-novak',
    ]);
    expect(new Set(people.map(({ slack, jira }) => `${slack} ${jira}`))).toEqual(new Set(['active active']));
    expect(services.find(({ service }) => service === 'jira-cloud')).toMatchObject({
      owner: 'jonas-weber',
      champion: 'priya-raman',
      deputies: ['lin-zhao'],
      ticket: { project: 'DR', priority: 'High', dueDate: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) },
    });
  });

  test('tells an account that was deactivated from one that was never there, in Slack and in Jira', async () => {
    const at = await scene({ slack: 'U0JONAS', notInSlack: 'U0LIN', jira: 'Priya Raman' });
    await using _ = at.slack;
    await using __ = at.jira;
    const { people } = await at.activities.lookAtPeople();
    const of = (id: string) => people.find(({ personId }) => personId === id);
    expect(of('jonas-weber')).toMatchObject({ slack: 'deactivated', jira: 'active' });
    expect(of('lin-zhao')).toMatchObject({ slack: 'unknown', jira: 'active' });
    expect(of('priya-raman')).toMatchObject({ slack: 'active', jira: 'deactivated' });
  });

  test('concludes nothing while Slack or Jira cannot be asked', async () => {
    const at = await scene();
    await using _ = at.slack;
    await using __ = at.jira;
    await at.slack.control('POST', 'faults', { method: 'users.list', kind: 'ratelimit', retryAfterS: 7 });
    await expect(at.activities.lookAtPeople()).rejects.toMatchObject({ kind: 'busy', retryAfterMs: 7000 });
    await at.slack.control('POST', 'faults', { method: 'users.list', kind: 'down' });
    await expect(at.activities.lookAtPeople()).rejects.toMatchObject({ kind: 'busy' });
    expect((await at.activities.lookAtPeople()).people).toHaveLength(7);
  });
});

describe('tickets of somebody who has left', () => {
  const reason = 'Jonas Weber, service owner of jira-cloud, has left; Lin Zhao stands in.';
  const lin = 'lin.zhao@example.com';

  /** A ticket of Jonas, who then leaves. */
  async function ticketOf(jira: JiraScene): Promise<string> {
    await jira.control('PUT', 'site', { users: jiraSite.users });
    const { key } = await jira.file('restore-test/jira-cloud/issues-db/2026Q4');
    await jira.control('PUT', 'site', {
      users: jiraSite.users.map((user) => ({ ...user, active: user.displayName !== 'Jonas Weber' })),
    });
    return key;
  }

  test('go to whoever stands in, with a comment that says why, once', async () => {
    const at = await scene();
    await using _ = at.slack;
    await using __ = at.jira;
    const key = await ticketOf(at.jira);
    const request = { keys: [key, key, 'DR-404'], leftEmail: 'jonas.weber@example.com', toEmail: lin, reason };
    expect(await at.activities.reassignTickets(request)).toEqual({ reassigned: [key] });
    expect(await at.activities.reassignTickets(request)).toEqual({ reassigned: [] });
    const [issue] = await at.jira.issues();
    expect(issue?.assignee).toBe(jiraSite.users.find(({ displayName }) => displayName === 'Lin Zhao')?.accountId);
    expect(issue?.comments.filter(({ body }) => JSON.stringify(body).includes(reason))).toHaveLength(1);
  });

  test('are told once also when the reply to the comment is lost', async () => {
    const at = await scene();
    await using _ = at.slack;
    await using __ = at.jira;
    const key = await ticketOf(at.jira);
    const request = { keys: [key], leftEmail: 'jonas.weber@example.com', toEmail: lin, reason };
    await at.jira.control('POST', 'faults', { method: 'POST', path: 'comment', kind: 'lose-reply' });
    await expect(at.activities.reassignTickets(request)).rejects.toMatchObject({ kind: 'busy' });
    expect(await at.activities.reassignTickets(request)).toEqual({ reassigned: [key] });
    const [issue] = await at.jira.issues();
    expect(issue?.comments.filter(({ body }) => JSON.stringify(body).includes(reason))).toHaveLength(1);
  });

  test('that were filed after they had left, and so lie with nobody, go there, too', async () => {
    const at = await scene({ jira: 'Jonas Weber' });
    await using _ = at.slack;
    await using __ = at.jira;
    const { key } = await at.jira.file('restore-test/jira-cloud/issues-db/2026Q4');
    expect((await at.jira.issues())[0]?.assignee).toBeNull();
    const request = { keys: [key], leftEmail: 'jonas.weber@example.com', toEmail: lin, reason };
    expect(await at.activities.reassignTickets(request)).toEqual({ reassigned: [key] });
  });

  test('stay where they are when they are closed, somebody else’s, or nobody can take them', async () => {
    const at = await scene();
    await using _ = at.slack;
    await using __ = at.jira;
    const key = await ticketOf(at.jira);
    const warnings: string[] = [];
    const asked = { keys: [key], leftEmail: exampleTicket.ownerEmail, reason };
    const unknown = await activitiesOf(at, warnings).reassignTickets({ ...asked, toEmail: 'nobody@example.com' });
    expect(unknown).toEqual({ reassigned: [] });
    expect(warnings).toEqual([expect.stringContaining('no Jira account')]);
    await at.jira.control('POST', 'act', { issue: key, as: jiraSite.users[0]?.accountId, transitionTo: 'Done' });
    expect(await at.activities.reassignTickets({ ...asked, toEmail: lin })).toEqual({ reassigned: [] });
  });
});
