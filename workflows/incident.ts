import { condition, isCancellation } from '@temporalio/workflow';
import type { ActBy } from '../domain/act.ts';
import { applyIncidentAct, objectionToIncidentAct, parseIncidentAct } from '../domain/incident.ts';
import type { IncidentAct, IncidentEvent, IncidentPlan, IncidentState } from '../domain/incident.ts';
import { wholeService } from '../domain/modes.ts';
import type { Moment } from '../domain/time.ts';
import { incidentRunbook } from '../runbooks/incident/definition.ts';
import { errorFacts } from './failures.ts';
import type { RunReport } from './messages.ts';
import { pinnedOpening } from './pinned-opening.ts';
import { openTouchingNothing } from './run.ts';

/** Between two attempts to keep drills away, milliseconds. */
const tryAgainMs = 60_000;

/** A declared incident: halts the drills in its way, keeps its times and who commands, until that person says it is over. */
export async function incident(plan: IncidentPlan): Promise<RunReport> {
  const { run } = openTouchingNothing(
    pinnedOpening(plan, incidentRunbook, {
      service: plan.service,
      resource: wholeService,
      request: { title: plan.title },
    }),
  );
  let state: IncidentState = {
    commander: { personId: plan.initiator.personId, personName: plan.initiator.name },
    times: { T0: plan.beganMs, T1: plan.detectedMs },
    declaredMs: plan.declaredMs,
    isOver: false,
  };
  let ended = '';

  run.takeActs<IncidentAct>({
    parse: parseIncidentAct,
    objectionTo: (act, by) => objectionToIncidentAct(state, act, by),
    apply: (act, by) => {
      const applied = applyIncidentAct(state, act, by);
      state = applied.state;
      run.note(applied.event);
      tellPeople(applied.event, by);
      return applied.answer;
    },
  });

  const { title, services, beganMs, detectedMs, declaredMs } = plan;
  run.note({ type: 'incident-declared', title, commander: state.commander, beganMs, detectedMs, declaredMs, services });
  run.moment('T0', toldTime(beganMs));
  run.moment('T1', toldTime(detectedMs));
  run.moment('T2', { ...toldTime(declaredMs), note: 'declared' });
  show();

  const ending = await run.attempt(async () => {
    await keepDrillsAway();
    await condition(() => state.isOver);
  });
  const reason = ending.kind === 'completed' ? ended : ending.reason;
  return await run.close(
    {
      verdict: ending.kind === 'completed' ? 'over' : ending.kind === 'aborted' ? 'aborted' : 'inconclusive',
      reason,
      comparable: true,
      results: [
        { name: 'Impact began', text: new Date(state.times.T0).toISOString() },
        { name: 'Detected', text: new Date(state.times.T1).toISOString() },
        { name: 'Command at the end', text: state.commander.personName },
      ],
    },
    [],
  );

  /** The record of an incident does not hang on it: while control cannot be reached, it is tried again and again. */
  async function keepDrillsAway(): Promise<void> {
    while (!state.isOver) {
      try {
        return await run.takeControl(plan.resources);
      } catch (error) {
        if (isCancellation(error)) throw error;
        run.note({ type: 'problem', where: 'halting drills', error: errorFacts(error) });
        await condition(() => state.isOver, tryAgainMs);
      }
    }
  }

  /** A person said so: exact to the minute that they chose. */
  function toldTime(atMs: number): Moment {
    return { lowMs: atMs, highMs: atMs, source: plan.via === 'cli' ? 'cli' : 'slack' };
  }

  function show(): void {
    run.showIncident({
      title: plan.title,
      commander: state.commander.personName,
      beganMs: state.times.T0,
      detectedMs: state.times.T1,
      services: plan.services,
    });
  }

  function tellPeople(event: IncidentEvent, { personName, personId }: ActBy): void {
    switch (event.type) {
      case 'incident-time-corrected': {
        run.moment(event.key, toldTime(event.toMs));
        const what = event.key === 'T0' ? 'when the impact began' : 'when it was detected';
        const [from, to] = [event.fromMs, event.toMs].map((atMs) =>
          new Date(atMs)
            .toISOString()
            .replace(/:\d\d\.\d+Z$/, ' UTC')
            .replace('T', ' '),
        );
        run.tell({
          kind: 'incident-news',
          text: `${personName} corrected ${what} from ${from} to ${to}: ${event.reason}`,
        });
        break;
      }
      case 'command-handed-over': {
        const took = personId === event.from.personId ? 'handed over' : `was relieved by ${personName}`;
        run.tell({
          kind: 'incident-news',
          text: `${event.to.personName} has the command now. ${event.from.personName} ${took}: ${event.reason}`,
        });
        break;
      }
      case 'incident-over':
        ended = `${personName} said that it is over: ${event.reason}`;
        break;
      case 'incident-declared':
        break;
    }
    show();
  }
}
