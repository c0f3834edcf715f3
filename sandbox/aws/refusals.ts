import { AwsFault } from './service.ts';
import type { ServiceName } from './wire/model.ts';

/** Refusals that every service has, each with its own code, status and words. */
export type CommonRefusal = 'expired-token' | 'invalid-token' | 'missing-token' | 'throttled';

const refusals: Readonly<
  Record<CommonRefusal, Readonly<Record<ServiceName, readonly [code: string, status: number, message: string]>>>
> = {
  'expired-token': {
    rds: ['ExpiredToken', 403, 'The security token included in the request is expired'],
    sts: ['ExpiredToken', 403, 'The security token included in the request is expired'],
    ec2: ['RequestExpired', 400, 'Request has expired.'],
    kms: ['ExpiredTokenException', 400, 'The security token included in the request is expired'],
    s3: ['ExpiredToken', 400, 'The provided token has expired.'],
  },
  'invalid-token': {
    rds: ['InvalidClientTokenId', 403, 'The security token included in the request is invalid.'],
    sts: ['InvalidClientTokenId', 403, 'The security token included in the request is invalid.'],
    ec2: ['AuthFailure', 401, 'AWS was not able to validate the provided access credentials'],
    kms: ['UnrecognizedClientException', 400, 'The security token included in the request is invalid.'],
    s3: ['InvalidAccessKeyId', 403, 'The AWS Access Key Id you provided does not exist in our records.'],
  },
  'missing-token': {
    rds: ['MissingAuthenticationToken', 403, 'Request is missing Authentication Token'],
    sts: ['MissingAuthenticationToken', 403, 'Request is missing Authentication Token'],
    ec2: ['AuthFailure', 401, 'AWS was not able to validate the provided access credentials'],
    kms: ['MissingAuthenticationTokenException', 400, 'Request is missing Authentication Token'],
    s3: ['AccessDenied', 403, 'Access Denied'],
  },
  throttled: {
    rds: ['Throttling', 400, 'Rate exceeded'],
    sts: ['Throttling', 400, 'Rate exceeded'],
    ec2: ['RequestLimitExceeded', 503, 'Request limit exceeded.'],
    kms: ['ThrottlingException', 400, 'Rate exceeded'],
    s3: ['SlowDown', 503, 'Please reduce your request rate.'],
  },
};

export function refusal(kind: CommonRefusal, service: ServiceName): AwsFault {
  const [code, status, message] = refusals[kind][service];
  return new AwsFault(code, message, status);
}

/** Why an identity may not do something: nothing allows it, or a statement denies it. */
export type Denial = 'no-allow' | 'explicit-deny';

/** The refusal of an action, in the words that the real services use (and that people search for). */
export function accessDenied(
  service: ServiceName,
  denied: { readonly callerArn: string; readonly action: string; readonly resource: string; readonly denial: Denial },
): AwsFault {
  const { callerArn, action, resource, denial } = denied;
  const reason =
    denial === 'no-allow'
      ? `because no identity-based policy allows the ${action} action`
      : 'with an explicit deny in an identity-based policy';
  const quoted = service === 's3' ? `"${resource}"` : resource;
  // EC2's describe calls have no resource to name.
  const on = resource === '*' ? '' : ` on resource: ${quoted}`;
  const sentence = `User: ${callerArn} is not authorized to perform: ${action}${on} ${reason}`;
  if (service === 'ec2')
    return new AwsFault('UnauthorizedOperation', `You are not authorized to perform this operation. ${sentence}`, 403);
  if (service === 'kms') return new AwsFault('AccessDeniedException', sentence, 400);
  return new AwsFault('AccessDenied', sentence, 403);
}
