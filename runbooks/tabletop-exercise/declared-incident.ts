import { formatDurationMs } from '../../domain/duration-text.ts';
import type { IncidentView } from '../../domain/incident-view.ts';
import { utcMinute } from '../../domain/time-text.ts';
import type { Incident } from './incident.ts';

/**
 * What the record of a declared incident knows of it: when it began, was detected and declared, who had the command, and how it
 * ended. What people did meanwhile stands elsewhere.
 *
 * @param ending - the sentence with which it was said to be over
 */
export function declaredIncident(view: IncidentView, ending: string, endedMs: number): Incident {
  const { title, commander, beganMs, detectedMs, declaredMs, services, corrections, handovers } = view;
  const first = handovers[0]?.from ?? commander;
  const known = [
    { atMs: beganMs, what: title },
    { atMs: detectedMs, what: `Somebody notices it, ${formatDurationMs(detectedMs - beganMs)} after it began` },
    {
      atMs: declaredMs,
      what: `${first.personName} declares an incident; drills are halted on ${services.join(', ')}`,
      did: 'Somebody declares it as soon as it is clear that it is one, and has the command',
    },
    ...handovers.map(({ atMs, from, to, reason }) => ({
      atMs,
      what: `${to.personName} has the command from now on, in place of ${from.personName}: ${reason}`,
      did: 'The command is handed over aloud, and whoever takes it says what is open',
    })),
    { atMs: endedMs, what: ending },
  ];
  const timeline = known.map(({ atMs, ...event }) => ({ ...event, afterMs: Math.max(0, atMs - beganMs) }));
  return {
    title,
    timeline: timeline.toSorted((a, b) => a.afterMs - b.afterMs),
    detectedAfterMs: Math.max(60_000, detectedMs - beganMs),
    lessons: corrections.map(
      ({ key, fromMs, toMs, reason }) =>
        `${key === 'T0' ? 'When it began' : 'When it was detected'} was known wrongly at first (${utcMinute(fromMs)}, then ${utcMinute(toMs)}): ${reason}`,
    ),
  };
}
