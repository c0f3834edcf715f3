import { FiredrillError } from '../../domain/errors.ts';

/** The copy does not take connections yet. Asked again until the connect deadline. */
export class NotConnectableYetError extends FiredrillError {
  override readonly name = 'NotConnectableYetError';

  constructor(copy: string, reason: string) {
    super({
      code: 'not-yet',
      kind: 'not-yet',
      what: `${copy} does not take connections yet: ${reason}.`,
      means: 'AWS says available; a database is usable only once a connection proves it.',
      next: 'Nothing to do: it is tried again until the deadline of this step.',
    });
  }
}

/** The copy answers, and waiting will not make it let us in. */
export class CopyUnusableError extends FiredrillError {
  override readonly name = 'CopyUnusableError';

  constructor(
    copy: string,
    code: 'copy-login-refused' | 'copy-database-missing' | 'copy-unreachable' | 'copy-damaged',
    reason: string,
  ) {
    super({
      code,
      kind: 'finding',
      what: `${copy} is restored, but cannot be used: ${reason}.`,
      means: 'Nothing could be proved about the data. The run ends as failed.',
      next: 'Look at the log of the copy and at what the reason names, repair it, then start a retest.',
    });
  }
}

/** The probe's own trust is not set up; says nothing about the backup. */
export class TlsNotTrustedError extends FiredrillError {
  override readonly name = 'TlsNotTrustedError';

  constructor(copy: string, code: string) {
    super({
      code: 'tls-not-trusted',
      kind: 'programme',
      what: `The probe does not trust the certificate of ${copy} (${code}).`,
      means: 'The catalog asks for tls: verify-full, so nothing was sent. It says nothing about the backup.',
      next: 'Give the probe worker the RDS certificate bundle of this Region, or set tls: require in the catalog.',
    });
  }
}

/** A query of the catalog is not one that can be asked. */
export class QueryNotUsableError extends FiredrillError {
  override readonly name = 'QueryNotUsableError';

  constructor(query: string, reason: string) {
    super({
      code: 'query-not-usable',
      kind: 'input',
      what: `The declared query "${query}" cannot be used: ${reason}.`,
      means: 'What it was to measure is not known.',
      next: 'Correct it in the catalog, try it with: firedrill start restore-test SERVICE --mode drill',
    });
  }
}
