import { describe, expect, test } from 'vitest';
import { compareFacts, diffAgainstLast, mustBeAnswered } from './compare-facts.ts';
import type { ComparedFact } from './compare-facts.ts';
import type { DocumentSpec, KnownFact, StatedFact } from './document.ts';
import { factDefinitions, factNames } from './recovery-facts.ts';

const spec: DocumentSpec = { id: 'recovery:issues.md', kind: 'recovery', place: { at: 'file', path: 'issues.md' } };
const known: readonly KnownFact[] = [
  { name: 'region', resource: 'issues-db', from: 'aws', value: 'eu-central-1' },
  { name: 'retention-days', resource: 'issues-db', from: 'aws', value: '35' },
  { name: 'kms-key', resource: 'issues-db', from: 'aws', unknown: 'AWS did not answer' },
  { name: 'owner', from: 'catalog', value: 'Mara Olsen', accepts: ['mara-olsen', 'mara@example.com'] },
  { name: 'contacts', from: 'catalog', value: 'Mara Olsen', accepts: ['mara@example.com', 'Jonas Weber'] },
];
const compare = (stated: readonly StatedFact[], tier: 0 | 1 | 2 | 3 = 1): readonly ComparedFact[] =>
  compareFacts({
    tier,
    resources: ['issues-db'],
    documents: [{ spec, read: { documentId: spec.id, stated } }],
    known,
  });
const of = (facts: readonly ComparedFact[], key: string): ComparedFact | undefined =>
  facts.find((fact) => fact.key === `recovery:issues.md#${key}`);

describe('a fact', () => {
  test('that is as documented is the same', () => {
    const fact = of(
      compare([{ name: 'region', resource: 'issues-db', text: 'eu-central-1', line: 7 }]),
      'issues-db.region',
    );
    expect(fact).toMatchObject({ outcome: 'same', known: 'eu-central-1', knownFrom: 'aws', line: 7 });
    expect(fact && mustBeAnswered(fact)).toBe(false);
  });

  test('that is not, is different, with both sides', () => {
    const fact = of(
      compare([{ name: 'retention-days', resource: 'issues-db', text: '30 days' }]),
      'issues-db.retention-days',
    );
    expect(fact).toMatchObject({ outcome: 'different', stated: '30 days', known: '35' });
    expect(fact && mustBeAnswered(fact)).toBe(true);
  });

  test('that cannot be read is different, and says what was expected', () => {
    const fact = of(
      compare([{ name: 'retention-days', resource: 'issues-db', text: 'a while' }]),
      'issues-db.retention-days',
    );
    expect(fact).toMatchObject({
      outcome: 'different',
      why: '“a while” cannot be read; expected a number of days, such as 30 days',
    });
  });

  test('that nobody could look at is unknown, says why, and is answered when it is required', () => {
    const fact = of(compare([{ name: 'kms-key', resource: 'issues-db', text: 'alias/issues' }]), 'issues-db.kms-key');
    expect(fact).toMatchObject({ outcome: 'unknown', why: 'AWS did not answer', required: true });
    expect(fact && mustBeAnswered(fact)).toBe(true);
  });

  test('of a person is the same by name, id or address', () => {
    for (const text of ['Mara Olsen', 'mara-olsen', 'Mara <mara@example.com>'])
      expect(of(compare([{ name: 'owner', text }]), 'service.owner')?.outcome).toBe('same');
  });

  test('of contacts names those whom the catalog does not know', () => {
    const fact = of(compare([{ name: 'contacts', text: 'Jonas Weber, Bob Gone' }]), 'service.contacts');
    expect(fact).toMatchObject({ outcome: 'different', why: 'not in the catalog: bob gone' });
  });

  test('stated twice has to be right twice', () => {
    const facts = compare([
      { name: 'region', resource: 'issues-db', text: 'eu-central-1' },
      { name: 'region', resource: 'issues-db', text: 'eu-west-1' },
    ]);
    expect(of(facts, 'issues-db.region')?.outcome).toBe('same');
    expect(of(facts, 'issues-db.region~2')?.outcome).toBe('different');
  });
});

describe('what is not stated', () => {
  test.each([0, 1, 2, 3] as const)('in tier %i is a gap where the tier requires it, and nothing elsewhere', (tier) => {
    const expected = factNames.filter((name) => factDefinitions[name].requiredIn.includes(tier));
    const facts = compare([], tier);
    expect(facts.map(({ name }) => name).toSorted()).toEqual(expected.toSorted());
    expect(facts.every((fact) => fact.outcome === 'not-stated' && mustBeAnswered(fact))).toBe(true);
  });

  test('in one document is no gap when another states it', () => {
    const other: DocumentSpec = {
      id: 'continuity:plan',
      kind: 'continuity',
      place: { at: 'page', url: 'https://x.example' },
    };
    const facts = compareFacts({
      tier: 3,
      resources: [],
      documents: [
        { spec, read: { documentId: spec.id, stated: [] } },
        { spec: other, read: { documentId: other.id, stated: [{ name: 'owner', text: 'Mara Olsen' }] } },
      ],
      known,
    });
    expect(facts.find(({ name }) => name === 'owner')).toMatchObject({ documentId: other.id, outcome: 'same' });
  });
});

test('the difference to the last review names what came, went and changed, and nothing else', () => {
  const before = compare(
    [
      { name: 'region', resource: 'issues-db', text: 'eu-central-1' },
      { name: 'retention-days', resource: 'issues-db', text: '30 days' },
    ],
    3,
  );
  const now = compare(
    [
      { name: 'retention-days', resource: 'issues-db', text: '35 days' },
      { name: 'engine', resource: 'issues-db', text: 'postgres' },
    ],
    3,
  );
  expect(diffAgainstLast(now, before).map(({ key, change }) => `${change} ${key.split('#')[1] ?? ''}`)).toEqual([
    'changed issues-db.region',
    'new issues-db.engine',
    'changed issues-db.retention-days',
  ]);
  expect(diffAgainstLast(now, now)).toEqual([]);
  expect(diffAgainstLast([], before)).toHaveLength(before.length);
});
