import { describe, expect, test } from 'vitest';
import type { ActBy } from './act.ts';
import { applyIncidentAct, objectionToIncidentAct, parseIncidentAct } from './incident.ts';
import type { IncidentAct, IncidentState } from './incident.ts';
import { foldIncident } from './incident-view.ts';

const state: IncidentState = {
  commander: { personId: 'hannah', personName: 'Hannah' },
  times: { T0: 1000, T1: 2000 },
  declaredMs: 3000,
  isOver: false,
};
const by = (personId: string, roles: ActBy['roles'] = []): ActBy => ({
  actId: '1',
  personId,
  personName: personId,
  roles,
  clickedAtMs: 5000,
  via: 'slack-app',
  receivedAtMs: 5000,
});
const correct = (key: 'T0' | 'T1', atMs: number): IncidentAct => ({
  kind: 'correct-time',
  key,
  atMs,
  reason: 'the log says so',
});
const handOver: IncidentAct = {
  kind: 'hand-over',
  toPersonId: 'tomas',
  toPersonName: 'Tomas',
  reason: 'end of my shift',
};
const over: IncidentAct = { kind: 'over', reason: 'all is well' };
const codeOf = (act: IncidentAct, who: ActBy, of = state) => {
  const objection = objectionToIncidentAct(of, act, who);
  return objection?.outcome === 'refused' ? objection.code : undefined;
};

describe('a time of an incident', () => {
  test('is corrected by anybody, and both values, author and reason stay', () => {
    expect(codeOf(correct('T0', 500), by('ann'))).toBeUndefined();
    const { state: after, event } = applyIncidentAct(state, correct('T0', 500), by('ann'));
    expect(after.times).toEqual({ T0: 500, T1: 2000 });
    expect(event).toEqual({
      type: 'incident-time-corrected',
      key: 'T0',
      fromMs: 1000,
      toMs: 500,
      by: 'ann',
      via: 'slack-app',
      reason: 'the log says so',
    });
  });

  test.each([
    ['in the future', correct('T1', 5001)],
    ['after the detection', correct('T0', 2001)],
    ['before the beginning', correct('T1', 999)],
    ['that stands there already', correct('T0', 1000)],
  ])('%s is refused', (_, act) => {
    expect(codeOf(act, by('ann'))).toBe('bad-time');
  });
});

describe('command', () => {
  test('is handed over by whoever has it, or taken by an incident commander or leadership', () => {
    expect(codeOf(handOver, by('hannah'))).toBeUndefined();
    expect(codeOf(handOver, by('ann', ['sre']))).toBe('role-missing');
    expect(codeOf(handOver, by('ann', ['incident-commander']))).toBeUndefined();
    expect(codeOf({ ...handOver, toPersonId: 'hannah' }, by('hannah'))).toBe('bad-person');
    const { state: after, event } = applyIncidentAct(state, handOver, by('hannah'));
    expect(after.commander).toEqual({ personId: 'tomas', personName: 'Tomas' });
    expect(event).toMatchObject({ from: { personId: 'hannah' }, to: { personId: 'tomas' }, reason: 'end of my shift' });
    expect(codeOf(handOver, by('hannah'), after)).toBe('role-missing');
  });

  test('says when it is over, and nothing is done after that', () => {
    expect(codeOf(over, by('ann'))).toBe('role-missing');
    const { state: after } = applyIncidentAct(state, over, by('hannah'));
    expect(after.isOver).toBe(true);
    expect(codeOf(correct('T0', 1), by('hannah'), after)).toBe('run-over');
  });
});

test('nothing else is an act of an incident', () => {
  expect(parseIncidentAct({ ...over, reason: '' })).toBeUndefined();
  expect(parseIncidentAct({ ...correct('T0', 1), key: 'T6' })).toBeUndefined();
  expect(parseIncidentAct({ kind: 'delete-everything', reason: 'because' })).toBeUndefined();
});

test('a view of it knows the newest times and all that were corrected', () => {
  const declared = {
    type: 'incident-declared',
    title: 't',
    commander: state.commander,
    beganMs: 1000,
    detectedMs: 2000,
    declaredMs: 3000,
    services: ['jira-cloud'],
  } as const;
  const events = [
    declared,
    applyIncidentAct(state, correct('T0', 500), by('ann')).event,
    applyIncidentAct(state, handOver, by('hannah')).event,
  ];
  const view = events.reduce<ReturnType<typeof foldIncident>>((so, event) => foldIncident(so.incident, event, 1), {});
  expect(view.incident).toMatchObject({
    beganMs: 500,
    detectedMs: 2000,
    commander: { personId: 'tomas' },
    corrections: [{ fromMs: 1000, toMs: 500 }],
    handovers: [{ from: { personId: 'hannah' } }],
  });
});
