import { awsControl } from '../../../examples/set-up.ts';
import type { StoredRun } from '../../../store/read.ts';
import { doubles } from './witness.ts';
import type { Witness } from './witness.ts';

interface Leftover {
  readonly arn: string;
  readonly tags?: unknown;
}

/** What AWS has ever made under this run's names, and what of it is still there. */
export async function creationsOf(witness: Witness, run: StoredRun): Promise<{ doubled: string[]; left: string[] }> {
  const names = run.projection.resources.map(({ name }) => name);
  const made = (await madeEver(witness)).map(({ name }) => name).filter((name) => names.includes(name));
  const left = await copiesOf(witness, run);
  return {
    doubled: doubles(made).map((name) => `${name} was created ${made.filter((one) => one === name).length} times`),
    left: left.map((arn) => `${arn} is still there`),
  };
}

/** Every instance that this account ever had in the stand-in, deleted ones too. */
export async function madeEver({ place }: Witness): Promise<readonly { readonly name: string }[]> {
  return ((await awsControl(place, 'POST', 'rds/made')) as { made: { name: string }[] }).made;
}

/** Databases, snapshots and backups in the sandbox that belong to a run, whatever they are called. */
export async function copiesOf(witness: Pick<Witness, 'place'>, run: StoredRun): Promise<readonly string[]> {
  const names = run.projection.resources.map(({ name }) => name);
  return (await leftoversOf(witness))
    .filter(
      ({ arn, tags }) => names.some((name) => arn.includes(name)) || JSON.stringify(tags ?? {}).includes(run.runId),
    )
    .map(({ arn }) => arn);
}

/** Everything of a run's kind that is in the stand-in now. */
export async function leftoversOf({ place }: Pick<Witness, 'place'>): Promise<readonly Leftover[]> {
  return ((await awsControl(place, 'GET', 'leftovers')) as { leftovers: Leftover[] }).leftovers;
}
