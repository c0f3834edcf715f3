import { declareIncident } from '../../client/runs/declare-incident.ts';
import type { IncidentAct } from '../../domain/incident.ts';
import { actUntilAnswered, untilSealed } from '../engine/acting.ts';
import { keepHistory, recording } from './recording.ts';

recording(
  'histories of a declared incident are recorded: while it is open, corrected and handed over, and after its end',
  { source: false },
  async (world) => {
    const declaredMs = Date.now();
    const { runId } = await declareIncident(world.runs, {
      service: 'jira-cloud',
      title: 'Nobody can log in',
      beganMs: declaredMs - 60_000,
      detectedMs: declaredMs - 30_000,
      declaredMs,
      initiator: { personId: 'hannah-lindqvist', name: 'Hannah Lindqvist' },
      via: 'slack',
    });
    const does = (act: IncidentAct) => actUntilAnswered(world, runId, 'hannah', act);
    await does({ kind: 'correct-time', key: 'T0', atMs: declaredMs - 90_000, reason: 'the graph says so' });
    await does({
      kind: 'hand-over',
      toPersonId: 'jonas-weber',
      toPersonName: 'Jonas Weber',
      reason: 'end of my shift',
    });
    await world.runWhen(runId, ({ projection }) => projection.incident?.handovers.length === 1, 'handed over');
    await keepHistory(world.temporal, 'incident-open', runId);
    await does({ kind: 'over', reason: 'the login is back' });
    await untilSealed(world, runId);
    await keepHistory(world.temporal, 'incident-over', runId);
    await keepHistory(world.temporal, 'delivery-incident', `delivery/${runId}`);
  },
);
