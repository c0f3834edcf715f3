import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { factAgrees, readFactValue } from './fact-values.ts';
import { factDefinitions, factNamed, factNames } from './recovery-facts.ts';

describe('the name of a fact', () => {
  test.each([
    ['Region', 'region'],
    ['PITR', 'point-in-time-recovery'],
    ['Backup retention (days):', 'retention-days'],
    ['multi_az', 'multi-az'],
    ['Point-in-time recovery', 'point-in-time-recovery'],
    ['RTO', 'rto'],
    ['DR Champion', 'champion'],
    ['last restore test', 'last-drill'],
  ])('%s is %s', (written, name) => expect(factNamed(written)).toBe(name));

  test('is known in its own spelling and by each alias, and by no two facts', () => {
    const spellings = factNames.flatMap((name) => [name, ...factDefinitions[name].aliases]);
    for (const name of factNames)
      for (const spelling of [name, factDefinitions[name].label, ...factDefinitions[name].aliases])
        expect(factNamed(spelling), spelling).toBe(name);
    expect(new Set(spellings).size).toBe(spellings.length);
  });

  test('that nobody knows is none', () => expect(factNamed('favourite colour')).toBeUndefined());
});

describe('a value', () => {
  test.each([
    ['yes-no', 'Enabled', 'yes', true],
    ['yes-no', 'single-AZ', 'yes', false],
    ['days', '35 days', '35', true],
    ['days', '5 weeks', '35', true],
    ['days', '30 d', '35', false],
    ['duration', 'less than 6 hours', '6 h', true],
    ['duration', '1h30m', '90 min', true],
    ['duration', '6 h', '4 h', false],
    ['version', '16', '16.4', true],
    ['version', 'PostgreSQL 16.4', '16.4', true],
    ['version', '1', '16.4', false],
    ['version', '16.3', '16.4', false],
    ['engine', 'PostgreSQL', 'postgres', true],
    ['region', 'EU-Central-1 (Frankfurt)', 'eu-central-1', true],
    ['region', 'none', 'eu-west-1', false],
    ['zones', 'eu-central-1b and eu-central-1a', 'eu-central-1a, eu-central-1b', true],
    ['groups', '`sg-0a1b2c3d`', 'sg-0a1b2c3d', true],
    ['endpoint', 'postgres://app@db.example.com:5432/issues', 'db.example.com:5432', true],
    ['endpoint', 'db.example.com', 'db.example.com:5432', true],
    ['endpoint', 'other.example.com', 'db.example.com:5432', false],
    ['person', 'Mara Olsen <mara@example.com>', 'mara@example.com', true],
    ['person', 'mara  olsen (on call)', 'Mara Olsen', true],
    ['channel', '#jira-cloud-dr', 'jira-cloud-dr', true],
    ['date', '2026-10-05 (passed)', '2026-10-05', true],
    [
      'key',
      'arn:aws:kms:eu-central-1:111111111111:key/6f1c2b3a-1111-2222-3333-444455556666',
      '6f1c2b3a-1111-2222-3333-444455556666',
      true,
    ],
    ['key', 'alias/issues', 'arn:aws:kms:eu-central-1:111111111111:alias/issues', true],
    ['key', 'alias/issues', 'alias/other', false],
  ] as const)('%s: “%s” against “%s” agrees: %s', (form, stated, known, agrees) =>
    expect(factAgrees(form, stated, [known])).toBe(agrees),
  );

  test.each([
    ['duration', 'soon'],
    ['days', 'a month'],
    ['yes-no', 'mostly'],
    ['region', 'Frankfurt'],
    ['groups', 'the usual ones'],
    ['date', 'last spring'],
    ['date', '2026-13-45'],
    ['steps', 'see wiki'],
  ] as const)('%s: “%s” is not read, and says what was expected', (form, text) =>
    expect(readFactValue(form, text)).toMatchObject({ readable: false, expected: expect.stringMatching(/./) }),
  );

  test('whatever text there is, reading it never throws, and what is read agrees with itself', () => {
    const forms = [...new Set(factNames.map((name) => factDefinitions[name].form))];
    fc.assert(
      fc.property(fc.constantFrom(...forms), fc.string(), (form, text) => {
        const value = readFactValue(form, text);
        expect(factAgrees(form, text, [text])).toBe(value.readable);
      }),
    );
  });
});
