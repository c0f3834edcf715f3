import type { ExerciseActOf } from './exercise-acts.ts';
import type { RaisedGap } from './exercise.ts';
import { injectOf } from './exercise-view.ts';
import type { ExerciseView } from './exercise-view.ts';
import { fingerprint } from './fingerprint.ts';
import type { Gap } from './fingerprint.ts';
import { wholeService } from './modes.ts';

/**
 * What makes a gap of an exercise the same gap in the next one: its service, the part of the recovery document that it is
 * about, and its title, however it is written.
 */
export const identityOfGap = ({ service, section, title }: Pick<RaisedGap, 'service' | 'section' | 'title'>): Gap => ({
  service,
  resource: wholeService,
  check: `tabletop:${slug(section)}`,
  cause: slug(title),
});

/** What somebody raises, as a gap of this exercise: it belongs to what the room had just been told. */
export function gapToRaise(view: ExerciseView, act: ExerciseActOf<'raise-gap'>): RaisedGap {
  const { title, found } = act;
  const service = act.service ?? view.scenario?.services[0].id ?? '';
  const injectId = view.told.at(-1)?.injectId;
  const section = (injectId === undefined ? undefined : injectOf(view, injectId)?.section) ?? 'Before the first event';
  return {
    id: `G${view.gaps.length + 1}`,
    service,
    title,
    found,
    severity: act.severity ?? 'medium',
    section,
    ...(injectId === undefined ? {} : { injectId }),
    fingerprint: fingerprint(identityOfGap({ service, section, title })),
  };
}

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');
