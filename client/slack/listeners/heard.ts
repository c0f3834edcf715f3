import type {
  AllMiddlewareArgs,
  BlockAction,
  ButtonAction,
  SlackActionMiddlewareArgs,
  SlackViewMiddlewareArgs,
  ViewSubmitAction,
} from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { answering, sayingSo, toClicker, whenSlackLets } from '../answer.ts';
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
  /** What is shown in its place once it is open, where that has to be read first, and while that takes long. */
  readonly afterwards?:
    | {
        /** Never throws: what went wrong is shown, too. */
        readonly read: (opened: Opened, userId: string) => Promise<ModalView>;
        readonly slow: (opened: Opened) => ModalView;
      }
    | undefined;
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
    const id = view?.id;
    if (afterwards === undefined || id === undefined) return;
    const show = showIn(deps, client, id);
    await show(await sayingSo(afterwards.read(opened, userId), () => show(afterwards.slow(opened))));
  } catch (error) {
    await answering(deps, toClicker({ body, respond, client }), '', () =>
      Promise.reject(modalProblem(deps, error, runId)),
    );
  }
}

/** Shows something in a form that is open. Whoever has closed it meanwhile is not told; never throws. */
export const showIn =
  (deps: SlackAppDeps, client: Pick<AllMiddlewareArgs['client'], 'views'>, viewId: string) =>
  async (view: ModalView): Promise<void> => {
    try {
      await whenSlackLets(() => client.views.update({ view_id: viewId, view }));
    } catch (error) {
      deps.log('warn', 'a form could not be updated', { form: view.callback_id, error: String(error) });
    }
  };
