import { expect } from 'vitest';
import { readControl } from '../../client/runs/control.ts';
import { controlWorkflowId } from '../../workflows/messages.ts';
import { killSwitch, startTest, untilAsked } from '../engine/acting.ts';
import { expectEnding } from '../engine/ending.ts';
import { until } from '../engine/outside.ts';
import { keepHistory, recording } from './recording.ts';

recording(
  'the history of the control workflow is recorded: drills that hold locks are all halted, and may start again',
  { source: false, aliases: ['other-db'] },
  async (world) => {
    const drills = [await startTest(world), await startTest(world, { resource: 'other-db' })];
    for (const drill of drills) await untilAsked(world, drill);
    expect(await killSwitch(world, 'hannah', 'stop-all-drills')).toMatchObject({ outcome: 'accepted' });
    for (const drill of drills)
      await expectEnding(world, drill, { verdict: 'aborted', findings: ['held/drills-stopped'], copy: 'none' });
    expect(await killSwitch(world, 'hannah', 'release-drills')).toMatchObject({ outcome: 'accepted' });
    await until(async () => !(await readControl(world.runs)).killSwitch.pulled, 'drills may start again');
    await keepHistory(world.temporal, 'control-stopping', controlWorkflowId(world.config.taskQueuePrefix));
  },
);
