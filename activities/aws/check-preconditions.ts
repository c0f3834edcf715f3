import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { DescribeAccountAttributesCommand } from '@aws-sdk/client-rds';
import { FiredrillError } from '../../domain/errors.ts';
import type { PreflightResult } from '../../domain/journal-entry.ts';
import { stoppable } from '../activity-context.ts';
import type { AwsClients } from './aws-clients.ts';
import { isAwsCode } from './aws-faults.ts';
import type { InstanceLookup } from './describe-batch.ts';
import type { AwsReadActivities } from './interface.ts';
import { whyNotIsolated } from './isolation.ts';
import { lookAtNetwork } from './look-at-network.ts';
import { estimateDrill } from './prices.ts';

interface Deps {
  readonly clients: AwsClients;
  readonly instances: InstanceLookup;
}
type Request = Parameters<AwsReadActivities['checkPreconditions']>[0];
type Name = PreflightResult['name'];

/** Looks at everything that must be right before a copy may be made. */
export function createPreconditionActivities(deps: Deps): Pick<AwsReadActivities, 'checkPreconditions'> {
  return {
    checkPreconditions: (request) =>
      stoppable(async () => {
        const { database, network, source } = request;
        const { costUsd, takesAboutMs } = estimateDrill({ ...source, region: network.region });
        const looks = await Promise.all([
          lookedAt('isolation', () => isolation(deps, request)),
          lookedAt('quota', () => quota(deps, request)),
          lookedAt('key-access', () => keyAccess(deps, request)),
        ]);
        const results: PreflightResult[] = [
          ...looks,
          region(request),
          budget(request, costUsd),
          freeze(request, Date.now()),
        ];
        if (database.accountId !== network.accountId)
          results.push(
            refused(
              'isolation',
              `the drill account ${network.accountId} is not the database’s account ${database.accountId}; restoring across accounts is not supported yet`,
            ),
          );
        return { results, estimate: { costUsd: costUsd ?? 0, takesAboutMs } };
      }),
  };
}

const ok = (name: Name, detail: string): PreflightResult => ({ name, outcome: 'ok', detail });
const refused = (name: Name, detail: string): PreflightResult => ({ name, outcome: 'refused', detail });
const unknown = (name: Name, detail: string): PreflightResult => ({ name, outcome: 'unknown', detail });

/** A look that our role may not make is an answer, "unknown"; anything else that hinders it is thrown and tried again. */
async function lookedAt(name: Name, look: () => Promise<PreflightResult>): Promise<PreflightResult> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof FiredrillError && error.code === 'aws-permission-missing')
      return unknown(name, `could not be looked at. ${error.what} ${error.next}`);
    throw error;
  }
}

async function isolation(deps: Deps, { network, source }: Request): Promise<PreflightResult> {
  const reasons = whyNotIsolated(network, await lookAtNetwork(deps, network, source.settings['vpc'] ?? 'unknown'));
  if (reasons.length > 0)
    return refused('isolation', `the drill network ${network.name} is not isolated: ${reasons.join('; ')}`);
  return ok(
    'isolation',
    network.shared
      ? `${network.vpcId} is shared with production (policy); the group ${network.securityGroupId} has no egress, admits only the probe, and no other group admits the drill's addresses`
      : `${network.vpcId} has only local routes and gateway endpoints, no peering, transit gateway or VPN; ${network.securityGroupId} has no egress and admits only the probe`,
  );
}

async function quota(deps: Deps, { network, source }: Request): Promise<PreflightResult> {
  const reply = await deps.instances.together(network, { doing: 'reading the account’s RDS quotas', of: [] }, () =>
    deps.clients.rds(network).send(new DescribeAccountAttributesCommand({})),
  );
  const quotaNamed = (name: string) => reply.AccountQuotas?.find((one) => one.AccountQuotaName === name);
  const instances = quotaNamed('DBInstances');
  if (instances?.Used === undefined || instances.Max === undefined)
    return unknown('quota', 'AWS does not say how many DB instances the account may have.');
  if (instances.Used + 1 > instances.Max)
    return refused(
      'quota',
      `${instances.Used} of ${instances.Max} DB instances are in use, so there is no room for a copy`,
    );
  const storage = quotaNamed('AllocatedStorage');
  if (
    storage?.Used !== undefined &&
    storage.Max !== undefined &&
    storage.Used + source.allocatedStorageGb > storage.Max
  ) {
    return refused(
      'quota',
      `${storage.Used} of ${storage.Max} GB storage are in use; the copy needs ${source.allocatedStorageGb} GB more`,
    );
  }
  return ok('quota', `${instances.Used} of ${instances.Max} DB instances in use`);
}

async function keyAccess(deps: Deps, { database, source }: Request): Promise<PreflightResult> {
  const { kmsKeyArn } = source;
  if (!source.encrypted || kmsKeyArn === undefined)
    return ok('key-access', 'the database is not encrypted, so no key is needed');
  try {
    const reply = await deps.instances.together(
      database,
      { doing: `looking at the KMS key ${kmsKeyArn}`, of: [] },
      () => deps.clients.kms(database).send(new DescribeKeyCommand({ KeyId: kmsKeyArn })),
    );
    const state = reply.KeyMetadata?.KeyState ?? 'unknown';
    return state === 'Enabled'
      ? ok('key-access', `${kmsKeyArn} is enabled`)
      : refused(
          'key-access',
          `the KMS key ${kmsKeyArn} is "${state}", so backups encrypted with it cannot be restored`,
        );
  } catch (error) {
    if (error instanceof Error && isAwsCode(error.cause, 'NotFoundException'))
      return refused(
        'key-access',
        `the KMS key ${kmsKeyArn} does not exist, so backups encrypted with it cannot be restored`,
      );
    throw error;
  }
}

function region({ database, network, allowedRegions }: Request): PreflightResult {
  if (network.region !== database.region)
    return refused(
      'region',
      `the drill network is in ${network.region}, the database in ${database.region}; restoring across Regions is not supported yet`,
    );
  if (!allowedRegions.includes(network.region))
    return refused(
      'region',
      `${network.region} is not one of the allowed Regions (${allowedRegions.join(', ') || 'none'})`,
    );
  return ok('region', `${network.region} is allowed`);
}

function budget({ budgetUsd, source }: Request, costUsd: number | undefined): PreflightResult {
  if (budgetUsd === undefined)
    return ok(
      'budget',
      costUsd === undefined
        ? `no budget is set; the price of ${source.instanceClass} is not known`
        : `about ${costUsd.toFixed(2)} USD; no budget is set`,
    );
  if (costUsd === undefined)
    return unknown(
      'budget',
      `the price of ${source.instanceClass} is not in firedrill’s table, so it cannot be held against the budget of ${budgetUsd} USD.`,
    );
  return costUsd > budgetUsd
    ? refused('budget', `about ${costUsd.toFixed(2)} USD, over the budget of ${budgetUsd} USD`)
    : ok('budget', `about ${costUsd.toFixed(2)} USD of ${budgetUsd} USD`);
}

function freeze({ freezes }: Request, nowMs: number): PreflightResult {
  const now = freezes.find((one) => one.fromMs <= nowMs && nowMs < one.toMs);
  return now === undefined
    ? ok('freeze', 'no freeze now')
    : refused('freeze', `a freeze is on until ${new Date(now.toMs).toISOString()}: ${now.reason}`);
}
