import { randomBytes } from 'node:crypto';

import { AwsFault } from '../service.ts';
import type { Scope } from './databases/places.ts';

type ResourceKind = 'db' | 'snapshot' | 'subgrp' | 'pg' | 'og' | 'auto-backup';

export const arnOf = (scope: Scope, kind: ResourceKind, name: string): string =>
  `arn:aws:rds:${scope.region}:${scope.accountId}:${kind}:${name}`;

/** Accepts a name or an ARN, as RDS does, and gives the name. Names are not case sensitive. */
export function nameFrom(nameOrArn: string): string {
  const parts = nameOrArn.split(':');
  return (parts[0] === 'arn' ? parts.slice(6).join(':') : nameOrArn).toLowerCase();
}

/** 1–63 letters, digits and hyphens; a letter first, no hyphen last, no two in a row. */
export function checkIdentifier(parameter: string, value: string | undefined, maxLength = 63): string {
  if (value === undefined || value === '') {
    throw new AwsFault('MissingParameter', `The request must contain the parameter ${parameter}.`);
  }
  if (value.length > maxLength) {
    throw new AwsFault(
      'InvalidParameterValue',
      `The parameter ${parameter} must not be longer than ${maxLength} characters.`,
    );
  }
  if (!/^[a-z](?:-?[a-z0-9])*$/iu.test(value)) {
    throw new AwsFault(
      'InvalidParameterValue',
      `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.`,
    );
  }
  return value.toLowerCase();
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** `db-` and 26 characters, as RDS writes it. */
export const newDbiResourceId = (): string => `db-${Array.from(randomBytes(26), (byte) => BASE32[byte % 32]).join('')}`;

export const newSnapshotKey = (): string => `snap-${randomBytes(12).toString('hex')}`;
