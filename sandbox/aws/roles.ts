import { z } from 'zod';
import { StateFile } from '../kit/state-file.ts';
import type { Denial } from './refusals.ts';

/** An action, or an action on resources: `rds:Describe*`, or `{ action: "rds:Delete*", resource: "arn:aws:rds:*:*:db:drdrill-*" }`. */
export const PermissionSchema = z.union([
  z.string().min(1),
  z.strictObject({ action: z.string().min(1), resource: z.string().min(1).default('*') }),
]);

/** A role known to the sandbox. One that is not known may be assumed by anybody and may do everything. */
export const RoleSchema = z.strictObject({
  name: z.string().regex(/^[\w+=,.@-]{1,64}$/, 'must be a role name: letters, digits and +=,.@_-'),
  /** What AssumeRole must bring; without it no external id is asked for. */
  externalId: z.string().min(2).optional(),
  allow: z.array(PermissionSchema).default(['*']),
  deny: z.array(PermissionSchema).default([]),
});
export type Role = z.infer<typeof RoleSchema>;

/** One thing that a call wants to do. */
export interface Access {
  readonly action: string;
  readonly resource: string;
}

/** The roles that control has registered, per account, and until when older sessions count. */
export class RoleRegistry {
  readonly #file: StateFile<RoleState> | undefined;
  readonly #state: RoleState;

  /** @param path - where to keep the roles over a restart; in memory only when left out */
  constructor(path?: string) {
    this.#file = path === undefined ? undefined : new StateFile(path);
    this.#state = this.#file?.read() ?? { roles: {}, sessionsValidAfterMs: {} };
  }

  put(accountId: string, role: Role): void {
    this.#state.roles[accountId] = [...this.list(accountId).filter((each) => each.name !== role.name), role];
    this.#save();
  }

  list(accountId: string): readonly Role[] {
    return this.#state.roles[accountId] ?? [];
  }

  find(accountId: string, name: string): Role | undefined {
    return this.list(accountId).find((role) => role.name === name);
  }

  /** Every session of the account issued before now is refused as expired from here on. */
  expireSessions(accountId: string): void {
    this.#state.sessionsValidAfterMs[accountId] = Date.now() + 1;
    this.#save();
  }

  sessionsValidAfterMs(accountId: string): number {
    return this.#state.sessionsValidAfterMs[accountId] ?? 0;
  }

  reset(accountId: string): void {
    delete this.#state.roles[accountId];
    delete this.#state.sessionsValidAfterMs[accountId];
    this.#save();
  }

  #save(): void {
    this.#file?.write(this.#state);
  }
}

interface RoleState {
  readonly roles: Record<string, readonly Role[]>;
  readonly sessionsValidAfterMs: Record<string, number>;
}

/** Deny wins over allow, and what nothing allows is denied, as in IAM. */
export function denialOf(role: Role, access: Access): Denial | undefined {
  if (role.deny.some((permission) => covers(permission, access))) return 'explicit-deny';
  return role.allow.some((permission) => covers(permission, access)) ? undefined : 'no-allow';
}

function covers(permission: z.infer<typeof PermissionSchema>, access: Access): boolean {
  if (typeof permission === 'string') return matchesGlob(permission, access.action, 'i');
  return matchesGlob(permission.action, access.action, 'i') && matchesGlob(permission.resource, access.resource, '');
}

function matchesGlob(glob: string, text: string, flags: 'i' | ''): boolean {
  const pattern = glob
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`, `s${flags}`).test(text);
}
