import { randomInt } from 'node:crypto';
import type { AwsEndpoint } from './endpoint.ts';
import { startAwsEndpoint } from './endpoint.ts';
import { createEc2Service } from './ec2/service.ts';
import { createKmsService } from './kms.ts';
import { RoleRegistry } from './roles.ts';
import type { AwsServices } from './dispatch.ts';
import { createStsService } from './sts.ts';

/** What a client of a test needs: one attempt, so that a fault is seen and not retried away. */
export interface TestClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly maxAttempts: number;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

export interface TestEndpoint extends AwsEndpoint {
  /** Client settings for an account's user, or for temporary credentials. */
  config(accountOrCredentials: string | TestClientConfig['credentials'], region?: string): TestClientConfig;
  /** A control call; throws with the answer when it is refused. */
  control(accountId: string, call: string, body?: unknown): Promise<Record<string, unknown>>;
}

/** A started endpoint with everything that needs no disk, plus the services of the test. */
export async function startTestEndpoint(services: AwsServices = {}): Promise<TestEndpoint> {
  const roles = new RoleRegistry();
  const endpoint = await startAwsEndpoint({
    port: 0,
    roles,
    services: { sts: createStsService(roles), ec2: createEc2Service(), kms: createKmsService(), ...services },
  });
  return {
    ...endpoint,
    config: (who, region = 'us-east-1') => ({
      endpoint: endpoint.url,
      region,
      maxAttempts: 1,
      credentials: typeof who === 'string' ? { accessKeyId: `AKIA${who}`, secretAccessKey: 'any' } : who,
    }),
    control: async (accountId, call, body) => {
      const [method = 'GET', path = ''] = call.split(' ');
      const reply = await fetch(
        `${endpoint.url}/_sandbox/${path}${path.includes('?') ? '&' : '?'}account=${accountId}`,
        {
          method,
          ...(body !== undefined && { body: JSON.stringify(body) }),
        },
      );
      const text = await reply.text();
      if (!reply.ok) throw new Error(`${call}: ${reply.status} ${text}`);
      return JSON.parse(text) as Record<string, unknown>;
    },
  };
}

/** An account of its own, so that tests share an endpoint and nothing else. */
export function newAccount(): string {
  return String(randomInt(100_000_000_000, 380_000_000_000));
}

/** The refusal that a call must end in. */
export async function refusalOf(
  call: Promise<unknown>,
): Promise<Error & { readonly $metadata?: { readonly httpStatusCode?: number } }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('The call was expected to be refused, but it succeeded.');
}
