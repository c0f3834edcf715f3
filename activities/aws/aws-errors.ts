import { FiredrillError } from '../../domain/errors.ts';

/** AWS is still working on it; asked again at a fixed interval until the step's deadline. */
export const notYet = (what: string): FiredrillError =>
  new FiredrillError({
    code: 'not-yet',
    kind: 'not-yet',
    what,
    means: 'AWS is still working on it, which is normal.',
    next: 'Nothing to do: it is looked at again until the deadline of this step.',
  });

/** The restored copy reached a state that it does not leave by itself. The drill found something: the run fails. */
export const restoreEndedBadly = (name: string, status: string, meaning: string): FiredrillError =>
  new FiredrillError({
    code: 'restore-ended-badly',
    kind: 'finding',
    what: `The restored copy ${name} ended in the state "${status}": ${meaning}.`,
    means: 'This recovery point did not give a database that anyone could use. The run ends as failed.',
    next: 'Look at the RDS events of the copy and at what the state names, repair it, then start a retest.',
  });

/**
 * The copy disappeared while the run was waiting for it; someone or something else deletes drill resources.
 *
 * @param seen - what AWS says; the same gap, whether the deletion is seen while it goes on or when it is over
 */
export const copyVanished = (name: string, seen = 'AWS answers NotFound'): FiredrillError =>
  new FiredrillError({
    code: 'copy-vanished',
    kind: 'finding',
    what: `The copy ${name} was there and is gone or going; ${seen}.`,
    means: 'The restore cannot be validated. This run did not delete it.',
    next: 'Find in CloudTrail who called DeleteDBInstance (a tag policy, another sweeper, a person), then start a retest.',
  });

/** AWS says that it made the copy and does not find it yet: its answers agree only after a while. Asked again. */
export const copyNotVisible = (name: string): FiredrillError =>
  new FiredrillError({
    code: 'copy-not-visible',
    kind: 'busy',
    what: `AWS says that ${name} exists and answers NotFound when asked for it.`,
    means: 'An earlier attempt made it, and AWS does not show it everywhere yet.',
    next: 'Nothing to do: it is looked at again. If it stays so, look at the AWS health dashboard.',
  });

/** The database under test does not exist where the catalog says. */
export const sourceNotFound = (identifier: string, accountId: string, region: string): FiredrillError =>
  new FiredrillError({
    code: 'source-not-found',
    kind: 'input',
    what: `There is no RDS instance "${identifier}" in account ${accountId}, ${region}.`,
    means: 'There is nothing to test; nothing was created.',
    next: 'Correct the identifier, account or Region of this resource in the catalog.',
  });

/** The source is of a kind whose restore works differently (Aurora, Multi-AZ cluster). */
export const sourceNotSupported = (identifier: string, engine: string, reason: string): FiredrillError =>
  new FiredrillError({
    code: 'source-not-supported',
    kind: 'input',
    what: `"${identifier}" (${engine}) cannot be restore-tested yet: ${reason}.`,
    means: 'Nothing was created.',
    next: 'Declare it in the catalog as a cluster; it is shown as "untested: not supported yet".',
  });

/** Something of that name exists and is not this run's. Neither adopted nor deleted. */
export const notOurResource = (act: 'adopt' | 'delete' | 'change', name: string, reason: string): FiredrillError =>
  new FiredrillError({
    code: 'not-this-runs-resource',
    kind: 'refused',
    what: `Refused to ${act} the database ${name}: ${reason}.`,
    means: 'Nothing was changed.',
    next: 'Look at its tags and find out who made it. If it is a leftover of an earlier drill, delete it by hand or with: firedrill sweep',
  });

/** AWS made the copy otherwise than it was asked to. The run stops and deletes it before anyone connects. */
export const copyNotIsolated = (name: string, reasons: readonly string[]): FiredrillError =>
  new FiredrillError({
    code: 'copy-not-isolated',
    kind: 'refused',
    what: `The copy ${name} is not isolated: ${reasons.join('; ')}.`,
    means: 'It was asked for otherwise. The run stops here and deletes it.',
    next: 'Look for what changed it (a policy, a hook, a person) before the next drill.',
  });

/** The plan names a snapshot of another database than it is about. */
export const notTheSourcesSnapshot = (snapshotId: string, sourceIdentifier: string): FiredrillError =>
  new FiredrillError({
    code: 'not-the-sources-snapshot',
    kind: 'refused',
    what: `Refused to restore the snapshot ${snapshotId}: AWS says that it is not of ${sourceIdentifier}.`,
    means: 'Nothing was created; the run ends as aborted.',
    next: 'firedrill chooses only snapshots of the declared database: find out who started this run, and with what plan.',
  });

/** No role is declared for an account, or assuming it gave no credentials. */
export const noRoleForAccount = (accountId: string, purpose: string): FiredrillError =>
  new FiredrillError({
    code: 'no-role-for-account',
    kind: 'programme',
    what: `There is no usable "${purpose}" role for AWS account ${accountId}.`,
    means: 'No call was made: every AWS call goes through AssumeRole.',
    next: 'Declare the account with its role ARN in the catalog, then run: firedrill doctor',
  });

/** The SDK was about to call a host that the configuration does not name. */
export const unexpectedEndpoint = (host: string): FiredrillError =>
  new FiredrillError({
    code: 'unexpected-aws-endpoint',
    kind: 'programme',
    what: `The AWS SDK was about to call ${host || 'an unnamed host'}, which is not amazonaws.com.`,
    means: 'The call was not made, because evidence of such a run would not be marked SIMULATED.',
    next: 'Set the endpoint in firedrill’s own configuration (AWS_ENDPOINT_URL is read there), not in an AWS profile.',
  });
