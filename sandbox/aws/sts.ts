import type { AssumeRoleRequest, AssumeRoleResponse, GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import { checkControl } from '../kit/control.ts';
import { assumedRoleArn, issueSession, userIdOf } from './accounts.ts';
import type { RoleRegistry } from './roles.ts';
import { RoleSchema } from './roles.ts';
import type { AwsService, CallContext } from './service.ts';
import { AwsFault } from './service.ts';

/** Who am I, and temporary credentials for a role. Trust policies are reduced to the external id. */
export function createStsService(roles: RoleRegistry): AwsService {
  return {
    operations: {
      GetCallerIdentity: (_input: object, context): Promise<GetCallerIdentityResponse> =>
        Promise.resolve({ Account: context.accountId, Arn: context.callerArn, UserId: userIdOf(context.callerArn) }),
      AssumeRole: (input: AssumeRoleRequest, context) => Promise.resolve(assumeRole(input, context, roles)),
    },
    control: {
      'POST roles': (body: unknown, { accountId }) => {
        const role = checkControl(RoleSchema, body);
        roles.put(accountId, role);
        return Promise.resolve({ arn: `arn:aws:iam::${accountId}:role/${role.name}`, ...role });
      },
      'GET roles': (_body: unknown, { accountId }) =>
        Promise.resolve({ account: accountId, roles: roles.list(accountId) }),
      'POST expire-sessions': (_body: unknown, { accountId }) => {
        roles.expireSessions(accountId);
        return Promise.resolve({ account: accountId, expired: true });
      },
    },
  };
}

function assumeRole(input: AssumeRoleRequest, context: CallContext, roles: RoleRegistry): AssumeRoleResponse {
  const { RoleArn = '', RoleSessionName = '', ExternalId } = input;
  const [, accountId, path] = /^arn:aws:iam::(\d{12}):role\/(.+)$/.exec(RoleArn) ?? [];
  const role = path?.split('/').at(-1);
  if (accountId === undefined || role === undefined || role === '') throw invalid(`${RoleArn} is invalid`);
  if (!/^[\w+=,.@-]{2,64}$/.test(RoleSessionName)) {
    throw invalid(
      `1 validation error detected: Value '${RoleSessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]* and have length between 2 and 64`,
    );
  }
  const durationSeconds = checkedDuration(input.DurationSeconds, context);
  const known = roles.find(accountId, role);
  if (known?.externalId !== undefined && known.externalId !== ExternalId) {
    throw new AwsFault(
      'AccessDenied',
      `User: ${context.callerArn} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
      403,
    );
  }
  const arn = assumedRoleArn(accountId, role, RoleSessionName);
  return {
    Credentials: issueSession({ accountId, role, session: RoleSessionName, durationSeconds }),
    AssumedRoleUser: { Arn: arn, AssumedRoleId: userIdOf(arn) },
    ...(input.SourceIdentity !== undefined && { SourceIdentity: input.SourceIdentity }),
  };
}

const shortestSessionSeconds = 900;
const longestSessionSeconds = 43_200;
const chainedSessionSeconds = 3600;

function checkedDuration(asked: number | undefined, context: CallContext): number {
  if (asked === undefined) return chainedSessionSeconds;
  const limit =
    asked < shortestSessionSeconds
      ? `greater than or equal to ${shortestSessionSeconds}`
      : `less than or equal to ${longestSessionSeconds}`;
  if (asked < shortestSessionSeconds || asked > longestSessionSeconds) {
    throw invalid(
      `1 validation error detected: Value '${asked}' at 'durationSeconds' failed to satisfy constraint: Member must have value ${limit}`,
    );
  }
  if (context.callerArn.includes(':assumed-role/') && asked > chainedSessionSeconds) {
    throw invalid('The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining');
  }
  return asked;
}

function invalid(message: string): AwsFault {
  return new AwsFault('ValidationError', message, 400);
}
