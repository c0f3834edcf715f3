import { hintFor } from '../../catalog/did-you-mean.ts';
import type { PlacedProblem } from '../../catalog/references.ts';
import { standardRoles } from '../../domain/scenario.ts';
import type { Inject, Scenario } from '../../domain/scenario.ts';

/** What is right field by field and still no story: times that go back, ids that are there twice, roles that nobody has. */
export function storyProblems(scenario: Scenario): readonly PlacedProblem[] {
  const { injects, roles, clock } = scenario;
  return [
    ...injects.flatMap((inject, index) => timeProblems(inject, index, scenario)),
    ...twice(
      injects.map(({ id }) => id),
      (index) => ['injects', index, 'id'],
      'inject',
    ),
    ...twice(
      roles.map(({ role }) => role),
      (index) => ['roles', index, 'role'],
      'role',
      standardRoles.map(({ role }) => role),
    ),
    ...injects.flatMap(({ options }, at) =>
      twice(
        options.map(({ id }) => id),
        (index) => ['injects', at, 'options', index, 'id'],
        'option',
      ),
    ),
    ...unknownRoles(scenario),
    ...((injects[0]?.incidentMs ?? Infinity) < clock.detectedAfterMs
      ? [
          {
            path: ['injects', 0, 'incidentTime'],
            message: 'The first inject comes before anybody has noticed anything.',
            expected: 'a time not before clock.detectedAfter',
          },
        ]
      : []),
  ];
}

function timeProblems({ minute, incidentMs }: Inject, index: number, { injects, minutes }: Scenario): PlacedProblem[] {
  const before = injects[index - 1];
  const problems: PlacedProblem[] = [];
  if (index === 0 && minute !== 0) {
    problems.push({
      path: ['injects', 0, 'minute'],
      message: 'The first inject is what the exercise begins with.',
      expected: '0',
    });
  }
  if (before !== undefined && minute <= before.minute) {
    problems.push({
      path: ['injects', index, 'minute'],
      message: `It is told at minute ${minute}, not after the one before it (${before.id}, minute ${before.minute}).`,
      expected: `a minute after ${before.minute}`,
    });
  }
  if (before !== undefined && incidentMs < before.incidentMs) {
    problems.push({
      path: ['injects', index, 'incidentTime'],
      message: `In the story it happens before ${before.id}, which is told earlier.`,
      expected: `a time not before that of ${before.id}`,
    });
  }
  if (minute >= minutes) {
    problems.push({
      path: ['injects', index, 'minute'],
      message: `It is told at minute ${minute}, and the exercise ends at minute ${minutes}, hot-wash included.`,
      expected: `a minute before ${minutes}, or more minutes`,
    });
  }
  return problems;
}

/** Names that are there again; their place is where they are again. */
function twice(
  names: readonly string[],
  pathOf: (index: number) => readonly PropertyKey[],
  what: string,
  reserved: readonly string[] = [],
): readonly PlacedProblem[] {
  return names.flatMap((name, index) => {
    if (reserved.includes(name))
      return [
        { path: pathOf(index), message: `Every exercise has a ${name} already.`, expected: `another ${what}, or none` },
      ];
    return names.indexOf(name) === index
      ? []
      : [{ path: pathOf(index), message: `There are two ${what}s "${name}".`, expected: 'a name of its own' }];
  });
}

/** Facilitator and scribe are not drawn: without them the exercise would stop, and not the story. */
const unknownRoles = ({ injects, roles }: Scenario): readonly PlacedProblem[] => {
  const known = roles.map(({ role }) => role);
  return injects.flatMap(({ unavailable }, at) =>
    (unavailable?.among ?? []).flatMap((role, index) =>
      known.includes(role)
        ? []
        : [
            {
              path: ['injects', at, 'unavailable', 'among', index],
              message: `There is no role "${role}" in this scenario.${hintFor(role, known)}`,
              expected: 'a role declared under roles',
            },
          ],
    ),
  );
};
