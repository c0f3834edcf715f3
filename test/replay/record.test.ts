import { expect } from 'vitest';
import { checkPeopleNow } from '../../client/runs/people-check.ts';
import { ticketWatchWorkflowId } from '../../workflows/finding-messages.ts';
import { controlWorkflowId, remediationWorkflowId } from '../../workflows/messages.ts';
import { approve, click, copyNameOf, startTest, untilAsked } from '../engine/acting.ts';
import { expectEnding } from '../engine/ending.ts';
import { nowGoneFromSlack, refusedByAws, refuseRestores } from '../engine/outside.ts';
import { keepHistory, keepNewestLook, recording } from './recording.ts';

recording(
  'the history of a look at people is recorded: somebody has left, and a ticket of theirs changes hands',
  { source: false },
  async (world) => {
    const rejected = await startTest(world);
    await untilAsked(world, rejected);
    await click(world, rejected, 'hannah', { choice: 'reject', reason: 'a recording' });
    await expectEnding(world, rejected, { verdict: 'aborted', findings: ['held/gate-rejected'], copy: 'none' });
    await nowGoneFromSlack(world, 'U0JONAS');
    expect((await checkPeopleNow(world.runs, 60_000)).vacancies).toHaveLength(1);
    await keepNewestLook(world, 'people-check');
  },
);

recording(
  'histories of a passed, a failed and an aborted run are recorded, and of two in the middle',
  {},
  async (world) => {
    const keep = (name: string, workflowId: string): Promise<void> => keepHistory(world.temporal, name, workflowId);
    const passed = await startTest(world);
    await untilAsked(world, passed);
    await keep('restore-test-asking', passed);
    await approve(world, passed);
    await expectEnding(world, passed, { verdict: 'passed', findings: [], copy: 'gone' });

    const failed = await startTest(world);
    await untilAsked(world, failed);
    await refuseRestores(world, copyNameOf(failed));
    await approve(world, failed);
    await expectEnding(world, failed, refusedByAws);

    const aborted = await startTest(world);
    await approve(world, aborted);
    await world.runWhen(
      aborted,
      (run) => run.projection.resources.some(({ state }) => state === 'created'),
      'restore called',
    );
    await keep('restore-test-restoring', aborted);
    await click(world, aborted, 'hannah', { choice: 'abort', reason: 'a recording' });
    await expectEnding(world, aborted, { verdict: 'aborted', findings: ['held/aborted-by-person'], copy: 'gone' });

    for (const [name, runId] of [
      ['passed', passed],
      ['failed', failed],
      ['aborted', aborted],
    ] as const) {
      await keep(`restore-test-${name}`, runId);
      await keep(`delivery-${name}`, `delivery/${runId}`);
    }
    const [finding] = (await world.runWhen(failed, () => true, 'there')).projection.findings;
    await keep('remediation-followed', remediationWorkflowId(world.config.taskQueuePrefix, finding?.fingerprint ?? ''));
    await keep('ticket-watch', ticketWatchWorkflowId(world.config.taskQueuePrefix, 'DR'));
    await keep('control', controlWorkflowId(world.config.taskQueuePrefix));
    expect(passed).not.toBe(failed);
  },
);
