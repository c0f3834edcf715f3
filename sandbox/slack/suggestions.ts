import { objectsAt, stringAt } from './json.ts';
import type { JsonObject } from './model.ts';

/** Slack shows no more than this many suggestions. [doc: docs.slack.dev/reference/interaction-payloads/block_suggestion-payload] */
const SUGGESTION_LIMIT = 100;

/** Where a menu with external data stands: whose, in which message or view, which block and action. */
export interface MenuPlace {
  readonly workspaceKey: string;
  readonly user: string;
  /** A view's id, or a message's `ts`. */
  readonly container: string;
  readonly blockId: string;
  readonly actionId: string;
}

/** What the app answered when a person typed into a menu with external data: only that can be chosen. */
export class Suggestions {
  readonly #offered = new Map<string, Map<string, JsonObject>>();

  /** Keeps the options of an app's answer, and answers what Slack shows of them. */
  keep(place: MenuPlace, answer: JsonObject): JsonObject {
    const groups = objectsAt(answer, 'option_groups');
    const options = [...objectsAt(answer, 'options'), ...groups.flatMap((group) => objectsAt(group, 'options'))].slice(
      0,
      SUGGESTION_LIMIT,
    );
    const key = keyOf(place);
    const known = this.#offered.get(key) ?? new Map<string, JsonObject>();
    for (const option of options) known.set(stringAt(option, 'value') ?? '', option);
    this.#offered.set(key, known);
    return groups.length > 0 ? { option_groups: groups } : { options };
  }

  find(place: MenuPlace, value: string): JsonObject | undefined {
    return this.#offered.get(keyOf(place))?.get(value);
  }
}

const keyOf = (place: MenuPlace): string => JSON.stringify(place);
