/**
 * What a drill costs, roughly and rather too much than too little.
 *
 * On-demand list prices for RDS for PostgreSQL, Single-AZ, us-east-1, USD, from the public page
 * "Amazon RDS for PostgreSQL pricing" as known in 2025 (not read from the price list API). Other Regions are dearer by up
 * to about half; that factor is applied everywhere but in us-east-1, us-east-2 and us-west-2.
 */
const largePerHourUsd: Readonly<Record<string, number>> = {
  m5: 0.178,
  m5d: 0.209,
  m6g: 0.159,
  m6gd: 0.187,
  m6i: 0.178,
  m6id: 0.209,
  m7g: 0.168,
  m7i: 0.187,
  m8g: 0.176,
  r5: 0.25,
  r5b: 0.29,
  r5d: 0.297,
  r6g: 0.225,
  r6gd: 0.27,
  r6i: 0.25,
  r6id: 0.297,
  r7g: 0.239,
  r7i: 0.263,
  r8g: 0.251,
  x2g: 0.377,
};
const burstablePerHourUsd: Readonly<Record<string, number>> = {
  't3.micro': 0.018,
  't3.small': 0.036,
  't3.medium': 0.072,
  't3.large': 0.145,
  't3.xlarge': 0.29,
  't3.2xlarge': 0.579,
  't4g.micro': 0.016,
  't4g.small': 0.032,
  't4g.medium': 0.065,
  't4g.large': 0.129,
  't4g.xlarge': 0.258,
  't4g.2xlarge': 0.517,
};
const gbMonthUsd: Readonly<Record<string, number>> = { standard: 0.1, gp2: 0.115, gp3: 0.115, io1: 0.125, io2: 0.125 };
const provisionedIopsMonthUsd = 0.1;
const hoursPerMonth = 730;
const baseRegions = new Set(['us-east-1', 'us-east-2', 'us-west-2']);
const otherRegionsFactor = 1.5;
/** RDS bills at least ten minutes of an instance. */
const leastHours = 10 / 60;

/** USD per hour of a class, in the base Regions; undefined for one that is not in the table. */
export function classPerHourUsd(instanceClass: string): number | undefined {
  const [, family = '', size = ''] = instanceClass.split('.');
  const burstable = burstablePerHourUsd[`${family}.${size}`];
  if (burstable !== undefined) return burstable;
  const large = largePerHourUsd[family];
  if (large === undefined) return undefined;
  if (size === 'large') return large;
  const times = /^(\d*)xlarge$/.exec(size);
  return times === null ? undefined : large * 2 * Number(times[1] === '' ? 1 : times[1]);
}

/** What a copy costs depends on. Storage in GB (2³⁰ bytes), as RDS counts it. */
export interface CopyShape {
  readonly region: string;
  readonly instanceClass: string;
  readonly allocatedStorageGb: number;
  readonly storageType: string;
  readonly iops?: number;
}

/**
 * How long a restore test of that size may take and cost. The time is a guess for runs that have no history: a quarter of
 * an hour, and a minute more per 50 GB; the cost is of twice that time, since a drill may wait for people.
 *
 * @returns costUsd undefined when the class is not in the price table
 */
export function estimateDrill(copy: CopyShape): { costUsd: number | undefined; takesAboutMs: number } {
  const minutes = 15 + Math.ceil(copy.allocatedStorageGb / 50);
  const hours = Math.max(leastHours, (2 * minutes) / 60);
  const perHour = classPerHourUsd(copy.instanceClass);
  if (perHour === undefined) return { costUsd: undefined, takesAboutMs: minutes * 60_000 };
  const storage = copy.allocatedStorageGb * (gbMonthUsd[copy.storageType] ?? 0.125);
  const iops = copy.storageType.startsWith('io') ? (copy.iops ?? 0) * provisionedIopsMonthUsd : 0;
  const factor = baseRegions.has(copy.region) ? 1 : otherRegionsFactor;
  const costUsd = (perHour + (storage + iops) / hoursPerMonth) * hours * factor;
  return { costUsd: Math.ceil(costUsd * 100) / 100, takesAboutMs: minutes * 60_000 };
}
