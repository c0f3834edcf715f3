import { condition } from '@temporalio/workflow';

/** How long what nobody waits for may gather before it goes out, milliseconds. */
const gatherMs = 1000;

/** Microtasks that lie between the end of one step and the beginning of the next: counted generously. */
const microtasks = 30;

/**
 * Lets what belongs together travel together: the end of a step, its moments and the beginning of the next are written
 * within one turn of the workflow. Costs no timer and no event in the history, and one promise a microtask: the engine
 * notes a stack trace for each promise of a workflow, and `await` makes two.
 */
function endOfTurn(): Promise<void> {
  const settled = Promise.resolve();
  return new Promise((resolve) => {
    let left = microtasks;
    const next = (): void => {
      if (left === 0) return resolve();
      left -= 1;
      void settled.then(next);
    };
    next();
  });
}

/**
 * Lets what happens within a second travel together: a batch costs as much as an entry. Ends at once when somebody waits
 * for what was gathered.
 */
export async function gather(isUrgent: () => boolean): Promise<void> {
  if (isUrgent() || (await condition(isUrgent, gatherMs))) await endOfTurn();
}
