import { serviceOf } from '../../catalog/lookup.ts';
import type { Catalog } from '../../catalog/schema.ts';
import { targetFor } from '../../catalog/targets.ts';
import { FiredrillError } from '../../domain/errors.ts';
import type { CoveredService, FilledScenario, Scenario } from '../../domain/scenario.ts';
import { isPlaceholder, placeholders } from './placeholders.ts';
import type { PlaceholderName } from './placeholders.ts';
import { mapStrings, placeholdersIn, replacePlaceholders, stringsOf } from './template.ts';

/** Why a scenario is not for a service; empty when it is. */
export interface Misfit {
  readonly reasons: readonly string[];
}

/**
 * A scenario with the names of real services in it: what an exercise begins with and pins.
 *
 * @param serviceIds - the services that the exercise covers; the first one is the main one, whose names appear
 * @param onDate - YYYY-MM-DD, UTC: whose targets bind
 * @throws FiredrillError `no-such-service`, `no-service`; `scenario-does-not-fit` when the catalog has no value for a
 *   placeholder, or the scenario is not for such a service
 */
export function fillScenario(
  scenario: Scenario,
  catalog: Catalog,
  serviceIds: readonly string[],
  onDate: string,
): FilledScenario {
  const [first, ...others] = [...new Set(serviceIds)].map((id) => coveredService(catalog, id, onDate));
  if (first === undefined) throw noService(scenario);
  const services = [first, ...others] as const;
  const { reasons } = misfitOf(scenario, catalog, services);
  if (reasons.length > 0) throw doesNotFit(scenario, first.id, reasons);
  const facts = { catalog, main: serviceOf(catalog, first.id), covered: services };
  const filled = mapStrings(scenario, (text) =>
    replacePlaceholders(text, (name) => (isPlaceholder(name) ? placeholders[name].valueOf(facts) : undefined)),
  );
  return { ...filled, services, rtoMs: Math.min(...services.map(({ rtoMs }) => rtoMs)) };
}

/** Whether a scenario is for a service, and why not. */
export const fits = (scenario: Scenario, catalog: Catalog, serviceId: string, onDate: string): Misfit =>
  misfitOf(scenario, catalog, [coveredService(catalog, serviceId, onDate)]);

/** The names that a scenario leaves open, each once, in the order of the list of placeholders. */
export function openNames(scenario: Scenario): readonly PlaceholderName[] {
  const used = new Set(stringsOf(scenario).flatMap(({ text }) => placeholdersIn(text)));
  return Object.keys(placeholders).filter((name): name is PlaceholderName => used.has(name));
}

function coveredService(catalog: Catalog, id: string, onDate: string): CoveredService {
  const { name, tier, owner, champion } = serviceOf(catalog, id);
  const { rtoMs, rpoMs } = targetFor(catalog, id, onDate);
  return { id, name, tier, rtoMs, rpoMs, owner, champion };
}

/** Missing together with the kind of resource that the scenario is for, and then not worth telling. */
const ofResources: ReadonlySet<PlaceholderName> = new Set([
  'database',
  'databaseId',
  'region',
  'account',
  'az',
  'otherAz',
]);

function misfitOf(
  scenario: Scenario,
  catalog: Catalog,
  services: readonly [CoveredService, ...CoveredService[]],
): Misfit {
  const [{ id }] = services;
  const main = serviceOf(catalog, id);
  const { tiers, resources } = scenario.suits;
  const facts = { catalog, main, covered: services };
  const kindFits = resources.length === 0 || main.resources.some(({ kind }) => resources.includes(kind));
  const missing = openNames(scenario).filter(
    (name) => placeholders[name].valueOf(facts) === undefined && (kindFits || !ofResources.has(name)),
  );
  const reasons = [
    ...(tiers.includes(main.tier) ? [] : [`only for tier ${tiers.join(', ')}`]),
    ...(kindFits ? [] : [`only for services with ${resources.join(' or ')}`]),
    ...missing.map((name) => `needs ${placeholders[name].means}`),
  ];
  return { reasons };
}

const noService = ({ name }: Scenario): FiredrillError =>
  new FiredrillError({
    code: 'no-service',
    kind: 'input',
    what: `No service was named for the scenario ${name}.`,
    means: 'An exercise is about services: their people take part, and they get the credit.',
    next: 'Name at least one service of the catalog.',
  });

const doesNotFit = ({ name }: Scenario, service: string, reasons: readonly string[]): FiredrillError =>
  new FiredrillError({
    code: 'scenario-does-not-fit',
    kind: 'input',
    what: `The scenario ${name} cannot be held with ${service}: ${reasons.join('; ')}.`,
    means: 'Nothing was done: its story would have holes.',
    next: `See which ones can: firedrill scenario list --service ${service}`,
  });
