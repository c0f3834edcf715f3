import { join } from 'node:path';
import { startAwsEndpoint } from './aws/endpoint.ts';
import { createEc2Service } from './aws/ec2/service.ts';
import { createKmsService } from './aws/kms.ts';
import { createRdsService } from './aws/rds/service.ts';
import { RoleRegistry } from './aws/roles.ts';
import { createS3Service } from './aws/s3/service.ts';
import { createStsService } from './aws/sts.ts';
import { startConfluenceSandbox } from './confluence/server.ts';
import { startJiraSandbox } from './jira/server.ts';
import type { SandboxOptions } from './options.ts';
import { startSlackSandbox } from './slack/server.ts';
import { startWebhookSandbox } from './webhook/server.ts';

/** One running part of the sandbox. */
export interface Part {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

export interface Sandbox {
  readonly aws: Part;
  readonly slack: Part;
  readonly jira: Part;
  readonly confluence: Part;
  readonly webhook: Part;
}

/**
 * Starts all parts at once.
 *
 * @param started - called with each part as soon as it runs, so that it can be stopped even while others still start
 * @param say - told about anything a person should know, such as a port that was busy
 */
export async function startSandbox(
  options: SandboxOptions,
  started: (part: Part) => void,
  say: (message: string) => void,
): Promise<Sandbox> {
  const { dataDir, instant } = options;
  const keep = (part: Part): Part => {
    started(part);
    return part;
  };
  const on = (name: string, port: number, start: (port: number) => Promise<Part>) =>
    onAnyPort(name, port, start, say).then(keep);
  const [aws, slack, jira, confluence, webhook] = await Promise.all([
    on('AWS', options.awsPort, (port) => startAws(options, port, started)),
    on('Slack', options.slackPort, (port) =>
      startSlackSandbox({ port, dataDir: join(dataDir, 'slack'), instant, record: options.slackRecord }),
    ),
    on('Jira', options.jiraPort, (port) => startJiraSandbox({ port, dataDir: join(dataDir, 'jira'), instant })),
    on('Confluence', options.confluencePort, (port) =>
      startConfluenceSandbox({ port, dataDir: join(dataDir, 'confluence') }),
    ),
    on('webhook', options.webhookPort, (port) => startWebhookSandbox({ port, dataDir: join(dataDir, 'webhook') })),
  ]);
  return { aws, slack, jira, confluence, webhook };
}

async function startAws(options: SandboxOptions, port: number, started: (part: Part) => void): Promise<Part> {
  const dataDir = join(options.dataDir, 'aws');
  const roles = new RoleRegistry(join(dataDir, 'sts.json'));
  const ec2 = createEc2Service({ statePath: join(dataDir, 'ec2.json') });
  const kms = createKmsService({ statePath: join(dataDir, 'kms.json') });
  const { databases, instant } = options;
  const rds = createRdsService({ dataDir, databases, instant, network: ec2, keys: kms });
  const services = { rds, ec2, kms, sts: createStsService(roles), s3: createS3Service({ dataDir }) };
  const endpoint = await startAwsEndpoint({ port, roles, services });
  started(endpoint);
  // Ready means that databases of an earlier life are adopted or stopped; asking about any account waits for that.
  await rds.leftovers?.('000000000000');
  return endpoint;
}

async function onAnyPort(
  name: string,
  port: number,
  start: (port: number) => Promise<Part>,
  say: (message: string) => void,
): Promise<Part> {
  const part = await start(port).catch((error: unknown) => {
    if (port === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return start(0);
  });
  if (port !== 0 && part.port !== port) say(`Port ${port} for ${name} is busy; it is on ${part.port} instead.`);
  return part;
}
