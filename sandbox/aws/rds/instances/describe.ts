import type { DBInstanceMessage, DescribeDBInstancesMessage } from '@aws-sdk/client-rds';

import type { Rds } from '../context.ts';
import { instanceNamed, visibleInstances } from '../lookup.ts';
import { nameFrom } from '../names.ts';
import { filtered, pageOf } from '../paging.ts';
import { instanceShape } from '../shapes.ts';
import type { Region } from '../store.ts';

export function describeInstances(rds: Rds, region: Region, input: DescribeDBInstancesMessage): DBInstanceMessage {
  const named =
    input.DBInstanceIdentifier === undefined
      ? visibleInstances(region)
      : [instanceNamed(region, input.DBInstanceIdentifier)];
  const found = filtered(named, input.Filters, {
    'db-instance-id': (instance, value) => instance.name === nameFrom(value),
    'dbi-resource-id': (instance, value) => instance.dbiResourceId === value,
    engine: (instance, value) => instance.engine === value,
    // Instances of clusters do not exist here.
    'db-cluster-id': () => false,
    domain: () => false,
  }).sort((a, b) => (a.name < b.name ? -1 : 1));
  const { page, ...marker } = pageOf(found, (instance) => instance.name, input);
  return { DBInstances: page.map((instance) => instanceShape(region, rds.network, instance)), ...marker };
}
