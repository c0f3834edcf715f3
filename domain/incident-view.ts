import type { IncidentEvent, IncidentPerson } from './incident.ts';

/** An incident as views show it, folded from its events. */
export interface IncidentView {
  readonly title: string;
  readonly commander: IncidentPerson;
  readonly beganMs: number;
  readonly detectedMs: number;
  readonly declaredMs: number;
  readonly services: readonly string[];
  readonly corrections: readonly Extract<IncidentEvent, { type: 'incident-time-corrected' }>[];
  readonly handovers: readonly (Extract<IncidentEvent, { type: 'command-handed-over' }> & { readonly atMs: number })[];
}

/** The incident with one event more. */
export function foldIncident(
  view: IncidentView | undefined,
  event: IncidentEvent,
  atMs: number,
): { incident?: IncidentView } {
  if (event.type === 'incident-declared') {
    const { type: _, ...declared } = event;
    return { incident: { ...declared, corrections: [], handovers: [] } };
  }
  if (view === undefined) return {};
  switch (event.type) {
    case 'incident-time-corrected': {
      const corrections = [...view.corrections, event];
      const key = event.key === 'T0' ? 'beganMs' : 'detectedMs';
      return { incident: { ...view, corrections, [key]: event.toMs } };
    }
    case 'command-handed-over':
      return { incident: { ...view, commander: event.to, handovers: [...view.handovers, { ...event, atMs }] } };
    case 'incident-over':
      return { incident: view };
  }
}
