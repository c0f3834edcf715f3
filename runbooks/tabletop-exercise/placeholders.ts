import { inQuarterlyScope } from '../../catalog/lookup.ts';
import { holdersOf } from '../../catalog/people.ts';
import type { Catalog, Resource, Service } from '../../catalog/schema.ts';
import type { Role } from '../../domain/gate.ts';
import { formatDurationMs } from '../../domain/duration-text.ts';
import type { CoveredService } from '../../domain/scenario.ts';

export { drawnPerson } from '../../domain/scenario.ts';

/** What a value is taken from: the catalog and the services of the exercise, the first of them the main one. */
interface Facts {
  readonly catalog: Catalog;
  readonly main: Service;
  readonly covered: readonly CoveredService[];
}

interface Placeholder {
  /** For people who write scenarios. */
  readonly means: string;
  /** Nothing when the catalog has none for this service. */
  readonly valueOf: (facts: Facts) => string | undefined;
}

/** Everything that a scenario may leave open, by name. */
export const placeholders = {
  company: { means: "the organisation's name", valueOf: ({ catalog }) => catalog.organisation.name },
  service: { means: 'name of the main service', valueOf: ({ main }) => main.name },
  services: {
    means: 'names of all services of the exercise',
    valueOf: ({ covered }) => listed(covered.map(({ name }) => name)),
  },
  serviceId: { means: 'id of the main service in the catalog', valueOf: ({ main }) => main.id },
  tier: { means: 'tier of the main service: 0 to 3', valueOf: ({ main }) => String(main.tier) },
  rto: {
    means: 'the strictest RTO of the services: 6 h',
    valueOf: ({ covered }) => formatDurationMs(Math.min(...covered.map(({ rtoMs }) => rtoMs))),
  },
  rpo: {
    means: 'the strictest RPO of the services: 1 h',
    valueOf: ({ covered }) => formatDurationMs(Math.min(...covered.map(({ rpoMs }) => rpoMs))),
  },
  tolerableDowntime: {
    means: 'the longest that the business can bear, by the impact assessment',
    valueOf: ({ main }) => formatDurationMs(main.impactAssessment.maximumTolerableDowntimeMs),
  },
  owner: { means: 'name of the service owner', valueOf: ({ catalog, main }) => catalog.people[main.owner]?.name },
  champion: { means: 'name of the DR champion', valueOf: ({ catalog, main }) => catalog.people[main.champion]?.name },
  commander: {
    means: 'name of an incident commander',
    valueOf: (facts) => holder(facts, 'incident-commander', 'the incident commander on duty'),
  },
  leader: {
    means: 'name of somebody in leadership',
    valueOf: (facts) => holder(facts, 'leadership', 'the leadership on duty'),
  },
  compliance: {
    means: 'name of somebody in risk and compliance',
    valueOf: (facts) => holder(facts, 'risk-and-compliance', 'risk and compliance on duty'),
  },
  dependency: {
    means: 'name of the first service that the main one depends on',
    valueOf: ({ catalog, main }) => {
      const [first] = main.dependencies;
      return first === undefined ? undefined : catalog.services[first]?.name;
    },
  },
  otherService: {
    means: 'name of another service in quarterly scope',
    valueOf: ({ catalog, covered }) => {
      const others = Object.values(catalog.services).filter(({ id }) => covered.every((one) => one.id !== id));
      return (others.find(inQuarterlyScope) ?? others[0])?.name;
    },
  },
  account: {
    means: "the AWS account of the main service's data: production (111111111111)",
    valueOf: ({ catalog, main }) => {
      const account = catalog.accounts[data(main)?.account ?? ''];
      return account === undefined ? undefined : `${account.name} (${account.id})`;
    },
  },
  region: { means: "Region of the main service's data", valueOf: ({ main }) => data(main)?.region },
  otherRegion: {
    means: 'another Region that policy allows',
    valueOf: ({ catalog, main }) =>
      catalog.organisation.policies.allowedRegions.find((region) => region !== data(main)?.region),
  },
  az: { means: 'an availability zone of the Region, imagined', valueOf: ({ main }) => zone(main, 'a') },
  otherAz: { means: 'another availability zone of the Region, imagined', valueOf: ({ main }) => zone(main, 'b') },
  database: { means: 'name of the main database in the catalog', valueOf: ({ main }) => database(main)?.name },
  databaseId: { means: 'identifier of the main database in RDS', valueOf: ({ main }) => database(main)?.identifier },
  bucket: {
    means: 'the first S3 bucket of the main service',
    valueOf: ({ main }) => main.resources.find(({ kind }) => kind === 's3-bucket')?.identifier,
  },
  retentionDays: {
    means: 'days that backups of the main database are to be kept',
    valueOf: ({ main }) => {
      const days = data(main)?.backups.expect.retentionDays;
      return days === undefined ? undefined : String(days);
    },
  },
  evidenceBucket: {
    means: 'the bucket under Object Lock that keeps the evidence',
    valueOf: ({ catalog }) => catalog.organisation.evidence.bucket,
  },
} as const satisfies Readonly<Record<string, Placeholder>>;

export type PlaceholderName = keyof typeof placeholders;

export const isPlaceholder = (name: string): name is PlaceholderName => Object.hasOwn(placeholders, name);

const isDatabase = ({ kind }: Resource): boolean => kind !== 's3-bucket';
const database = ({ resources }: Service): Resource | undefined => resources.find(isDatabase);
const data = (service: Service): Resource | undefined => database(service) ?? service.resources[0];

const zone = (service: Service, letter: string): string | undefined => {
  const region = data(service)?.region;
  return region === undefined ? undefined : `${region}${letter}`;
};

function holder({ catalog, main }: Facts, role: Role, onDuty: string): string | undefined {
  const { people, slackUserGroups } = holdersOf(catalog, [role], main.id);
  return people[0]?.name ?? (slackUserGroups.length > 0 ? onDuty : undefined);
}

const listed = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
