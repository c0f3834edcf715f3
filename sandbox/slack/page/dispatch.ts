import { dispatches } from '../act-parts.ts';
import type { JsonObject } from '../model.ts';

/** When the app hears of what a person does to an element. */
export function dispatchOf(block: JsonObject, element: JsonObject): 'change' | 'enter' | 'never' {
  if (dispatches(block, element, false)) return 'change';
  return dispatches(block, element, true) ? 'enter' : 'never';
}
