import * as rds from '@aws-sdk/client-rds';
import { describe, expect, test } from 'vitest';
import { FiredrillError } from '../../domain/errors.ts';
import { createAwsClients, isVendorHost } from './aws-clients.ts';
import { classifyAwsError } from './aws-faults.ts';
import { findInstance } from './find-instance.ts';

const answer = (name: string, status = 400, message = 'text') =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status, requestId: 'r-1' } });
const sdk = (Fault: new (options: { message: string; $metadata: object }) => Error) =>
  new Fault({ message: 'text', $metadata: {} });

describe('what AWS answers decides about retry and verdict', () => {
  test.each([
    ['Throttling', 'busy'],
    ['ThrottlingException', 'busy'],
    ['RequestLimitExceeded', 'busy'],
    ['InvalidDBInstanceStateFault', 'busy'],
    ['InvalidDBInstanceState', 'busy'],
    ['ServiceUnavailable', 'busy'],
    ['KMSKeyNotAccessibleFault', 'finding'],
    ['PointInTimeRestoreNotEnabled', 'finding'],
    ['InvalidRestoreFault', 'finding'],
    ['DBSnapshotNotFound', 'finding'],
    ['InsufficientDBInstanceCapacity', 'finding'],
    ['DBParameterGroupNotFound', 'finding'],
    ['OptionGroupNotFoundFault', 'finding'],
    ['DBSubnetGroupDoesNotCoverEnoughAZs', 'finding'],
    ['InstanceQuotaExceeded', 'programme'],
    ['StorageQuotaExceededFault', 'programme'],
    ['AccessDenied', 'programme'],
    ['AccessDeniedException', 'programme'],
    ['UnauthorizedOperation', 'programme'],
    ['ExpiredToken', 'programme'],
    ['ExpiredTokenException', 'programme'],
    ['CredentialsProviderError', 'programme'],
    ['InvalidParameterCombination', 'bug'],
    ['SomethingNobodyHasSeen', 'bug'],
  ])('%s is %s', (name, kind) => {
    expect(classifyAwsError(answer(name), 'testing').kind).toBe(kind);
  });

  test('knows the classes of the SDK as well as the codes of the wire', () => {
    expect(classifyAwsError(sdk(rds.KMSKeyNotAccessibleFault), 'testing').code).toBe('key-not-accessible');
    expect(classifyAwsError(sdk(rds.DBSnapshotNotFoundFault), 'testing').code).toBe('recovery-point-gone');
    expect(classifyAwsError(sdk(rds.InstanceQuotaExceededFault), 'testing').code).toBe('quota-reached');
    expect(classifyAwsError(sdk(rds.InvalidDBInstanceStateFault), 'testing').code).toBe('aws-busy');
  });

  test('an unknown answer with a 5xx status, a time-out and a lost connection are busy', () => {
    expect(classifyAwsError(answer('Strange', 503), 'testing').kind).toBe('busy');
    expect(classifyAwsError(Object.assign(new Error('slow'), { name: 'TimeoutError' }), 'testing').kind).toBe('busy');
    expect(classifyAwsError(Object.assign(new Error('gone'), { code: 'ECONNRESET' }), 'testing').kind).toBe('busy');
  });

  test('a moment outside the window is a finding, though RDS gives it a generic code', () => {
    expect(
      classifyAwsError(
        answer('InvalidParameterValue', 400, 'The specified instance cannot be restored to a time later than now'),
        'testing',
      ),
    ).toMatchObject({ kind: 'finding', code: 'restore-refused' });
  });

  test('our own errors pass through, and something that is no error is a bug', () => {
    const own = new FiredrillError({ code: 'x', kind: 'refused', what: 'a', means: 'b', next: 'c' });
    expect(classifyAwsError(own, 'testing')).toBe(own);
    expect(classifyAwsError('text', 'testing').kind).toBe('bug');
  });

  test('speaks in three sentences, with AWS’s code and reason on one line', () => {
    const error = classifyAwsError(
      answer('KMSKeyNotAccessible', 400, 'The key\nis disabled.'),
      'restoring issues-db from nightly',
    );
    expect(error.what).toBe(
      'AWS answered KMSKeyNotAccessible while restoring issues-db from nightly: The key is disabled.',
    );
    expect(error.next).toContain('start a retest');
  });
});

describe('the real client', () => {
  const clientsAt = (endpoint: string) =>
    createAwsClients({
      purpose: 'read',
      roleFor: () => ({ roleArn: 'arn:aws:iam::111111111111:role/r' }),
      endpoint,
      baseCredentials: { accessKeyId: 'AKIA', secretAccessKey: 's' },
      requestTimeoutMs: 1_000,
    });

  test('reports an endpoint that nobody listens on as busy', async () => {
    const clients = clientsAt('http://127.0.0.1:1');
    await expect(
      findInstance(clients.rds({ accountId: '111111111111', region: 'eu-central-1' }), 'x'),
    ).rejects.toMatchObject({ kind: 'busy' });
    clients.destroy();
  });

  test('does not talk to a sandbox that only an environment variable names', async () => {
    process.env['AWS_ENDPOINT_URL_STS'] = 'http://127.0.0.1:1';
    const clients = createAwsClients({
      purpose: 'read',
      roleFor: () => ({ roleArn: 'arn:aws:iam::111111111111:role/r' }),
      baseCredentials: { accessKeyId: 'AKIA', secretAccessKey: 's' },
      requestTimeoutMs: 1_000,
    });
    try {
      expect(clients.simulated).toBe(false);
      await expect(
        findInstance(clients.rds({ accountId: '111111111111', region: 'eu-central-1' }), 'x'),
      ).rejects.toMatchObject({ code: 'unexpected-aws-endpoint', kind: 'programme' });
    } finally {
      delete process.env['AWS_ENDPOINT_URL_STS'];
      clients.destroy();
    }
  });

  test.each([
    ['rds.eu-central-1.amazonaws.com', true],
    ['rds.cn-north-1.amazonaws.com.cn', true],
    ['localhost', false],
    ['amazonaws.com.evil.example', false],
    ['notamazonaws.com', false],
  ])('%s counts as the vendor: %s', (host, vendor) => {
    expect(isVendorHost(host)).toBe(vendor);
  });
});
