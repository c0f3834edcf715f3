import { test } from 'vitest';
import { until } from '../engine/outside.ts';
import { remedying, withTestWindow } from '../engine/remedying.ts';
import { createWorld } from '../engine/world.ts';
import { remediationWorkflowId } from '../../workflows/messages.ts';
import { keepHistory } from './recorded.ts';

/** Recording is an act, not a check: it happens only when somebody asks for it. */
test.runIf(process.env['RECORD_HISTORIES'] === '1')(
  'the history of a finding whose re-test waits for its window is recorded',
  { timeout: 180_000 },
  async () => {
    const world = await createWorld({
      source: false,
      catalog: (text) =>
        withTestWindow(Date.now() + 3 * 86_400_000)(
          text.replace(/remediation: .*/, 'remediation: { pollEvery: 300ms }'),
        ),
    });
    try {
      const { raise, untilFiled, closeByHand, lineOf } = remedying(() => world);
      const finding = await raise();
      const workflowId = remediationWorkflowId(world.config.taskQueuePrefix, finding.fingerprint);
      await closeByHand(await untilFiled(finding));
      await until(async () => (await lineOf(finding))?.view?.retestPlanned !== undefined, 'planned');
      await keepHistory(world.temporal, 'remediation-planned', workflowId);
    } finally {
      await world.close();
    }
  },
);
