import { afterEach, describe, expect, test, vi } from 'vitest';
import { certificateProblem } from './certificates.ts';

/** As `fetch` fails: what happened is in the cause. */
const failedFor = (code: string, message: string): Error =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) });

afterEach(() => vi.unstubAllEnvs());

describe('a certificate that is not trusted', () => {
  test('for its authority: what to do names the variable, and what it is set to', () => {
    const error = failedFor('SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain');
    vi.stubEnv('NODE_EXTRA_CA_CERTS', undefined);
    expect(certificateProblem(error)).toEqual({
      fault: 'unknown-authority',
      why: 'self-signed certificate in certificate chain',
      next: expect.stringContaining('NODE_EXTRA_CA_CERTS (not set now)'),
    });
    vi.stubEnv('NODE_EXTRA_CA_CERTS', '/etc/company.pem');
    expect(certificateProblem(error)?.next).toContain('NODE_EXTRA_CA_CERTS (/etc/company.pem now)');
  });

  test.each([
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'other-name', /by the host that its certificate is for/],
    ['CERT_HAS_EXPIRED', 'out-of-date', /a certificate that is valid now/],
    ['CERT_NOT_YET_VALID', 'out-of-date', /clock of the worker/],
    ['CERT_REVOKED', 'revoked', /a certificate that is valid now/],
  ])('for %s: no variable helps', (code, fault, next) => {
    expect(certificateProblem(failedFor(code, 'no'))).toMatchObject({ fault, next: expect.stringMatching(next) });
  });
});

test('any other failure is none of a certificate', () => {
  expect(certificateProblem(failedFor('ECONNREFUSED', 'connect ECONNREFUSED'))).toBeUndefined();
  expect(certificateProblem(failedFor('toString', 'no'))).toBeUndefined();
  expect(certificateProblem(new TypeError('fetch failed'))).toBeUndefined();
  expect(certificateProblem('aborted')).toBeUndefined();
});
