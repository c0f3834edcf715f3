import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mapStrings, placeholdersIn, replacePlaceholders, stringsOf } from './template.ts';

test('a placeholder is replaced wherever it stands, and by nothing else', () => {
  const values: Record<string, string> = { service: 'Jira', rto: '6 h' };
  const fill = (text: string): string => replacePlaceholders(text, (name) => values[name]);
  expect(fill('${service}: ${rto}, ${service}')).toBe('Jira: 6 h, Jira');
  expect(fill('$service ${other} ${ service }')).toBe('$service ${other} ${ service }');
});

test('a value is not read again: what looks like a placeholder in it stays', () => {
  expect(replacePlaceholders('${a}', () => '${b} $& $1')).toBe('${b} $& $1');
});

test('whatever the text, what is found is what is replaced', () => {
  const piece = fc.oneof(fc.string(), fc.constantFrom('${a}', '${', '}', '$', '${a', '${A}', '${a}${b}'));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = pieces.join('');
      const found = placeholdersIn(text).filter((name) => name !== undefined);
      const replaced: string[] = [];
      const result = replacePlaceholders(text, (name) => (replaced.push(name), ''));
      expect(replaced).toEqual(found);
      expect(result.length).toBe(text.length - found.reduce((sum, name) => sum + name.length + 3, 0));
    }),
  );
});

test('every string of the data is changed, and nothing else', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (data) => {
      const before = stringsOf(data);
      const after = stringsOf(mapStrings<unknown>(data, (text) => `<${text}>`));
      expect(after).toEqual(before.map(({ path, text }) => ({ path, text: `<${text}>` })));
      expect(mapStrings<unknown>(data, (text) => text)).toEqual(data);
    }),
  );
});
