import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, NotCanonicalError } from './canonical-json.ts';

/** JSON values whose text is well-formed, as everything we write is. */
const json = fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 });

/** The same value with every object's keys in reverse order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, child]) => [key, shuffled(child)]),
  );
}

describe('canonical JSON', () => {
  test('sorts keys by UTF-16 code unit, as the example of RFC 8785 section 3.2.3 does', () => {
    const value = {
      '\u20ac': 'Euro',
      '\r': 'Return',
      '\ufb33': 'Hebrew',
      '1': 'One',
      '\ud83d\ude00': 'Emoji',
      '\u0080': 'Control',
      '\u00f6': 'o',
    };
    expect(canonicalJson(value)).toBe(
      '{"\\r":"Return","1":"One","\u0080":"Control","\u00f6":"o","\u20ac":"Euro","\ud83d\ude00":"Emoji","\ufb33":"Hebrew"}',
    );
  });

  test('writes numbers as ECMAScript does, as the example of RFC 8785 section 3.2.2 shows', () => {
    const numbers = [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0];
    expect(canonicalJson({ numbers, literals: [null, true, false] })).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0]}',
    );
  });

  test('means the same value when it is read again', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('is one text whatever the order the keys were given in', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
      }),
    );
  });

  test('leaves out an optional field that is undefined', () => {
    expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}');
  });

  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = { inner: cyclic };
  test.each([
    ['undefined in an array', { list: [1, undefined] }, '$.list[1] is of type undefined'],
    // oxlint-disable-next-line no-sparse-arrays
    ['a hole in an array', [1, , 3], '$[1] is of type undefined'],
    ['undefined alone', undefined, '$ is of type undefined'],
    ['NaN', { a: { b: Number.NaN } }, '$.a.b is NaN'],
    ['Infinity', [-Infinity], '$[0] is -Infinity'],
    ['a function', { run: () => 1 }, '$.run is of type function'],
    ['a symbol', { s: Symbol('x') }, '$.s is of type symbol'],
    ['a bigint', { n: 1n }, '$.n is of type bigint'],
    ['half of a surrogate pair', { text: 'a\ud800' }, '$.text holds half of a surrogate pair'],
    ['half of a surrogate pair in a key', { '\udc00': 1 }, '$ has a key that holds half of a surrogate pair'],
    ['a Date, which JSON would rewrite', { at: new Date(0) }, '$.at is an object with behaviour'],
    ['a Map, which JSON would empty', { map: new Map([[1, 2]]) }, '$.map is an object with behaviour'],
    ['a cycle', cyclic, '$.self.inner contains itself'],
  ])('refuses %s and says where', (_, value, problem) => {
    expect(() => canonicalJson(value)).toThrow(NotCanonicalError);
    expect(() => canonicalJson(value)).toThrow(problem);
  });

  test('refuses endless nesting instead of exhausting the stack', () => {
    const deep: unknown = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000));
    expect(() => canonicalJson(deep)).toThrow('nested deeper than 100 levels');
  });

  test('takes the same object twice, which is no cycle', () => {
    const shared = { a: 1 };
    expect(canonicalJson([shared, shared])).toBe('[{"a":1},{"a":1}]');
  });
});
