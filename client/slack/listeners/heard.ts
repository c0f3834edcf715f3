import type {
  AllMiddlewareArgs,
  BlockAction,
  ButtonAction,
  SlackActionMiddlewareArgs,
  SlackViewMiddlewareArgs,
  ViewSubmitAction,
} from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { answering, toClicker } from '../answer.ts';
import type { SlackAppDeps } from '../deps.ts';
import { clickOf, modalProblem } from './actions/click.ts';

/** What Bolt hands on when somebody presses a button. */
export type Pressed = SlackActionMiddlewareArgs<BlockAction<ButtonAction>> & AllMiddlewareArgs;
/** What Bolt hands on when somebody sends a form. */
export type Submitted = SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs;

/** Said while the engine has not answered what somebody did. */
export const notConfirmedYet =
  'The engine is slow to answer; it is not confirmed yet. I tell you here what came of it.';

/** Where a form was opened, for what comes of it. */
interface Opened {
  readonly channel: string;
  /** `action_ts` of the click. */
  readonly clickTs: string;
}

interface OpenedForm {
  /** Throws when the button is none that this version writes. */
  readonly viewOf: (opened: Opened) => ModalView;
  /** For the way to do it without a form. */
  readonly runId?: string | undefined;
  /** What is shown in its place once it is open, where that has to be read first. */
  readonly afterwards?: ((opened: Opened, userId: string) => Promise<ModalView>) | undefined;
}

/** Opens a form for whoever pressed. Nothing may come between the click and the form: its trigger lives for three seconds. */
export async function openForm(
  deps: SlackAppDeps,
  { ack, action, body, client, respond }: Pressed,
  { viewOf, runId, afterwards }: OpenedForm,
): Promise<void> {
  await ack();
  try {
    const { userId, clickId, channel } = clickOf(body, action);
    const opened = { channel: channel ?? userId, clickTs: clickId };
    const { view } = await client.views.open({ trigger_id: body.trigger_id, view: viewOf(opened) });
    if (afterwards !== undefined && view?.id !== undefined)
      await client.views.update({ view_id: view.id, view: await afterwards(opened, userId) });
  } catch (error) {
    await answering(deps, toClicker({ body, respond, client }), '', () =>
      Promise.reject(modalProblem(deps, error, runId)),
    );
  }
}
