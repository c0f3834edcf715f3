import { parseArgs } from 'node:util';
import { sweep } from '../activities/aws/sweep.ts';
import type { SweepReport } from '../activities/aws/sweep.ts';
import { loadCatalog } from '../catalog/load.ts';
import { drillNetworkOf, accountOf } from '../catalog/lookup.ts';
import { loadConfig } from '../config/index.ts';
import type { Config } from '../config/index.ts';
import { awsClientsFor } from './aws-roles.ts';
import { runProcess } from './process.ts';

/** Sweeps every drill network of the catalog. Needs AWS and the catalog, and nothing else that could be down. */
export async function sweepInstallation(config: Config, dryRun: boolean): Promise<SweepReport> {
  const { catalog } = await loadCatalog(config.catalog);
  const drillSubnetGroups = Object.keys(catalog.drillNetworks).map((name) => {
    const network = drillNetworkOf(catalog, name);
    return {
      accountId: accountOf(catalog, network.account).id,
      region: network.region,
      subnetGroup: network.subnetGroup,
    };
  });
  const places = [
    ...new Map(
      drillSubnetGroups.map(({ accountId, region }) => [`${accountId}/${region}`, { accountId, region }]),
    ).values(),
  ];
  const clients = awsClientsFor('sweeper', catalog, config);
  try {
    return await sweep({ clients, places, drillSubnetGroups, nowMs: Date.now(), dryRun });
  } finally {
    clients.destroy();
  }
}

/** As a process, for the command line and cron: one line of JSON on stdout. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } });
  const config = loadConfig({ env: process.env, cwd: process.cwd() });
  console.log(JSON.stringify(await sweepInstallation(config, values['dry-run'])));
}

if (import.meta.main) await runProcess(main);
