import { describe, expect, test } from 'vitest';
import { compareFacts } from '../domain/compare-facts.ts';
import { catalogFactsOf, factResourcesOf } from './documents.ts';
import { serviceOf } from './lookup.ts';
import { loadWith, problemsWith } from './testing.ts';

const load = (documents: readonly unknown[]) =>
  loadWith((draft) => {
    draft['services'].shop.documents = documents;
  });

describe('documents of a service', () => {
  test('are files, pages and Confluence pages, each with an id that stays', () => {
    const { catalog } = load([
      { kind: 'recovery', path: 'documents/shop.md' },
      { kind: 'recovery', confluence: '196613' },
      { kind: 'continuity', url: 'https://wiki.example.com/shop' },
    ]);
    expect(serviceOf(catalog, 'shop').documents).toEqual([
      { id: 'recovery:documents/shop.md', kind: 'recovery', place: { at: 'file', path: 'documents/shop.md' } },
      { id: 'recovery:confluence/196613', kind: 'recovery', place: { at: 'confluence', pageId: '196613' } },
      {
        id: 'continuity:https://wiki.example.com/shop',
        kind: 'continuity',
        place: { at: 'page', url: 'https://wiki.example.com/shop' },
      },
    ]);
  });

  test.each([
    [{ kind: 'recovery' }, 'one of path, url and confluence'],
    [{ kind: 'recovery', path: 'a.md', url: 'https://a.example' }, 'one of path, url and confluence'],
    [{ kind: 'recovery', confluence: 196613 }, 'the id of a Confluence page'],
    [{ kind: 'memoir', path: 'a.md' }, 'recovery or continuity'],
  ])('%j is a problem that says what was expected', (document, expected) => {
    const problems = problemsWith((draft) => {
      draft['services'].shop.documents = [document];
    });
    expect(problems.map((problem) => problem.expected).join('; ')).toContain(expected);
  });
});

test('the catalog knows targets and people, by every way to name them', () => {
  const { catalog } = load([]);
  const shop = serviceOf(catalog, 'shop');
  const spec = { id: 'recovery:a', kind: 'recovery', place: { at: 'file', path: 'a' } } as const;
  const owner = catalog.people[shop.owner];
  const facts = compareFacts({
    tier: shop.tier,
    resources: [],
    documents: [
      {
        spec,
        read: {
          documentId: spec.id,
          stated: [
            { name: 'owner', text: owner?.email ?? '' },
            { name: 'champion', text: 'Somebody Else' },
            { name: 'contacts', text: `${owner?.name ?? ''}, ${shop.champion}` },
          ],
        },
      },
    ],
    known: catalogFactsOf(catalog, shop, '2026-11-27'),
  });
  const outcomes = Object.fromEntries(facts.map(({ name, outcome }) => [name, outcome]));
  expect(outcomes).toMatchObject({ owner: 'same', champion: 'different', contacts: 'same', rto: 'not-stated' });
  expect(facts.find(({ name }) => name === 'rto')?.known).toMatch(/ h$/);
});

test('AWS is asked about databases, not about buckets', () => {
  const { catalog } = load([]);
  const resources = factResourcesOf(catalog, serviceOf(catalog, 'shop'));
  expect(resources.length).toBeGreaterThan(0);
  expect(resources.every(({ kind, accountId }) => kind.startsWith('rds-') && /^\d{12}$/.test(accountId))).toBe(true);
});
