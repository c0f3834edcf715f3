import { FiredrillError } from '../../domain/errors.ts';

/** The copy does not take connections yet. Asked again until the connect deadline. */
export const notConnectableYet = (copy: string, reason: string): FiredrillError =>
  new FiredrillError({
    code: 'not-yet',
    kind: 'not-yet',
    what: `${copy} does not take connections yet: ${reason}.`,
    means: 'AWS says available; a database is usable only once a connection proves it.',
    next: 'Nothing to do: it is tried again until the deadline of this step.',
  });

/** The copy answers, and waiting will not make it let us in. */
export const copyUnusable = (
  copy: string,
  code: 'copy-login-refused' | 'copy-database-missing' | 'copy-unreachable' | 'copy-damaged',
  reason: string,
): FiredrillError =>
  new FiredrillError({
    code,
    kind: 'finding',
    what: `${copy} is restored, but cannot be used: ${reason}.`,
    means: 'Nothing could be proved about the data. The run ends as failed.',
    next: 'Look at the log of the copy and at what the reason names, repair it, then start a retest.',
  });

/** The probe's own trust is not set up; says nothing about the backup. */
export const tlsNotTrusted = (copy: string, code: string): FiredrillError =>
  new FiredrillError({
    code: 'tls-not-trusted',
    kind: 'programme',
    what: `The probe does not trust the certificate of ${copy} (${code}).`,
    means: 'The catalog asks for tls: verify-full, so nothing was sent. It says nothing about the backup.',
    next: 'Give the probe worker the RDS certificate bundle of this Region, or set tls: require in the catalog.',
  });

/** A query of the catalog is not one that can be asked. */
export const queryNotUsable = (query: string, reason: string): FiredrillError =>
  new FiredrillError({
    code: 'query-not-usable',
    kind: 'input',
    what: `The declared query "${query}" cannot be used: ${reason}.`,
    means: 'What it was to measure is not known.',
    next: 'Correct it in the catalog, try it with: firedrill start restore-test SERVICE --mode drill',
  });
