import { describe, expect, test } from 'vitest';
import { WorkspaceSetupSchema } from '../model.ts';
import { Workspace } from '../workspace.ts';
import { mrkdwn } from './mrkdwn.ts';

const workspace = Workspace.create(
  'k',
  WorkspaceSetupSchema.parse({
    usergroups: [{ id: 'S0COMMANDERS', handle: 'commanders', name: 'Commanders', users: ['U0ANNA'] }],
  }),
);
const draw = (text: string): string => mrkdwn(text, { workspace, userId: 'U0ANNA', tz: 'Europe/Berlin' }).toString();

describe("Slack's markup", () => {
  test.each([
    ['*bold* _italic_ ~gone~', '<strong>bold</strong> <em>italic</em> <s>gone</s>'],
    ['*_both_*', '<strong><em>both</em></strong>'],
    ['snake_case_name and 2*3*4', 'snake_case_name and 2*3*4'],
    ['`*not bold*`', '<code>*not bold*</code>'],
    ['```a < b\nc```', '<pre>a &lt; b\nc</pre>'],
    ['a\nb', 'a<br>b'],
    ['> said\n> twice\nafter', '<blockquote>said<br>twice</blockquote>after'],
    [':warning: :no_such_thing:', '⚠️ :no_such_thing:'],
    ['a &amp; b &lt;c&gt;', 'a &amp; b &lt;c&gt;'],
    ['a & b', 'a &amp; b'],
    ['hello <@U0ANNA>', 'hello <span class="mention me">@Anna Owner</span>'],
    ['<#C0DRILLS>', '<span class="mention">#dr-drills</span>'],
    ['<!subteam^S0COMMANDERS>', '<span class="mention me">@commanders</span>'],
    ['<!here>', '<span class="mention me">@here</span>'],
    [
      '<https://example.com/?a=1&amp;b=2|the run>',
      '<a href="https://example.com/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">the run</a>',
    ],
    ['<javascript:alert(1)|press>', 'press'],
    [
      '*<https://example.com|x>*',
      '<strong><a href="https://example.com" target="_blank" rel="noopener noreferrer">x</a></strong>',
    ],
  ])('%s', (text, expected) => {
    expect(draw(text)).toBe(expected);
  });

  test('shows a date in the time zone of the person who looks', () => {
    expect(draw('<!date^1795370400^{date_num} {time}|some time>')).toContain('>2026-11-22 19:00</time>');
  });
});
