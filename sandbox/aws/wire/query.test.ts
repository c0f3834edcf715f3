import {
  CreateDBInstanceCommand,
  DBInstanceNotFoundFault,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  DescribeEventsCommand,
  RDSClient,
  RestoreDBInstanceToPointInTimeCommand,
} from '@aws-sdk/client-rds';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AwsEndpoint } from '../endpoint.ts';
import { startAwsEndpoint } from '../endpoint.ts';
import type { CallContext } from '../service.ts';
import { AwsFault } from '../service.ts';

let endpoint: AwsEndpoint;
let client: RDSClient;
let seen: { input: unknown; context: CallContext } | undefined;
let answer: () => object;

const logged: string[] = [];

beforeAll(async () => {
  const echo = (input: unknown, context: CallContext) => {
    seen = { input, context };
    return Promise.resolve(answer());
  };
  endpoint = await startAwsEndpoint({
    port: 0,
    log: (message) => logged.push(message),
    services: {
      rds: {
        operations: {
          CreateDBInstance: echo,
          DeleteDBInstance: echo,
          DescribeDBInstances: echo,
          DescribeDBSnapshots: echo,
          RestoreDBInstanceToPointInTime: echo,
        },
      },
    },
  });
  client = new RDSClient({
    endpoint: endpoint.url,
    region: 'eu-central-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIA111122223333', secretAccessKey: 'x' },
  });
});
afterAll(async () => {
  client.destroy();
  await endpoint.close();
});
beforeEach(() => {
  seen = undefined;
  answer = () => ({});
});

describe('a Query request', () => {
  test('arrives with every value in its own type, nested lists included', async () => {
    const input = {
      SourceDBInstanceIdentifier: 'issues-db',
      TargetDBInstanceIdentifier: 'drdrill-issues-db',
      RestoreTime: new Date('2026-11-22T10:11:12.345Z'),
      AllocatedStorage: 40,
      PubliclyAccessible: false,
      VpcSecurityGroupIds: ['sg-1', 'sg-2'],
      Tags: [
        { Key: 'dr:run', Value: 'a & b = "ü" +%' },
        { Key: 'empty', Value: '' },
      ],
    };
    await client.send(new RestoreDBInstanceToPointInTimeCommand(input));
    expect(seen?.input).toEqual({ ...input, RestoreTime: new Date('2026-11-22T10:11:12.345Z') });
  });

  test('keeps filters and their order', async () => {
    const Filters = [
      { Name: 'db-instance-id', Values: Array.from({ length: 12 }, (_, index) => `db-${index}`) },
      { Name: 'engine', Values: ['postgres'] },
    ];
    await client.send(new DescribeDBInstancesCommand({ Filters, MaxRecords: 20, Marker: 'm' }));
    expect(seen?.input).toEqual({ Filters, MaxRecords: 20, Marker: 'm' });
  });

  test('tells the service which account and Region is meant', async () => {
    await client.send(new DescribeDBInstancesCommand({}));
    expect(seen?.context).toMatchObject({
      accountId: '111122223333',
      region: 'eu-central-1',
      callerArn: 'arn:aws:iam::111122223333:user/sandbox',
    });
  });

  test('without a required parameter is refused as AWS refuses it', async () => {
    const reply = await raw('Action=DeleteDBInstance&Version=2014-10-31');
    expect(reply.status).toBe(400);
    expect(reply.text).toContain('<Code>MissingParameter</Code>');
    expect(reply.text).toContain('The request must contain the parameter DBInstanceIdentifier.');
    expect(seen).toBeUndefined();
  });

  test('with a word where a number belongs is refused, naming the parameter', async () => {
    const reply = await raw('Action=DescribeDBInstances&Version=2014-10-31&MaxRecords=many');
    expect(reply.text).toContain('<Code>MalformedInput</Code>');
    expect(reply.text).toContain('MaxRecords');
  });
});

describe('a Query reply', () => {
  test('comes back through the real client as it left the service', async () => {
    const DBInstances = [
      {
        DBInstanceIdentifier: 'issues-db',
        AllocatedStorage: 20,
        MultiAZ: false,
        InstanceCreateTime: new Date('2026-11-22T09:00:00.123Z'),
        Endpoint: { Address: '127.0.0.1', Port: 5432 },
        VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-1', Status: 'active' }],
        ReadReplicaDBInstanceIdentifiers: [],
        TagList: [{ Key: '<k>', Value: 'line\r\nbreak & "quotes" é' }],
      },
    ];
    answer = () => ({ DBInstances, Marker: 'next' });
    const reply = await client.send(new DescribeDBInstancesCommand({}));
    expect(reply.DBInstances).toEqual(DBInstances);
    expect(reply.Marker).toBe('next');
    expect(reply.$metadata.requestId).toBe(seen?.context.requestId);
  });

  test('with no results is an empty list, not a missing one', async () => {
    answer = () => ({ DBSnapshots: [] });
    expect((await client.send(new DescribeDBSnapshotsCommand({}))).DBSnapshots).toEqual([]);
  });
});

describe('a fault', () => {
  test('raises the client’s own exception class, with code, status, text and request id', async () => {
    answer = () => {
      throw new AwsFault('DBInstanceNotFound', 'DBInstance nope not found.');
    };
    const error = await failure(client.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'nope' })));
    expect(error).toBeInstanceOf(DBInstanceNotFoundFault);
    expect(error).toMatchObject({
      name: 'DBInstanceNotFoundFault',
      Code: 'DBInstanceNotFound',
      message: 'DBInstance nope not found.',
      // 404 comes from the model: the service above left the default of 400.
      $metadata: { httpStatusCode: 404, requestId: seen?.context.requestId },
    });
  });

  test('outside the model keeps its code as the name', async () => {
    answer = () => {
      throw new AwsFault(
        'InvalidParameterCombination',
        'The parameter MasterUserPassword must be at least 8 characters.',
      );
    };
    const command = new CreateDBInstanceCommand({
      DBInstanceIdentifier: 'a',
      DBInstanceClass: 'db.t4g.micro',
      Engine: 'postgres',
    });
    expect(await failure(client.send(command))).toMatchObject({
      name: 'InvalidParameterCombination',
      $fault: 'client',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('of the sandbox itself is a 500 that points to its log', async () => {
    answer = () => {
      throw new TypeError('boom in the service');
    };
    const error = await failure(client.send(new DescribeDBInstancesCommand({})));
    expect(error).toMatchObject({ name: 'InternalFailure', $fault: 'server' });
    expect(logged.join('\n')).toContain('boom in the service');
  });
});

describe('what the endpoint does not know', () => {
  test('an operation of the real service that is not built names itself', async () => {
    const error = await failure(client.send(new DescribeEventsCommand({})));
    expect(error).toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
    expect((error as Error).message).toContain('rds:DescribeEvents');
  });

  test('an operation that nobody has is InvalidAction', async () => {
    const reply = await raw('Action=MakeCoffee&Version=2014-10-31');
    expect(reply.text).toContain('Could not find operation MakeCoffee for version 2014-10-31');
  });

  test('a service that is not here is named', async () => {
    const reply = await raw('Action=Publish', 'sns');
    expect(reply.status).toBe(400);
    expect(reply.text).toContain('has no service &quot;sns&quot;');
  });

  test('a request without a signature is told so', async () => {
    const reply = await fetch(endpoint.url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Action=DescribeDBInstances',
    });
    expect(reply.status).toBe(403);
    expect(await reply.text()).toContain('MissingAuthenticationToken');
  });

  test('a signature without a credential scope is told what is missing', async () => {
    const reply = await fetch(endpoint.url, {
      method: 'POST',
      headers: { authorization: 'Bearer x' },
      body: 'Action=X',
    });
    expect(await reply.text()).toContain('IncompleteSignature');
  });
});

async function raw(body: string, service = 'rds'): Promise<{ status: number; text: string }> {
  const reply = await fetch(endpoint.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `AWS4-HMAC-SHA256 Credential=AKIA111122223333/20261122/eu-central-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body,
  });
  return { status: reply.status, text: await reply.text() };
}

async function failure(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => {
      throw new Error('expected a refusal, but the call succeeded');
    },
    (error: unknown) => error,
  );
}
