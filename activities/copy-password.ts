import { createHmac } from 'node:crypto';
import { FiredrillError } from '../domain/errors.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const length = 40;

/**
 * The password of a run's copy: 40 letters and digits (238 bits) from HMAC-SHA256 of the drill secret and the run id.
 *
 * `aws-isolated` sets it and `probe` uses it without it ever passing through a workflow. Within what RDS allows: printable,
 * no `/`, `"`, `@` or space; at most 128 characters for PostgreSQL and 41 for MySQL and MariaDB (ModifyDBInstance,
 * `MasterUserPassword`). Oracle takes 30 only; it is not restored yet.
 *
 * @param drillSecret - at least 32 characters, known to the `aws-isolated` and `probe` workers only
 * @throws FiredrillError `drill-secret-too-short`; the secret is not in its text
 */
export function derivePassword(drillSecret: string, runId: string): string {
  if (drillSecret.length < 32) {
    throw new FiredrillError({
      code: 'drill-secret-too-short',
      kind: 'programme',
      what: `The drill secret has ${drillSecret.length} characters; at least 32 are needed.`,
      means: 'No password can be derived for the restored copy.',
      next: 'Set FIREDRILL_DRILL_SECRET (or its _FILE) to a random text, the same for the aws-isolated and probe workers.',
    });
  }
  let password = '';
  for (let block = 0; password.length < length; block += 1) {
    for (const byte of createHmac('sha256', drillSecret)
      .update(`firedrill copy password\n${runId}\n${block}`)
      .digest()) {
      // 248 is the last multiple of 62 in a byte: above it the first letters would be likelier than the rest.
      if (byte < 248 && password.length < length) password += alphabet.charAt(byte % alphabet.length);
    }
  }
  return password;
}
