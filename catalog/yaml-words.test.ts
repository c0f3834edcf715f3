import { expect, test } from 'vitest';
import { readSource } from './source-document.ts';

const faultsOf = (...lines: readonly string[]) => readSource(`${lines.join('\n')}\n`, 'a.yaml').faults;

test.each([
  ['a tab', ['a: 1', '\tb: 2'], { line: 2, message: 'This line is indented with a tab.', given: 'b: …' }],
  ['a colon in a text', ['title: Slack: it is down'], { line: 1, message: 'There is a second ": " in this line.' }],
  [
    'a key too far to the right',
    ['minute: 0', '  from: Pager'],
    { line: 1, message: 'What follows is indented below a key that has its value already.', given: 'minute: …' },
  ],
  [
    'an entry of a list one column too far to the left',
    ['injects:', '  - id: first', '    title: First', '   minute: 0', '    from: Pager', '    text: It rings.'],
    { line: 4, message: 'This line is not indented as those that it belongs to.', given: 'minute: …' },
  ],
  [
    'a key too far to the left',
    ['clock:', '  began: now', ' recovered: later'],
    { line: 3, message: 'This line is not indented as those that it belongs to.' },
  ],
  [
    'a quotation mark left open',
    ['title: "Slack', 'name: slack'],
    { message: 'A quotation mark was opened and is not closed.' },
  ],
  ['a colon without a space', ['name:slack', 'title: Slack'], { message: 'This line is text, and a key follows it.' }],
  [
    'a bracket left open',
    ['threats: [people', 'name: slack'],
    { line: 2, expected: expect.stringContaining('every bracket closed') },
  ],
  [
    'a text that begins with a sign of YAML',
    ['title: @here'],
    { expected: 'YAML: quotes around a text that begins so' },
  ],
  [
    'a line without a colon',
    ['name: slack', 'title: It', 'and more'],
    { line: 3, message: 'This line has no value, and no colon.' },
  ],
  ['two documents', ['a: 1', '---', 'b: 2'], { message: 'A second document begins here ("---").' }],
] as const)('%s is told once, in words, with what is expected', (_what, lines, expected) => {
  expect(faultsOf(...lines)).toMatchObject([expected]);
});

test('every key that is there twice is told, beside the first thing that cannot be read', () => {
  expect(
    faultsOf('name: a', 'name: b', 'title: c', 'title: d', ' - e').map(({ line, message }) => [line, message]),
  ).toEqual(expect.arrayContaining([[2, 'name stands there twice.']]));
  expect(faultsOf('name: a', 'name: b', 'title: c', 'title: d')).toMatchObject([
    { line: 2, message: 'name stands there twice.', given: 'name: …', expected: 'YAML: each key once' },
    { line: 4, message: 'title stands there twice.' },
  ]);
});

test('what is written there is not repeated, since it may be a secret', () => {
  expect(JSON.stringify(faultsOf('people:', '  token: hunter2', ' password: hunter3'))).not.toContain('hunter');
});
