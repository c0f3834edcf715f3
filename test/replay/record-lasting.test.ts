import type { FindingAct } from '../../domain/finding-acts.ts';
import { remediationWorkflowId } from '../../workflows/messages.ts';
import { actUntilAnswered } from '../engine/acting.ts';
import { jira, until } from '../engine/outside.ts';
import { remedying } from '../engine/remedying.ts';
import { keepHistory, recording } from './recording.ts';

const ruth = { personId: 'ruth-adeyemi', personName: 'Ruth Adeyemi', roles: ['risk-and-compliance' as const] };

recording(
  'the history of a finding with which everything happens is recorded: its ticket is closed again and again, moved to another project, and deleted while the risk is accepted',
  { source: false, catalog: (text) => text.replace(/remediation: .*/, 'remediation: { pollEvery: 300ms }') },
  async (world) => {
    const { raise, untilFiled, untilIs, closeByHand, lineOf, someone, ticketsOf } = remedying(() => world);
    await jira(world, 'PUT', 'site', {
      projects: [
        { key: 'DR', name: 'Disaster recovery' },
        { key: 'OPS', name: 'Operations' },
      ],
    });
    const finding = await raise();
    const workflowId = remediationWorkflowId(world.config.taskQueuePrefix, finding.fingerprint);
    const key = await untilFiled(finding);
    for (const times of [1, 2, 3, 4, 5]) {
      await closeByHand(key);
      await untilIs(finding, ({ view }) => view?.reopened === times && view.ticket?.isDone === false, 'opened again');
    }
    await closeByHand(key);
    await until(
      async () => JSON.stringify((await ticketsOf(finding))[0]?.comments).includes('automation rule'),
      'left to people',
    );
    await jira(world, 'POST', 'act', { issue: key, as: await someone(), moveToProject: 'OPS' });
    await untilIs(finding, ({ view }) => view?.ticket?.key.startsWith('OPS-') === true, 'moved');
    const accept: FindingAct = {
      kind: 'accept-risk',
      until: new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10),
      reason: 'Replaced next month.',
    };
    await actUntilAnswered(world, workflowId, 'jonas', accept);
    await actUntilAnswered(world, workflowId, ruth, { ...accept, reason: 'We looked at it.' });
    await untilIs(finding, ({ view }) => view?.state === 'accepted' && view.ticket?.isDone === true, 'accepted');
    const moved = (await lineOf(finding))?.view?.ticket?.key;
    await jira(world, 'POST', 'act', { issue: moved, as: await someone(), delete: true });
    await untilIs(
      finding,
      ({ view }) => view?.ticket !== undefined && view.ticket.key !== moved && view.ticket.isDone,
      'filed anew, and closed',
    );
    await keepHistory(world.temporal, 'remediation-lasting', workflowId);
  },
);
