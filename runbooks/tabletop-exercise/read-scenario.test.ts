import { describe, expect, test } from 'vitest';
import { expectedActions } from '../../domain/scenario.ts';
import { problemsIn, readWith, scenarioText } from './testing.ts';
import type { ScenarioDraft } from './testing.ts';

const problemsWith = (change: (draft: ScenarioDraft) => void) => problemsIn(scenarioText(change));
const lineOf = (text: string, part: string): number => text.split('\n').findIndex((line) => line.includes(part)) + 1;

describe('a scenario that is right', () => {
  test('is read with durations in milliseconds and what was left out', () => {
    const { scenario, warnings } = readWith();
    expect(scenario).toMatchObject({ draft: false, clock: { detectedAfterMs: 120_000 } });
    expect(scenario.injects[1]).toMatchObject({
      incidentMs: 600_000,
      pitfalls: [],
      options: [{ id: 'run' }, { id: 'stay' }],
    });
    expect(scenario.injects[0]?.options).toEqual([]);
    expect(warnings).toEqual([]);
  });

  test('lists what a good team does, each with an id, in the order of the story', () => {
    const actions = expectedActions(readWith().scenario);
    expect(actions).toHaveLength(12);
    expect(actions[2]).toEqual({
      id: 'event-2/1',
      injectId: 'event-2',
      minute: 8,
      section: 'Find the fire',
      action: 'Look',
    });
  });
});

describe('a problem', () => {
  test('says file, line, what was given and what was expected', () => {
    const text = scenarioText((draft) => (draft['injects'][3].incidentTime = 'an hour'));
    expect(problemsIn(text)).toEqual([
      {
        file: 'small-fire.yaml',
        line: lineOf(text, 'an hour'),
        column: expect.any(Number),
        path: 'injects[3].incidentTime',
        value: '"an hour"',
        expected: 'a duration: a number and ms, s, m, h or d, such as 30m or 6h (also 1h30m)',
        message: 'injects[3].incidentTime is not right.',
      },
    ]);
  });

  test.each<[string, (draft: ScenarioDraft) => void, string, RegExp, RegExp]>([
    [
      'a misspelt key',
      (it) => (it['objektives'] = []),
      'objektives',
      /no field "objektives" in the scenario.*objectives/,
      /one of name/,
    ],
    [
      'an inject without a question',
      (it) => (it['injects'][0].questions = []),
      'injects[0].questions',
      /not right/,
      /at least one question/,
    ],
    [
      'an inject without an expected action',
      (it) => delete it['injects'][0].expect,
      'injects[0].expect',
      /missing/,
      /./,
    ],
    ['one option alone', (it) => it['injects'][1].options.pop(), 'injects[1].options', /not right/, /two options/],
    [
      'a threat that nobody knows',
      (it) => (it['threats'] = ['aliens']),
      'threats[0]',
      /not right/,
      /one of natural-disaster/,
    ],
    [
      'minutes that go back',
      (it) => (it['injects'][3].minute = 5),
      'injects[3].minute',
      /not after the one before it \(event-3, minute 16\)/,
      /after 16/,
    ],
    [
      'a story that goes back',
      (it) => (it['injects'][3].incidentTime = '3m'),
      'injects[3].incidentTime',
      /before event-3/,
      /not before/,
    ],
    [
      'a first inject that lets people wait',
      (it) => (it['injects'][0].minute = 1),
      'injects[0].minute',
      /begins with/,
      /^0$/,
    ],
    [
      'a first inject before the detection',
      (it) => (it['clock'].detectedAfter = '1h'),
      'injects[0].incidentTime',
      /before anybody/,
      /detectedAfter/,
    ],
    ['an inject after the end', (it) => (it['minutes'] = 40), 'injects[5].minute', /ends at minute 40/, /before 40/],
    [
      'the same id twice',
      (it) => (it['injects'][4].id = 'event-1'),
      'injects[4].id',
      /two injects "event-1"/,
      /its own/,
    ],
    [
      'a role that is always there',
      (it) => (it['roles'][0].role = 'scribe'),
      'roles[0].role',
      /has a scribe already/,
      /another role/,
    ],
    [
      'a draw among nobody',
      (it) => (it['injects'][2].unavailable.among = ['findr']),
      'injects[2].unavailable.among[0]',
      /no role "findr".*finder/,
      /declared under roles/,
    ],
  ])('%s is one', (_, change, path, message, expected) => {
    const problems = problemsWith(change);
    const found = problems.find((problem) => problem.path === path);
    expect(problems.map((problem) => problem.path)).toContain(path);
    expect(found?.message).toMatch(message);
    expect(found?.expected).toMatch(expected);
    expect(found?.line).toBeGreaterThan(0);
  });

  test('of a file that is no YAML says where', () => {
    expect(problemsIn('name: [')).toMatchObject([{ line: 1, expected: expect.stringContaining('YAML') }]);
    expect(problemsIn('')).toMatchObject([{ message: 'The scenario is not right.' }]);
  });
});

describe('placeholders', () => {
  test('one that nobody knows is a problem on its own line, also deep in a long text', () => {
    const text = [
      scenarioText((draft) => delete draft['situation']).trimEnd(),
      'situation: >-',
      '  It began',
      '  quietly in ${regoin},',
      '  as always.',
    ].join('\n');
    expect(problemsIn(text)).toEqual([
      {
        file: 'small-fire.yaml',
        line: lineOf(text, 'regoin'),
        column: '  quietly in '.length + 1,
        path: 'situation',
        value: '${regoin}',
        message: 'There is no placeholder "regoin". Did you mean region?',
        expected: expect.stringContaining('${region}'),
      },
    ]);
  });

  test.each(['${ service }', '${}', '${service', '${a.b}'])('%s is no placeholder and is told', (written) => {
    expect(problemsWith((it) => (it['title'] = `x ${written}`))).toMatchObject([{ path: 'title', value: '${' }]);
  });

  test('the person who is drawn can be named only in the inject that takes somebody out', () => {
    expect(problemsWith((it) => (it['injects'][2].text = '${unavailable} is gone.'))).toEqual([]);
    expect(problemsWith((it) => (it['injects'][3].text = '${unavailable} is gone.'))).toMatchObject([
      { path: 'injects[3].text', expected: 'an inject with unavailable: { among: [role] }' },
    ]);
  });
});

describe('warnings', () => {
  test('a draft is told with every open question and its line', () => {
    const text = scenarioText((it) => {
      it['draft'] = true;
      it['hotWash'] = ['TODO: what did we learn?'];
    });
    const { warnings } = readWith((it) => {
      it['draft'] = true;
      it['hotWash'] = ['TODO: what did we learn?'];
    });
    expect(warnings).toEqual([
      { file: 'small-fire.yaml', line: lineOf(text, 'draft:'), text: expect.stringContaining('is a draft') },
      { file: 'small-fire.yaml', line: lineOf(text, 'TODO'), text: 'To do: what did we learn?' },
    ]);
  });

  test('open questions in what says that it is finished are told as well', () => {
    const { warnings } = readWith((it) => (it['title'] = 'TODO'));
    expect(warnings.map(({ text }) => text)).toEqual([
      'It has open questions and says that it is no draft.',
      'To do: say what',
    ]);
  });

  test('too few injects make no exercise', () => {
    const { warnings } = readWith((it) => (it['injects'] = it['injects'].slice(0, 2)));
    expect(warnings).toMatchObject([{ text: 'It has 2 injects; 6 to 12 make an exercise.' }]);
  });
});
