import { Document } from 'yaml';
import type { Difficulty, ScenarioResourceKind, Threat } from '../../domain/scenario.ts';

/** An inject as it is written into a file. */
export interface DraftInject {
  readonly title: string;
  /** Imagined time since the impact, milliseconds. */
  readonly incidentMs: number;
  readonly from: string;
  readonly text: string;
  readonly questions: readonly string[];
  readonly expect: readonly string[];
  readonly section?: string;
  readonly facilitator?: string;
}

/** What is known of what happened, before it is a scenario. */
export interface DraftStory {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  readonly situation: string;
  readonly threats?: readonly Threat[];
  readonly resources?: readonly ScenarioResourceKind[];
  readonly difficulty?: Difficulty;
  readonly clock: { readonly began: string; readonly detectedAfterMs: number; readonly recovered: string };
  readonly injects: readonly DraftInject[];
  readonly hotWash: readonly string[];
}

/** Longer exercises lose their people. What is over is told at the top of the file. */
const mostInjects = 12;
const minutesBetween = 10;
const hotWashMinutes = 15;
const minuteMs = 60_000;

/**
 * A scenario file that can be read at once and is not finished: what nobody can know from a journal or a timeline is a
 * question marked `TODO`. One inject that takes a person out is added, in the middle.
 */
export function draftScenario(story: DraftStory): string {
  const events = story.injects.toSorted((a, b) => a.incidentMs - b.incidentMs);
  const used = events.length > mostInjects - 1 ? spread(events, mostInjects - 1) : events;
  const injects = withPersonOut(used);
  const detectedAfterMs = Math.max(1000, Math.min(story.clock.detectedAfterMs, injects[0]?.incidentMs ?? Infinity));
  const data = {
    name: story.name,
    title: story.title,
    tests: 'TODO: what does it put to the test, in one line?',
    minutes: injects.length * minutesBetween + hotWashMinutes,
    difficulty: story.difficulty ?? 'medium',
    threats: story.threats ?? ['human-error'],
    ...(story.resources === undefined ? {} : { suits: { resources: story.resources } }),
    sources: [story.source],
    draft: true,
    situation: story.situation,
    objectives: [1, 2, 3].map((number) => `TODO: objective ${number}. What shall the room be seen to do?`),
    roles: [
      { role: 'incident-commander', does: 'Decides, asks for facts, does not type.' },
      { role: 'operations', does: 'Knows the systems, and says what can be done how quickly.' },
      { role: 'communications', does: 'Customers, leadership, authorities.' },
    ],
    clock: {
      began: story.clock.began,
      detectedAfter: durationInput(detectedAfterMs),
      recovered: story.clock.recovered,
    },
    injects: injects.map(({ incidentMs, section, unavailable, ...inject }, index) => ({
      id: `event-${index + 1}`,
      ...inject,
      minute: index * minutesBetween,
      incidentTime: durationInput(Math.max(incidentMs, detectedAfterMs)),
      section: section ?? 'TODO: which part of the recovery document does this test?',
      ...(unavailable === undefined ? {} : { unavailable }),
    })),
    hotWash: story.hotWash,
  };
  const document = new Document(data);
  document.commentBefore = [
    ` A draft, made by "firedrill scenario draft" from: ${oneLine(story.source)}`,
    ' Answer every TODO, check threats and suits, put placeholders such as ${service} where the names of that day stand,',
    ' then take out "draft: true". How to write a good one: runbooks/scenarios/README.md. Check it: firedrill scenario check FILE',
    ...(used.length < events.length
      ? [
          ` ${events.length - used.length} of ${events.length} events were left out, evenly, since an exercise holds ${mostInjects}.`,
        ]
      : []),
  ].join('\n');
  return document.toString({ lineWidth: 120 });
}

type PlannedInject = DraftInject & { readonly unavailable?: { readonly among: readonly string[] } };

function withPersonOut(injects: readonly DraftInject[]): readonly PlannedInject[] {
  const middle = Math.ceil(injects.length / 2);
  const out: PlannedInject = {
    title: 'Somebody is not there',
    incidentMs: injects[middle - 1]?.incidentMs ?? minuteMs,
    from: 'Facilitator',
    text: 'TODO: why can ${unavailable} not go on from here?',
    questions: ['Who takes over, and how do the others learn it?', 'What did this person alone know or have?'],
    expect: ['Name a successor aloud, and note the hand-over with its time'],
    section: 'Roles and hand-over',
    unavailable: { among: ['incident-commander', 'operations'] },
  };
  return [...injects.slice(0, middle), out, ...injects.slice(middle)];
}

/** So many of a list, evenly, the first and the last among them. */
const spread = <Item>(items: readonly Item[], count: number): readonly Item[] => {
  const wanted = new Set(
    Array.from({ length: count }, (_, index) => Math.round((index * (items.length - 1)) / (count - 1))),
  );
  return items.filter((_, index) => wanted.has(index));
};

/** A duration as scenario files write it: `3h10m`, `45s`. At least a second. */
function durationInput(durationMs: number): string {
  const seconds = Math.max(1, Math.round(durationMs / 1000));
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const;
  let rest = seconds;
  return units
    .flatMap(([unit, size]) => {
      const number = Math.floor(rest / size);
      rest -= number * size;
      return number === 0 ? [] : [`${number}${unit}`];
    })
    .join('');
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/**
 * Words of others, for a place in a draft: on one line, and with nothing in them that the template would read.
 */
export const quoted = (text: string): string => oneLine(text).replaceAll('${', '$ {');
