import type { ViewOutput } from '@slack/bolt';
import type { SlackInput } from '../../../../views/slack/actions.ts';
import { sha256Hex } from '../../../../domain/hex.ts';

/** What was typed into a field, without the spaces around it; empty for nothing. */
export const textIn = (view: ViewOutput, { block, action }: SlackInput): string =>
  (view.state.values[block]?.[action]?.value ?? '').trim();

/** What was chosen in a menu. */
export const chosenIn = (view: ViewOutput, { block, action }: SlackInput): string | undefined =>
  view.state.values[block]?.[action]?.selected_option?.value;

/** What was chosen in a menu of several, or ticked; in that order. */
export const severalIn = (view: ViewOutput, { block, action }: SlackInput): readonly string[] =>
  (view.state.values[block]?.[action]?.selected_options ?? []).map(({ value }) => value);

/** The moment that was chosen, milliseconds UTC. */
export function momentIn(view: ViewOutput, { block, action }: SlackInput): number | undefined {
  const seconds = view.state.values[block]?.[action]?.selected_date_time;
  return typeof seconds === 'number' ? seconds * 1000 : undefined;
}

/** The day that was chosen, `2027-03-31`. */
export const dayIn = (view: ViewOutput, { block, action }: SlackInput): string | undefined =>
  view.state.values[block]?.[action]?.selected_date ?? undefined;

/** Slack id of the person who was chosen. */
export const userIn = (view: ViewOutput, { block, action }: SlackInput): string | undefined =>
  view.state.values[block]?.[action]?.selected_user ?? undefined;

/**
 * Slack's id of the form, as it was filled in: sent again as it is, it counts once; what somebody has changed in it since, because its
 * answer was lost, is said anew and judged anew, and never taken for what they said first.
 *
 * @param formId - of the click that opened it, or of the view
 */
export const filledInId = (formId: string, { state }: Pick<ViewOutput, 'state'>): string =>
  `${formId}:${sha256Hex(JSON.stringify(state.values)).slice(0, 16)}`;
