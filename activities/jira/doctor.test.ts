import { expect, test } from 'vitest';
import { checkJira } from './index.ts';
import { jiraScene, people } from './sandbox-harness.ts';

type Wanted = Omit<Parameters<typeof checkJira>[0], 'baseUrl' | 'email' | 'apiToken' | 'timeoutMs'>;
const wanted: Wanted = {
  project: 'DR',
  issueType: 'Task',
  priorityByTier: { 0: 'Highest', 3: 'Low' },
  fields: {},
  transitions: {},
  people: people.map(({ emailAddress }) => emailAddress),
};
const severity = { id: 'customfield_10050', name: 'Severity', type: 'select', options: ['high', 'low'] };
const noDone = {
  statuses: [{ id: '1', name: 'Open', category: 'new' }],
  transitions: [{ id: '11', name: 'Open', to: 'Open' }],
};

test('finds a site that is set up well, and files nothing', async () => {
  await using scene = await jiraScene();
  await scene.control('PUT', 'site', { customFields: [severity] });
  const examined = await checkJira({ ...scene.site, ...wanted, fields: { severity: 'high' } });
  expect(examined.map(({ name, ok }) => [name, ok])).toEqual([
    ['Jira sign-in', true],
    ['Jira project', true],
    ['Jira issue type', true],
    ['Jira fields', true],
    ['Jira priority', true],
    ['Jira field "severity"', true],
    ['Jira statuses', true],
    ['Jira people', true],
  ]);
  expect(await scene.issues()).toEqual([]);
});

test.each<[string, object, Partial<Wanted>, RegExp, RegExp]>([
  ['a wrong token', { requireToken: 'another' }, {}, /401/, /JIRA_API_TOKEN/],
  ['a project that is not there', {}, { project: 'NOPE' }, /NOPE/, /project/],
  ['an issue type that is not there', {}, { issueType: 'Remediation' }, /Remediation/, /organisation\.jira\.issueType/],
  ['a required field that nobody fills', { customFields: [{ ...severity, required: true }] }, {}, /Severity/, /fields/],
  ['a priority that the site lacks', {}, { priorityByTier: { 1: 'P1' } }, /"P1" \(tier 1\)/, /priorityByTier/],
  ['a field that the site lacks', {}, { fields: { 'DR Tier': 1 } }, /"DR Tier"/, /organisation\.jira\.fields/],
  [
    'a value that its field cannot hold',
    { customFields: [severity] },
    { fields: { Severity: 'huge' } },
    /"Severity" \(customfield_10050\).*"huge".*high, low/,
    /organisation\.jira\.fields\."Severity"/,
  ],
  ['a status that the site lacks', {}, { transitions: { reopened: 'Backlog' } }, /"Backlog"/, /transitions\.reopened/],
  [
    'a status for what is opened again that is a closed one',
    {},
    { transitions: { reopened: 'done' } },
    /"done" of DR is of the category Done/,
    /transitions\.reopened/,
  ],
  [
    'a status for what is proved that is an open one',
    {},
    { transitions: { proved: 'In Progress' } },
    /"In Progress" of DR is not of the category Done/,
    /transitions\.proved/,
  ],
  ['a site where nothing can be closed', noDone, {}, /category Done/, /workflow/],
  ['somebody whom Jira does not know', {}, { people: ['who@example.com'] }, /who@example\.com/, /e-mail/],
])('says what is wrong with %s, and what to do', async (_what, settings, asked, detail, fix) => {
  await using scene = await jiraScene();
  await scene.control('PUT', 'site', settings);
  const broken = (await checkJira({ ...scene.site, ...wanted, ...asked })).filter(({ ok }) => !ok);
  expect(broken).toHaveLength(1);
  expect(broken[0]?.detail).toMatch(detail);
  expect(broken[0]?.fix).toMatch(fix);
});
