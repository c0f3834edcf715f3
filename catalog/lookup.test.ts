import { describe, expect, test } from 'vitest';
import {
  accountById,
  accountOf,
  inQuarterlyScope,
  personOf,
  resourceOf,
  resourceSupport,
  serviceOf,
  testableResourceOf,
} from './lookup.ts';
import { bucket, instance, loadWith } from './testing.ts';

const { catalog } = loadWith((draft) => {
  draft['services'].shop.resources.push(bucket());
  draft['services'].busy = {
    ...draft['services'].shop,
    resources: [instance(), { ...instance(), name: 'carts-db', identifier: 'carts' }],
  };
  draft['services'].empty = { ...draft['services'].login, resources: [] };
});

describe('a resource is found', () => {
  test('by service and name', () => {
    expect(resourceOf(catalog, { service: 'shop', resource: 'files' }).resource.kind).toBe('s3-bucket');
  });

  test('by its service alone, when only one can be tested', () => {
    expect(testableResourceOf(catalog, { service: 'shop' }).resource.name).toBe('orders-db');
  });

  test.each([
    [
      { service: 'shop', resource: 'order-db' },
      'The catalog has no resource "shop/order-db". Nothing was done. Did you mean shop/orders-db?',
    ],
    [{ service: 'shopp' }, 'Did you mean shop?'],
    [
      { service: 'busy' },
      'busy has several resources: orders-db, carts-db. It cannot be said what to restore. Say which: --resource orders-db',
    ],
    [{ service: 'empty' }, 'empty declares no resources.'],
    [{ service: 'shop', resource: 'files' }, 'shop/files is of kind s3-bucket, which firedrill cannot restore yet.'],
    [{ service: 'login' }, 'login/files is of kind s3-bucket'],
  ])('or %j says what to do instead', (ref, message) => {
    expect(() => testableResourceOf(catalog, ref)).toThrow(message);
  });
});

test('what cannot be tested yet is shown as untested', () => {
  const support = (resource: string) => resourceSupport(resourceOf(catalog, { service: 'shop', resource }).resource);
  expect(support('files')).toEqual({ supported: false, text: 'untested: not supported yet' });
  expect(support('orders-db')).toEqual({ supported: true });
});

test('a name that every JavaScript object has is not found', () => {
  expect(() => serviceOf(catalog, 'constructor')).toThrow('no service "constructor"');
  expect(() => personOf(catalog, 'toString')).toThrow('no person');
});

test('an account is found by name and by id', () => {
  expect(accountById(catalog, '222222222222')).toBe(accountOf(catalog, 'main'));
  expect(() => accountById(catalog, '222222222223')).toThrow('Did you mean 222222222222?');
});

test('quarterly scope is tier 0, tier 1 and whatever is marked critical', () => {
  const { shop } = catalog.services;
  if (shop === undefined) throw new Error('the draft has a shop');
  expect([0, 1, 2, 3].map((tier) => inQuarterlyScope({ ...shop, tier: tier as 0 }))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(inQuarterlyScope({ ...shop, tier: 3, critical: true })).toBe(true);
});
