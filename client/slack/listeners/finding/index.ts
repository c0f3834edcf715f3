import type { App, BlockAction, ButtonAction, ViewOutput } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { FindingActSchema } from '../../../../domain/finding-acts.ts';
import type { FindingAct } from '../../../../domain/finding-acts.ts';
import { isPast } from '../../../../views/finding-state.ts';
import {
  commentInput,
  evidenceInput,
  FindingMemorySchema,
  FindingRefSchema,
  readRef,
  reasonInput,
  slackActions,
  slackModals,
  untilInput,
} from '../../../../views/slack/actions.ts';
import type { FindingMemory } from '../../../../views/slack/actions.ts';
import { acceptForm, attestForm } from '../../../../views/slack/finding-forms.ts';
import { answering, byMessage, closingForm, toClicker } from '../../answer.ts';
import type { Answer } from '../../answer.ts';
import type { SlackAppDeps } from '../../deps.ts';
import { actOnFinding, finding } from '../../finding-in-slack.ts';
import { clickOf, notOurs } from '../actions/click.ts';
import { homeAfterForm } from '../events/home.ts';
import { notConfirmedYet, openForm } from '../heard.ts';
import type { Pressed, Submitted } from '../heard.ts';
import { dayIn, filledInId, textIn } from '../views/fields.ts';

/** Everything that people press and fill in about a finding, wherever it is shown. */
export function registerFindings(app: App, deps: SlackAppDeps): void {
  app.action<BlockAction<ButtonAction>>(slackActions.finding, shows(deps));
  app.action<BlockAction<ButtonAction>>(slackActions.findingRetest, retests(deps));
  app.action<BlockAction<ButtonAction>>(slackActions.findingAttest, opens(deps, attestForm));
  app.action<BlockAction<ButtonAction>>(slackActions.findingAccept, opens(deps, acceptForm));
  app.view(slackModals.findingAttest, given(deps, attestIn));
  app.view(slackModals.findingAccept, given(deps, acceptIn));
}

/** Details: what is known of it now, with the buttons that apply now. */
const shows =
  (deps: SlackAppDeps) =>
  async ({ ack, action, body, respond, client }: Pressed): Promise<void> => {
    await ack();
    const ref = readRef(FindingRefSchema, action.value);
    const slow = 'The store is slow to answer. I tell you here when it has.';
    await answering(deps, toClicker({ body, respond, client }), slow, () =>
      ref === undefined ? Promise.reject(notOurs()) : finding(deps, body.user.id, ref.finding),
    );
  };

/** Test it again: there is nothing to ask. */
const retests =
  (deps: SlackAppDeps) =>
  async ({ ack, action, body, respond, client }: Pressed): Promise<void> => {
    await ack();
    const ref = readRef(FindingRefSchema, action.value);
    await answering(deps, toClicker({ body, respond, client }), notConfirmedYet, async () => {
      if (ref === undefined) throw notOurs();
      const { channel: _, ...click } = clickOf(body, action);
      return await actOnFinding(deps, { ...click, ref, act: { kind: 'retest' } });
    });
  };

/** A button that opens a form. */
const opens =
  (deps: SlackAppDeps, formOf: (memory: FindingMemory) => ModalView) =>
  (pressed: Pressed): Promise<void> =>
    openForm(deps, pressed, {
      viewOf(opened) {
        const ref = readRef(FindingRefSchema, pressed.action.value);
        if (ref === undefined) throw notOurs();
        return formOf({ ref, ...opened });
      },
    });

const attestIn = (view: ViewOutput): object => {
  const comment = textIn(view, commentInput);
  return { kind: 'attest', evidence: textIn(view, evidenceInput), ...(comment === '' ? {} : { comment }) };
};
const acceptIn = (view: ViewOutput): object => ({
  kind: 'accept-risk',
  until: dayIn(view, untilInput) ?? '',
  reason: textIn(view, reasonInput),
});

/** By the field that is wrong. */
const problems: Readonly<Record<string, string>> = {
  [evidenceInput.block]: 'Give an address that starts with https:// or http://.',
  [commentInput.block]: 'That is too long: 2000 characters at most.',
  [untilInput.block]: 'Choose a day.',
  [reasonInput.block]: 'A reason is needed: one sentence that an auditor can follow.',
};

const fieldsOf = (issues: readonly { readonly path: readonly PropertyKey[] }[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    issues.map(({ path }) => [String(path[0]), problems[String(path[0])] ?? 'This is not understood.']),
  );

/** The finding would refuse such a day, too, but then what was typed is gone with the form. */
const dayOver = (act: FindingAct): Readonly<Record<string, string>> | undefined =>
  act.kind === 'accept-risk' && isPast(act.until, Date.now())
    ? { [untilInput.block]: `${act.until} is over: choose a day that is to come.` }
    : undefined;

/** A form was filled in: it closes when the finding has it, or says what is missing; the answer comes to the person where they clicked. */
const given =
  (deps: SlackAppDeps, actIn: (view: ViewOutput) => object) =>
  async ({ ack, body, view, client }: Submitted): Promise<void> => {
    const read = FindingActSchema.safeParse(actIn(view));
    const errors = read.success ? dayOver(read.data) : fieldsOf(read.error.issues);
    if (!read.success || errors !== undefined) {
      await ack({ response_action: 'errors', errors: errors ?? {} });
      return;
    }
    const userId = body.user.id;
    const memory = readRef(FindingMemorySchema, view.private_metadata);
    const work = async (): Promise<Answer> => {
      if (memory === undefined) throw notOurs();
      const click = { userId, clickId: filledInId(memory.clickTs, view), clickedAtMs: Date.now() };
      return await actOnFinding(deps, { ...click, ref: memory.ref, act: read.data });
    };
    await answering(
      deps,
      byMessage(client, userId, memory?.channel ?? userId),
      notConfirmedYet,
      closingForm(deps, { ack, view }, work),
    );
    await homeAfterForm(deps, client, userId, memory?.channel);
  };
