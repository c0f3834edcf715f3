import { describe, expect, test } from 'vitest';
import { htmlContent } from './html-content.ts';
import { markdownContent } from './markdown-content.ts';
import { statedFacts } from './stated-facts.ts';

const resources = ['issues-db', 'attachments-db'];
const ofMarkdown = (text: string, of: readonly string[] = resources) =>
  statedFacts(markdownContent(text, 'untitled'), of);
const brief = ({ stated }: ReturnType<typeof statedFacts>): string[] =>
  stated.map(({ name, resource, text }) => `${resource ?? '-'} ${name}: ${text}`);

describe('a facts block in Markdown', () => {
  const text = [
    '# Restore of issues',
    '',
    '```firedrill',
    'owner: Mara Olsen',
    'contacts: [Jonas Weber, mara@example.com]',
    'rto: 6 h',
    'resources:',
    '  issues-db:',
    '    region: eu-central-1',
    '    multi-az: yes',
    '    engine-version: 16.10',
    '  nothing-db:',
    '    region: eu-west-1',
    'favourite-colour: blue',
    'rpo:',
    '```',
  ].join('\n');

  test('states what it says, in its own words, with lines', () => {
    const facts = ofMarkdown(text);
    expect(brief(facts)).toEqual([
      '- owner: Mara Olsen',
      '- contacts: Jonas Weber, mara@example.com',
      '- rto: 6 h',
      'issues-db region: eu-central-1',
      'issues-db multi-az: yes',
      // A number would have lost its last digit.
      'issues-db engine-version: 16.10',
    ]);
    expect(facts.stated.find(({ name }) => name === 'region')?.line).toBe(9);
  });

  test('tells what is no fact, what has no value and what the service does not have, with lines', () => {
    expect(ofMarkdown(text).problems).toEqual([
      { line: 12, what: 'the service has no resource “nothing-db”; it has issues-db, attachments-db' },
      { line: 14, what: expect.stringMatching(/^“favourite-colour” is no fact that is known; known are region, /) },
      { line: 15, what: '“rpo” has no value that is one line of text or a list of such' },
    ]);
  });

  test('that is no YAML is told with its line', () => {
    expect(ofMarkdown('```firedrill\nowner: "Mara\n```').problems[0]).toMatchObject({
      line: 2,
      what: expect.stringMatching(/no YAML/),
    });
  });

  test('a fact of a resource needs its name where there are two, and none where there is one', () => {
    const block = '```firedrill\nregion: eu-central-1\n```';
    expect(ofMarkdown(block).problems[0]?.what).toMatch(/does not say of which resource: issues-db, attachments-db/);
    expect(brief(ofMarkdown(block, ['issues-db']))).toEqual(['issues-db region: eu-central-1']);
  });
});

test('front matter states facts, and front matter of a wiki is let be', () => {
  expect(brief(ofMarkdown('---\ntitle: Restore\nRTO: less than 6 hours\n---\n# Restore'))).toEqual([
    '- rto: less than 6 hours',
  ]);
  expect(ofMarkdown('---\nlayout: page\nsidebar: left\n---\n# Restore')).toEqual({ stated: [], problems: [] });
});

describe('a table', () => {
  test('of key and value is of the resource that its heading names', () => {
    const text =
      '## issues-db\n\n| Setting | Value |\n|---|---|\n| Region | eu-central-1 |\n| PITR | enabled |\n| Colour | blue |';
    const facts = ofMarkdown(text);
    expect(brief(facts)).toEqual(['issues-db region: eu-central-1', 'issues-db point-in-time-recovery: enabled']);
    expect(facts.problems).toMatchObject([{ line: 7 }]);
  });

  test('with a column for each resource states for each', () => {
    const text =
      '| Fact | attachments-db | issues-db |\n|---|---|---|\n| Region | eu-west-1 | eu-central-1 |\n| Backup retention | | 35 days |';
    expect(brief(ofMarkdown(text))).toEqual([
      'attachments-db region: eu-west-1',
      'issues-db region: eu-central-1',
      'issues-db retention-days: 35 days',
    ]);
  });

  test('about something else is let be', () => {
    const text = '| Who | When |\n|---|---|\n| Mara | Monday |\n| Region | Tuesday |\n| Jonas | Friday |';
    expect(ofMarkdown(text)).toEqual({ stated: [], problems: [] });
  });
});

describe('restore steps', () => {
  test('are numbered steps under a heading that says so', () => {
    const text =
      '# Issues\n\n## How to restore\n\n1. Declare\n2. Choose the point\n3. Restore\n\n## Later\n\n1. a\n2. b\n3. c\n4. d';
    expect(brief(ofMarkdown(text))).toEqual(['- restore-steps: 3 steps']);
  });

  test('are not there when the numbered steps are about something else, or it is one', () => {
    expect(brief(ofMarkdown('# Deploy\n\n1. a\n2. b'))).toEqual([]);
    expect(brief(ofMarkdown('# Restore\n\n1. Ask somebody'))).toEqual([]);
  });
});

describe('a page', () => {
  test('in HTML states facts in a marked code block and in tables, and scripts are not read', () => {
    const html = `<html><head><title>DR</title><script>owner: Eve</script></head><body><h1>Restore</h1>
      <pre><code class="language-firedrill">owner: Mara Olsen
rto: 6 h</code></pre>
      <h2>issues-db</h2><table><tr><th>Region</th><td>eu-central-1</td></tr><tr><th>Multi-AZ</th><td>yes</td></tr></table>
      <h2>Recovery</h2><ol><li>a</li><li>b</li></ol></body></html>`;
    const content = htmlContent(html, { fallbackTitle: 'x', storageFormat: false });
    expect(content.title).toBe('Restore');
    expect(brief(statedFacts(content, resources))).toEqual([
      '- owner: Mara Olsen',
      '- rto: 6 h',
      'issues-db region: eu-central-1',
      'issues-db multi-az: yes',
      '- restore-steps: 2 steps',
    ]);
  });

  test('of Confluence states facts in a code macro called firedrill, and in tables', () => {
    const storage = `<h1>Recovery</h1><ac:structured-macro ac:name="code"><ac:parameter ac:name="title">firedrill</ac:parameter>
      <ac:plain-text-body><![CDATA[owner: Mara Olsen
rpo: < 1 h]]></ac:plain-text-body></ac:structured-macro>
      <h2>attachments-db</h2><table><tbody><tr><th><p>Region&nbsp;</p></th><td><p>eu-west-1<br/></p></td></tr></tbody></table>
      <p>See <a href="https://wiki.example.com/x">x</a></p>`;
    const content = htmlContent(storage, { fallbackTitle: 'x', storageFormat: true });
    expect(brief(statedFacts(content, resources))).toEqual([
      '- owner: Mara Olsen',
      '- rpo: < 1 h',
      'attachments-db region: eu-west-1',
    ]);
    expect(content.links).toEqual([{ kind: 'link', target: 'https://wiki.example.com/x' }]);
  });
});

test('what a document points to is collected, each once', () => {
  const text =
    '# DR\n\nCall [Mara](mailto:mara@example.com) or jonas@example.com in #jira-cloud-dr.\n\nSee <https://status.example.com/a>, https://status.example.com/a and `issues-db.abc123.eu-central-1.rds.amazonaws.com:5432`. Issue #42 and C# are no channels.';
  expect(markdownContent(text, 'x').links).toEqual([
    { kind: 'email-domain', target: 'example.com' },
    { kind: 'link', target: 'https://status.example.com/a' },
    { kind: 'slack-channel', target: '#jira-cloud-dr' },
    { kind: 'endpoint', target: 'issues-db.abc123.eu-central-1.rds.amazonaws.com:5432' },
  ]);
});
