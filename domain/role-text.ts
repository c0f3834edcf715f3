import type { Role } from './gate.ts';

/** A role without an article, as it stands behind a name: `Ann (service owner)`. */
export function roleName(role: Role): string {
  switch (role) {
    case 'service-owner':
      return 'service owner';
    case 'dr-champion':
      return 'DR champion';
    case 'deputy':
      return 'deputy';
    case 'incident-commander':
      return 'incident commander';
    case 'leadership':
      return 'leadership';
    case 'risk-and-compliance':
      return 'risk and compliance';
    case 'sre':
      return 'SRE';
  }
}

/** Somebody who holds the role: `an incident commander`. */
export function someoneOf(role: Role): string {
  switch (role) {
    case 'service-owner':
    case 'dr-champion':
    case 'deputy':
      return `a ${roleName(role)}`;
    case 'incident-commander':
    case 'sre':
      return `an ${roleName(role)}`;
    case 'leadership':
    case 'risk-and-compliance':
      return `someone from ${roleName(role)}`;
  }
}

/** `a`, `a or b`, `a, b or c`. */
export function listOf(words: readonly string[], conjunction: 'and' | 'or'): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} ${conjunction} ${last}`;
}

/** `a service owner or an incident commander`. */
export const anyOf = (roles: readonly Role[]): string => listOf(roles.map(someoneOf), 'or');
