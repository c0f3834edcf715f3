import type { AccountAttributesMessage } from '@aws-sdk/client-rds';

import type { Region } from './store.ts';

/** The quotas that a drill can run into, with what is used of them. */
export function describeAccountAttributes({ state }: Region): AccountAttributesMessage {
  const manual = state.snapshots.filter((snapshot) => snapshot.type === 'manual').length;
  const usedGb = state.instances.reduce((sum, instance) => sum + instance.settings.allocatedStorageGb, 0);
  const replicas = state.instances.filter((instance) => instance.replicaOf !== undefined).length;
  return {
    AccountQuotas: [
      { AccountQuotaName: 'DBInstances', Used: state.instances.length, Max: state.quotas.instances },
      { AccountQuotaName: 'AllocatedStorage', Used: usedGb, Max: state.quotas.storageGb },
      { AccountQuotaName: 'ManualSnapshots', Used: manual, Max: state.quotas.snapshots },
      { AccountQuotaName: 'DBParameterGroups', Used: state.parameterGroups.length, Max: 50 },
      { AccountQuotaName: 'DBSubnetGroups', Used: state.subnetGroups.length, Max: 50 },
      { AccountQuotaName: 'OptionGroups', Used: state.optionGroups.length, Max: 20 },
      { AccountQuotaName: 'ReadReplicasPerMaster', Used: replicas, Max: 15 },
    ],
  };
}
