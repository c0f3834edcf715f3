import { findingHintSignal } from '../../workflows/finding-messages.ts';
import { remediationWorkflowId } from '../../workflows/messages.ts';
import { until } from '../engine/outside.ts';
import { remedying, startsUnheard, withTestWindow } from '../engine/remedying.ts';
import { keepHistory, recording } from './recording.ts';

const inThreeDays = (text: string): string =>
  withTestWindow(Date.now() + 3 * 86_400_000)(text.replace(/remediation: .*/, 'remediation: { pollEvery: 300ms }'));

recording(
  'the history of a finding whose re-test waits for its window is recorded',
  { source: false, catalog: inThreeDays },
  async (world) => {
    const { raise, untilFiled, closeByHand, lineOf } = remedying(() => world);
    const finding = await raise();
    const workflowId = remediationWorkflowId(world.config.taskQueuePrefix, finding.fingerprint);
    await closeByHand(await untilFiled(finding));
    await until(async () => (await lineOf(finding))?.view?.retestPlanned !== undefined, 'planned');
    await keepHistory(world.temporal, 'remediation-reopened', workflowId);
  },
);

const unheard = new Set(['issues-db']);
recording(
  'the history of a finding whose re-test was started without anybody hearing of it, and was asked for again, is recorded',
  { source: false, catalog: inThreeDays, activities: startsUnheard(unheard) },
  async (world) => {
    const { raise, untilFiled, closeByHand, lineOf, handleOf } = remedying(() => world);
    const finding = await raise();
    await closeByHand(await untilFiled(finding));
    await until(async () => (await lineOf(finding))?.view?.retestPlanned !== undefined, 'planned');
    await world.changeCatalog(withTestWindow(Math.floor(Date.now() / 60_000 - 1) * 60_000));
    await handleOf(finding).signal(findingHintSignal);
    await until(() => unheard.size === 0, 'started, and nobody has heard of it');
    await until(async () => (await lineOf(finding))?.view?.retest !== undefined, 'known to be started', 180_000);
    const workflowId = remediationWorkflowId(world.config.taskQueuePrefix, finding.fingerprint);
    await keepHistory(world.temporal, 'remediation-asked-again', workflowId);
  },
);
