import { describe, expect, test } from 'vitest';
import { loadWith } from '../../catalog/testing.ts';
import type { Draft } from '../../catalog/testing.ts';
import { nameUnavailable } from '../../domain/scenario.ts';
import { fillScenario, fits, openNames } from './fill.ts';
import { placeholders } from './placeholders.ts';
import { readWith } from './testing.ts';
import type { ScenarioDraft } from './testing.ts';

const onDate = '2026-11-22';
const fill = (
  services: readonly string[],
  changeScenario?: (draft: ScenarioDraft) => void,
  changeCatalog?: (draft: Draft) => void,
) => fillScenario(readWith(changeScenario).scenario, loadWith(changeCatalog).catalog, services, onDate);

describe('a filled scenario', () => {
  test('speaks of the real service, its database and its people', () => {
    const filled = fill(['shop']);
    const { catalog } = loadWith();
    const shop = catalog.services['shop'];
    expect(filled.title).toBe('A small fire at Acme');
    expect(filled.situation).toBe(`${shop?.name} in eu-west-1 smells of smoke.`);
    expect(filled.injects[0]?.text).toContain(shop?.resources[0]?.identifier);
    expect(filled.injects[0]?.expect[1]).toBe(`Tell ${catalog.people[shop?.owner ?? '']?.name}`);
    expect(filled.services).toMatchObject([{ id: 'shop', tier: 1, owner: shop?.owner, champion: shop?.champion }]);
  });

  test('takes names from the first service, and the strictest RTO of all', () => {
    const filled = fill(['shop', 'login', 'shop']);
    expect(filled.services.map(({ id }) => id)).toEqual(['shop', 'login']);
    expect(filled.rtoMs).toBe(4 * 3_600_000);
    expect(filled.objectives).toEqual(['Find the fire within 4 h']);
  });

  test('names the person who is drawn only when there is one', () => {
    const filled = fill(['shop'], (it) => (it['injects'][2].text = '${unavailable} leaves ${service}.'));
    const inject = filled.injects[2];
    if (inject === undefined) throw new Error('no third inject');
    expect(inject.text).toMatch(/^\$\{unavailable\} leaves [^$]+\.$/);
    expect(nameUnavailable(inject, 'Ben').text).toMatch(/^Ben leaves /);
  });
});

describe('a scenario that does not fit', () => {
  test('is refused with every reason', () => {
    expect(() => fill(['shop'], (it) => (it['suits'] = { tiers: [3], resources: ['s3-bucket'] }))).toThrow(
      'only for tier 3; only for services with s3-bucket',
    );
    expect(() => fill(['shop'], (it) => (it['title'] = '${bucket}'))).toThrow(
      'needs the first S3 bucket of the main service',
    );
  });

  test('says so before it is filled', () => {
    const { catalog } = loadWith();
    expect(fits(readWith().scenario, catalog, 'shop', onDate).reasons).toEqual([]);
    expect(fits(readWith().scenario, catalog, 'login', onDate).reasons).not.toEqual([]);
  });

  test('needs a service that is there', () => {
    expect(() => fill([])).toThrow('No service was named');
    expect(() => fill(['shopp'])).toThrow('no service "shopp"');
  });
});

test('commanders who are only in a user group are spoken of by their duty', () => {
  const filled = fill(
    ['shop'],
    (it) => (it['title'] = '${commander}'),
    (it) => (it['roles'] = { 'incident-commander': { slackUserGroup: '@commanders' } }),
  );
  expect(filled.title).toBe('the incident commander on duty');
});

test('every placeholder says what it stands for', () => {
  for (const { means } of Object.values(placeholders)) expect(means).toMatch(/^\S.*\S$/);
  expect(openNames(readWith().scenario)).toEqual(['company', 'service', 'rto', 'owner', 'region', 'databaseId']);
});
