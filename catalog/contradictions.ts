import type { ExercisePolicy } from '../domain/exercise.ts';
import type { GatePolicy } from '../domain/gate.ts';
import { productionVpcIds } from './plan-parts.ts';
import type { PlacedProblem } from './references.ts';
import type { Catalog, Resource, Service } from './schema.ts';
import type { Path } from './source-document.ts';
import { tierTargets } from './targets.ts';

/**
 * What a catalog of the right shape, with every name known, still cannot mean. Errors, not findings: firedrill could
 * not act on it without guessing.
 */
export function contradictions(catalog: Catalog): readonly PlacedProblem[] {
  return [
    ...accountProblems(catalog),
    ...evidenceProblems(catalog),
    ...peopleProblems(catalog),
    ...gateProblems(catalog),
    ...networkProblems(catalog),
    ...Object.values(catalog.services).flatMap((service) => serviceProblems(catalog, service)),
  ];
}

function accountProblems(catalog: Catalog): PlacedProblem[] {
  const accounts = Object.values(catalog.accounts);
  return accounts.flatMap((account) => [
    ...duplicateOf(
      accounts,
      account,
      (it) => it.id,
      ['accounts', account.name, 'id'],
      (other) => ({
        message: `Account ${account.name} has the same id as ${other.name}.`,
        expected: 'one entry per AWS account',
      }),
    ),
    ...Object.entries(account.roles).flatMap(([role, arn]) =>
      arn.includes(`::${account.id}:`)
        ? []
        : [
            {
              path: ['accounts', account.name, 'roles', role],
              message: `This role lies in another account than ${account.id}.`,
              expected: `a role of account ${account.id}`,
            },
          ],
    ),
  ]);
}

function evidenceProblems(catalog: Catalog): PlacedProblem[] {
  const { accountId } = catalog.organisation.evidence;
  const account = Object.values(catalog.accounts).find((candidate) => candidate.id === accountId);
  if (account === undefined) {
    return [
      {
        path: ['organisation', 'evidence', 'accountId'],
        message: `The evidence account ${accountId} is not declared.`,
        expected: 'the id of an account declared under accounts',
      },
    ];
  }
  if (account.roles.evidence !== undefined) return [];
  return [
    {
      path: ['accounts', account.name, 'roles'],
      part: 'key',
      message: `Account ${account.name} holds the evidence bucket but names no role that may write to it.`,
      expected: 'roles.evidence: the ARN of a role that may put objects into the evidence bucket',
    },
  ];
}

function peopleProblems(catalog: Catalog): PlacedProblem[] {
  const people = Object.values(catalog.people);
  const unique = [
    ['slackId', 'Slack id', 'a click would count for either of them'],
    ['email', 'e-mail address', 'tickets could go to either of them'],
    ['publicKey', 'public key', 'a signature would count for either of them'],
  ] as const;
  return people.flatMap((person) =>
    unique.flatMap(([field, what, why]) =>
      duplicateOf(
        people,
        person,
        (it) => it[field],
        ['people', person.id, field],
        (other) => ({
          message: `${person.id} has the same ${what} as ${other.id}: ${why}.`,
          expected: `a ${what} of their own`,
        }),
      ),
    ),
  );
}

/** The problem of an entry that shares a value with an earlier one. */
function duplicateOf<Entry>(
  entries: readonly Entry[],
  entry: Entry,
  valueOf: (entry: Entry) => string | undefined,
  path: Path,
  say: (other: Entry) => { message: string; expected: string },
): PlacedProblem[] {
  const value = valueOf(entry);
  if (value === undefined) return [];
  const first = entries.find((other) => valueOf(other) === value);
  return first === undefined || first === entry ? [] : [{ path, ...say(first) }];
}

function gateProblems(catalog: Catalog): PlacedProblem[] {
  const { gate, documentReview, exercise } = catalog.organisation.policies;
  return [
    ...deadlineProblems('gate', 'a gate', gate),
    ...deadlineProblems('documentReview', 'a documentation review', documentReview),
    ...exerciseProblems(exercise),
    ...unansweredProblems(exercise),
  ];
}

/** Deadlines of an exercise after which nothing that the policy promises could happen any more. */
function exerciseProblems({ escalations = [], ...policy }: ExercisePolicy): PlacedProblem[] {
  const parts = [
    { field: 'beginWithin', ms: policy.beginWithinMs, what: 'be begun' },
    { field: 'closeWithin', ms: policy.closeWithinMs ?? policy.finalDeadlineMs, what: 'be closed' },
  ];
  return parts.flatMap(({ field, ms, what }): PlacedProblem[] => {
    const path = ['organisation', 'policies', 'exercise', field];
    if (ms > policy.finalDeadlineMs)
      return [
        {
          path,
          message: `An exercise may ${what} later than its final deadline, at which it ends.`,
          expected: 'at most the finalDeadline',
        },
      ];
    if (escalations.every(({ afterMs }) => afterMs < ms)) return [];
    return [
      {
        path,
        message: `The time in which an exercise must ${what} is not longer than its last escalation, so that nobody could answer it.`,
        expected: `a ${field} longer than every escalateAfter`,
      },
    ];
  });
}

/** Nobody is called for help about an event before those who have the exercise in hand were asked. */
function unansweredProblems({ answerWithinMs = 0, answerEscalations = [] }: ExercisePolicy): PlacedProblem[] {
  if (answerEscalations.every(({ afterMs }) => afterMs > answerWithinMs)) return [];
  return [
    {
      path: ['organisation', 'policies', 'exercise', 'escalateUnanswered'],
      message: 'An unanswered event would escalate before, or as soon as, it is asked about again.',
      expected: 'every after longer than answerWithin',
    },
  ];
}

function deadlineProblems(
  key: string,
  what: string,
  { escalations, finalDeadlineMs }: Pick<GatePolicy, 'escalations' | 'finalDeadlineMs'>,
): PlacedProblem[] {
  if (escalations.every((escalation) => escalation.afterMs < finalDeadlineMs)) return [];
  return [
    {
      path: ['organisation', 'policies', key, 'finalDeadline'],
      message: `The final deadline of ${what} is not after its last escalation, so that nobody could answer it.`,
      expected: 'a finalDeadline longer than every escalateAfter',
    },
  ];
}

function networkProblems(catalog: Catalog): PlacedProblem[] {
  const { allowedRegions, sharedVpcAllowed } = catalog.organisation.policies;
  const production = productionVpcIds(catalog);
  return Object.values(catalog.drillNetworks).flatMap((network) => {
    const at = (field: string): Path => ['drillNetworks', network.name, field];
    const problems: PlacedProblem[] = [];
    if (!allowedRegions.includes(network.region)) {
      problems.push({
        path: at('region'),
        message: `Policy allows no drills in ${network.region}.`,
        expected: `one of policies.allowedRegions: ${allowedRegions.join(', ')}`,
      });
    }
    if (network.shared && !sharedVpcAllowed) {
      problems.push({
        path: at('shared'),
        message: `Drill network ${network.name} shares a VPC with production, which policy does not allow.`,
        expected: 'a VPC of its own, or policies.sharedVpcAllowed: true',
      });
    }
    if (!network.shared && production.includes(network.vpcId)) {
      problems.push({
        path: at('vpcId'),
        message: `Drill network ${network.name} lies in ${network.vpcId}, which is a production VPC.`,
        expected: 'a VPC that no resource names under productionVpcIds',
      });
    }
    if (network.securityGroupId === network.probeSecurityGroupId) {
      problems.push({
        path: at('probeSecurityGroupId'),
        message: 'The copies and the probe have the same security group, so copies could reach each other.',
        expected: 'two security groups',
      });
    }
    return problems;
  });
}

function serviceProblems(catalog: Catalog, service: Service): PlacedProblem[] {
  const at = (...path: PropertyKey[]): Path => ['services', service.id, ...path];
  const problems: PlacedProblem[] = [];
  for (const [index, dependency] of service.dependencies.entries()) {
    if (dependency === service.id)
      problems.push({
        path: at('dependencies', index),
        message: `${service.id} depends on itself.`,
        expected: 'another service',
      });
    else if (service.dependencies.indexOf(dependency) < index)
      problems.push({
        path: at('dependencies', index),
        message: `${dependency} is listed twice.`,
        expected: 'each dependency once',
      });
  }
  const newest = tierTargets(catalog, service.tier).at(-1);
  for (const field of ['rto', 'rpo'] as const) {
    const own = service.targets?.[`${field}Ms`];
    const tier = newest?.[`${field}Ms`];
    if (own !== undefined && tier !== undefined && own > tier) {
      problems.push({
        path: at('targets', field),
        message: `A service's own ${field.toUpperCase()} must not be looser than its tier's.`,
        expected: `at most the ${tier / 3_600_000} h of tier ${service.tier}; something looser is an exception, with an approver and a last day`,
      });
    }
  }
  return [
    ...problems,
    ...service.resources.flatMap((resource, index) => resourceProblems(catalog, service, resource, index)),
  ];
}

function resourceProblems(catalog: Catalog, service: Service, resource: Resource, index: number): PlacedProblem[] {
  const at = (...path: PropertyKey[]): Path => ['services', service.id, 'resources', index, ...path];
  const problems: PlacedProblem[] = [];
  if (service.resources.findIndex(({ name }) => name === resource.name) < index) {
    problems.push({
      path: at('name'),
      message: `${service.id} has two resources named ${resource.name}.`,
      expected: 'a name of its own within the service',
    });
  }
  if (resource.kind === 's3-bucket') return problems;
  const network = resource.drillNetwork === undefined ? undefined : catalog.drillNetworks[resource.drillNetwork];
  if (network !== undefined && network.account !== resource.account) {
    problems.push({
      path: at('drillNetwork'),
      message:
        `Drill network ${network.name} is in account ${network.account}, ${resource.name} in ${resource.account}. Restoring into another account is refused for now: ` +
        'automated backups and points in time cannot be shared between accounts, only copied snapshots can, so that the test would prove another backup than the one in use.',
      expected: `a drill network in account ${resource.account}`,
    });
  }
  if (network !== undefined && network.region !== resource.region) {
    problems.push({
      path: at('drillNetwork'),
      message: `Drill network ${network.name} is in ${network.region}, ${resource.name} in ${resource.region}; backups are restored in their own Region.`,
      expected: `a drill network in ${resource.region}`,
    });
  }
  if (resource.kind === 'rds-instance') {
    const names = resource.checks.map(({ name }) => name);
    for (const [position, name] of names.entries()) {
      if (names.indexOf(name) < position)
        problems.push({
          path: at('checks', position),
          message: `Two checks are named "${name}".`,
          expected: 'a name of its own for every check: results and tickets go by it',
        });
    }
  }
  return problems;
}
