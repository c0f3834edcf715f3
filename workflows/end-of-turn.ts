import { condition } from '@temporalio/workflow';

/** How long what nobody waits for may gather before it goes out, milliseconds. */
const gatherMs = 1000;

/**
 * Lets what belongs together travel together: a decision and the next step that it lets begin are written within one turn
 * of the workflow, and the step is asked for before its record. The engine looks at conditions when nothing else is left to
 * do: at the first look those that wait for the decision go on, at the second they have gone as far as they can. Costs no
 * timer and no event in the history, and few promises: the engine notes a stack trace for each.
 */
async function endOfTurn(): Promise<void> {
  await nextLook();
  await nextLook();
}

function nextLook(): Promise<void> {
  // The first look is that of `condition` itself, at once.
  let looks = 0;
  return condition(() => (looks += 1) > 1);
}

/**
 * Lets what happens within a second travel together: a batch costs as much as an entry. Ends at once when somebody waits
 * for what was gathered.
 */
export async function gather(isUrgent: () => boolean): Promise<void> {
  if (isUrgent() || (await condition(isUrgent, gatherMs))) await endOfTurn();
}
