/** What is wrong with a server's certificate, as Node names it in the code of the error behind a failed `fetch`. */
type CertificateFault = 'unknown-authority' | 'other-name' | 'out-of-date' | 'revoked';

const faults: Readonly<Record<string, CertificateFault>> = {
  SELF_SIGNED_CERT_IN_CHAIN: 'unknown-authority',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'unknown-authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unknown-authority',
  UNABLE_TO_GET_ISSUER_CERT: 'unknown-authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'unknown-authority',
  CERT_SIGNATURE_FAILURE: 'unknown-authority',
  CERT_UNTRUSTED: 'unknown-authority',
  INVALID_CA: 'unknown-authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'other-name',
  HOSTNAME_MISMATCH: 'other-name',
  CERT_HAS_EXPIRED: 'out-of-date',
  CERT_NOT_YET_VALID: 'out-of-date',
  CERT_REVOKED: 'revoked',
};

/** A server that answered with a certificate that does not prove who it is. */
export interface CertificateProblem {
  readonly fault: CertificateFault;
  /** In Node's words. */
  readonly why: string;
  /** What somebody has to do before it can be read. */
  readonly next: string;
}

/** Why a `fetch` failed, when it was for the server's certificate; nothing when it failed for something else. */
export function certificateProblem(error: unknown): CertificateProblem | undefined {
  const { cause } = error instanceof Error ? error : {};
  if (!(cause instanceof Error) || !('code' in cause)) return undefined;
  const code = String(cause.code);
  const fault = Object.hasOwn(faults, code) ? faults[code] : undefined;
  return fault === undefined ? undefined : { fault, why: cause.message, next: nextOf(fault) };
}

function nextOf(fault: CertificateFault): string {
  switch (fault) {
    case 'unknown-authority': {
      // Node reads it once, at its start; a file that it cannot read is no more than a warning in the worker's log.
      const file = process.env['NODE_EXTRA_CA_CERTS'];
      const now = file === undefined || file === '' ? 'not set now' : `${file} now`;
      return (
        'Have the worker trust the authority that signed it: its certificate (PEM) in a file, the absolute path of the file in' +
        ` NODE_EXTRA_CA_CERTS (${now}), the worker started again. NODE_USE_SYSTEM_CA=1 does, too, where the machine trusts it.`
      );
    }
    case 'other-name':
      return 'Name the page in the catalog by the host that its certificate is for, or give its server a certificate for this one.';
    case 'out-of-date':
    case 'revoked':
      return 'Give its server a certificate that is valid now; if it is, look at the clock of the worker.';
  }
}
