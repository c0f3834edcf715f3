import type { DBInstance, RDSClient } from '@aws-sdk/client-rds';
import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import { classifyAwsError, isAwsCode } from './aws-faults.ts';

/** One instance by name, asked alone: `undefined` only when AWS itself answered NotFound. @throws FiredrillError for all else */
export async function findInstance(rds: RDSClient, name: string): Promise<DBInstance | undefined> {
  try {
    const reply = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }));
    return reply.DBInstances?.[0];
  } catch (error) {
    if (isAwsCode(error, 'DBInstanceNotFound')) return undefined;
    throw classifyAwsError(error, `describing ${name}`);
  }
}
