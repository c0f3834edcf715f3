import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
// The stand-in's rules were written from the same documentation by other hands; where both say no, or both yes, they are right.
// oxlint-disable-next-line no-restricted-imports
import { acceptMessageBlocks, acceptView } from '../../sandbox/slack/block-kit.ts';
import { messageProblems, viewProblems } from './block-kit-testing.ts';

const plain = (length: number) => ({ type: 'plain_text', text: 'x'.repeat(length) });
const mrkdwn = (length: number) => ({ type: 'mrkdwn', text: 'x'.repeat(length) });
const times = <T>(count: number, of: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => of(index));
const button = (fields: object = {}, id = 'b') => ({ type: 'button', text: plain(5), action_id: id, ...fields });
const option = (text: number, value = 5) => ({ text: plain(text), value: 'v'.repeat(value) });
const input = (element: object, fields: object = {}) => ({ type: 'input', label: plain(5), element, ...fields });
const text = { type: 'plain_text_input', action_id: 't' };
const modal = (fields: object, blocks: readonly object[] = [{ type: 'divider' }]) => ({
  type: 'modal',
  title: plain(5),
  submit: plain(5),
  blocks,
  ...fields,
});

/** Each is right at its limit and wrong one beyond it: `make(limit)` and `make(limit + 1)`. */
const blocksAt: Readonly<Record<string, readonly [limit: number, make: (size: number) => readonly object[]]>> = {
  'section text': [3000, (size) => [{ type: 'section', text: mrkdwn(size) }]],
  'section fields': [10, (size) => [{ type: 'section', fields: times(size, () => mrkdwn(5)) }]],
  'section field': [2000, (size) => [{ type: 'section', fields: [mrkdwn(size)] }]],
  header: [150, (size) => [{ type: 'header', text: plain(size) }]],
  'context elements': [10, (size) => [{ type: 'context', elements: times(size, () => mrkdwn(5)) }]],
  'context text': [3000, (size) => [{ type: 'context', elements: [mrkdwn(size)] }]],
  'actions elements': [25, (size) => [{ type: 'actions', elements: times(size, (index) => button({}, `b${index}`)) }]],
  'button text': [75, (size) => [{ type: 'actions', elements: [button({ text: plain(size) })] }]],
  'button value': [2000, (size) => [{ type: 'actions', elements: [button({ value: 'v'.repeat(size) })] }]],
  'action id': [255, (size) => [{ type: 'actions', elements: [button({}, 'i'.repeat(size))] }]],
  'block id': [255, (size) => [{ type: 'divider', block_id: 'i'.repeat(size) }]],
  'overflow options': [
    5,
    (size) => [
      {
        type: 'section',
        text: mrkdwn(5),
        accessory: { type: 'overflow', action_id: 'o', options: times(size, () => option(5)) },
      },
    ],
  ],
  'select options': [
    100,
    (size) => [
      { type: 'actions', elements: [{ type: 'static_select', action_id: 's', options: times(size, () => option(5)) }] },
    ],
  ],
  'option text': [
    75,
    (size) => [{ type: 'actions', elements: [{ type: 'static_select', action_id: 's', options: [option(size)] }] }],
  ],
  'option value': [
    150,
    (size) => [{ type: 'actions', elements: [{ type: 'static_select', action_id: 's', options: [option(5, size)] }] }],
  ],
  placeholder: [
    150,
    (size) => [{ type: 'actions', elements: [{ type: 'external_select', action_id: 's', placeholder: plain(size) }] }],
  ],
  'confirm text': [
    300,
    (size) => [
      {
        type: 'actions',
        elements: [button({ confirm: { title: plain(5), text: plain(size), confirm: plain(5), deny: plain(5) } })],
      },
    ],
  ],
  'blocks of a message': [50, (size) => times(size, () => ({ type: 'divider' }))],
};
const viewsAt: Readonly<Record<string, readonly [limit: number, make: (size: number) => object]>> = {
  title: [24, (size) => modal({ title: plain(size) })],
  submit: [24, (size) => modal({ submit: plain(size) })],
  close: [24, (size) => modal({ close: plain(size) })],
  'private metadata': [3000, (size) => modal({ private_metadata: 'm'.repeat(size) })],
  'callback id': [255, (size) => modal({ callback_id: 'c'.repeat(size) })],
  'blocks of a view': [
    100,
    (size) =>
      modal(
        {},
        times(size, () => ({ type: 'divider' })),
      ),
  ],
  'input label': [2000, (size) => modal({}, [input(text, { label: plain(size) })])],
  'input hint': [2000, (size) => modal({}, [input(text, { hint: plain(size) })])],
  'radio buttons': [
    10,
    (size) => modal({}, [input({ type: 'radio_buttons', action_id: 'r', options: times(size, () => option(5)) })]),
  ],
};

const accepts = (check: () => unknown): boolean => {
  try {
    check();
    return true;
  } catch {
    return false;
  }
};
const message = (blocks: readonly object[]) => ({ text: 'x', blocks });

describe('the checker and the stand-in say the same', () => {
  test.each(Object.entries(blocksAt))('of a message: %s', (_, [limit, make]) => {
    for (const [size, right] of [
      [limit, true],
      [limit + 1, false],
    ] as const) {
      expect([size, messageProblems(message(make(size))).length === 0]).toEqual([size, right]);
      expect([size, accepts(() => acceptMessageBlocks(make(size)))]).toEqual([size, right]);
    }
  });

  test.each(Object.entries(viewsAt))('of a view: %s', (_, [limit, make]) => {
    for (const [size, right] of [
      [limit, true],
      [limit + 1, false],
    ] as const) {
      expect([size, viewProblems(make(size)).length === 0]).toEqual([size, right]);
      expect([size, accepts(() => acceptView(JSON.parse(JSON.stringify(make(size)))))]).toEqual([size, right]);
    }
  });

  test('of messages made of anything that stands near a limit', () => {
    const near = fc.oneof(
      ...Object.entries(blocksAt)
        .filter(([name]) => name !== 'blocks of a message')
        .map(([, [limit, make]]) => fc.integer({ min: limit - 1, max: limit + 1 }).map((size) => make(size))),
    );
    fc.assert(
      fc.property(fc.array(near, { minLength: 1, maxLength: 6 }), (parts) => {
        const blocks = parts.flat().map((block, index) => ({ block_id: `block-${index}`, ...block }));
        const right = messageProblems(message(blocks)).length === 0;
        expect([right, blocks]).toEqual([accepts(() => acceptMessageBlocks(blocks)), blocks]);
      }),
      { numRuns: 300 },
    );
  });
});

test('the checker sees what no length shows', () => {
  const select = { type: 'static_select', action_id: 's', options: [option(5)] };
  const wrong: readonly (readonly [string, readonly object[]])[] = [
    ['blocks[0]: neither text nor fields', [{ type: 'section' }]],
    ['blocks[0].elements: none', [{ type: 'actions', elements: [] }]],
    ['blocks[0].text: empty', [{ type: 'section', text: mrkdwn(0) }]],
    ['blocks[0].text: must be plain_text', [{ type: 'header', text: mrkdwn(5) }]],
    ['blocks: two with the block_id x', times(2, () => ({ type: 'divider', block_id: 'x' }))],
    ['blocks[0].elements: two with the action_id b', [{ type: 'actions', elements: times(2, () => button()) }]],
    ['blocks[0]: unknown type table', [{ type: 'table' }]],
    ['blocks[0]: inputs stand in views only', [input(text)]],
    [
      'blocks[0].elements[0]: chosen is no option',
      [{ type: 'actions', elements: [{ ...select, initial_option: option(6) }] }],
    ],
  ];
  for (const [problem, blocks] of wrong) expect(messageProblems(message(blocks))).toContain(problem);
  expect(messageProblems({ text: ' ' })).toEqual(['text: it has none']);
  expect(viewProblems(modal({ submit: undefined }, [input(text)]))).toEqual(['submit: a modal with inputs needs one']);
  expect(viewProblems({ type: 'home', blocks: [] })).toEqual([]);
});
