import { describe, expect, test } from 'vitest';
import { adfProblem } from './adf.ts';
import { adfToHtml } from './adf-html.ts';
import type { Json } from './model.ts';

const doc = (...content: Json[]): Json => ({ type: 'doc', version: 1, content });
const say = (text: string, ...marks: Json[]): Json => ({
  type: 'text',
  text,
  ...(marks.length === 0 ? {} : { marks }),
});
const p = (...content: Json[]): Json => ({ type: 'paragraph', content });

describe('documents', () => {
  test.each<[string, Json]>([
    ['an empty document', doc()],
    [
      'headings, lists, panels, tables and code',
      doc(
        { type: 'heading', attrs: { level: 2 }, content: [say('Why')] },
        { type: 'bulletList', content: [{ type: 'listItem', content: [p(say('one', { type: 'strong' }))] }] },
        { type: 'panel', attrs: { panelType: 'warning' }, content: [p(say('careful'))] },
        {
          type: 'table',
          content: [
            {
              type: 'tableRow',
              content: [
                { type: 'tableHeader', content: [p(say('RTO'))] },
                { type: 'tableCell', content: [p()] },
              ],
            },
          ],
        },
        { type: 'codeBlock', attrs: { language: 'sql' }, content: [say('select 1')] },
        { type: 'rule' },
      ),
    ],
    ['a link in code', doc(p(say('x', { type: 'code' }, { type: 'link', attrs: { href: 'https://example.com' } })))],
  ])('accepts %s', (_, value) => expect(adfProblem(value)).toBeUndefined());

  test.each<[string, Json]>([
    ['a plain string', 'text'],
    ['a document without version', { type: 'doc', content: [] }],
    ['text beside blocks', doc(say('loose'))],
    ['empty text', doc(p(say('')))],
    ['an unknown node', doc({ type: 'paragraf', content: [] })],
    ['a node named like a property of every object', doc({ type: 'constructor' })],
    ['an unknown mark', doc(p(say('x', { type: 'bold' })))],
    ['a heading without level', doc({ type: 'heading', content: [] })],
    ['a panel of no kind', doc({ type: 'panel', content: [p()] })],
    ['a link without address', doc(p(say('x', { type: 'link' })))],
    ['an empty list', doc({ type: 'bulletList', content: [] })],
    ['a list in which no item stands', doc({ type: 'bulletList', content: [p()] })],
    ['marks inside a code block', doc({ type: 'codeBlock', content: [say('x', { type: 'strong' })] })],
    ['bold code', doc(p(say('x', { type: 'code' }, { type: 'strong' })))],
  ])('refuses %s', (_, value) => expect(adfProblem(value)).toBeTypeOf('string'));

  test('nothing of a document can become markup or a script address', async () => {
    const out = String(
      await adfToHtml(
        doc(
          p(say('<script>alert(1)</script>'), say('click', { type: 'link', attrs: { href: 'javascript:alert(1)' } })),
        ),
      ),
    );
    expect(out).toContain('&lt;script&gt;');
    expect(out).not.toContain('javascript:');
    expect(out).not.toContain('<script>');
  });
});
