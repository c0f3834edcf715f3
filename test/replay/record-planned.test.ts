import { until } from '../engine/outside.ts';
import { remedying, withTestWindow } from '../engine/remedying.ts';
import { remediationWorkflowId } from '../../workflows/messages.ts';
import { keepHistory, recording } from './recording.ts';

recording(
  'the history of a finding whose re-test waits for its window is recorded',
  {
    source: false,
    catalog: (text) =>
      withTestWindow(Date.now() + 3 * 86_400_000)(text.replace(/remediation: .*/, 'remediation: { pollEvery: 300ms }')),
  },
  async (world) => {
    const { raise, untilFiled, closeByHand, lineOf } = remedying(() => world);
    const finding = await raise();
    const workflowId = remediationWorkflowId(world.config.taskQueuePrefix, finding.fingerprint);
    await closeByHand(await untilFiled(finding));
    await until(async () => (await lineOf(finding))?.view?.retestPlanned !== undefined, 'planned');
    await keepHistory(world.temporal, 'remediation-reopened', workflowId);
  },
);
