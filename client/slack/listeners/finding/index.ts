import type { App, BlockAction, ButtonAction, ViewOutput } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { FindingActSchema } from '../../../../domain/finding-acts.ts';
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
import { dayIn, textIn } from '../views/fields.ts';

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

/** A form was filled in: it closes when the finding has it, or says what is missing; the answer comes to the person where they clicked. */
const given =
  (deps: SlackAppDeps, actIn: (view: ViewOutput) => object) =>
  async ({ ack, body, view, client }: Submitted): Promise<void> => {
    const read = FindingActSchema.safeParse(actIn(view));
    if (!read.success) {
      const wrong = read.error.issues.map(({ path }) => String(path[0]));
      const errors = Object.fromEntries(wrong.map((block) => [block, problems[block] ?? 'This is not understood.']));
      await ack({ response_action: 'errors', errors });
      return;
    }
    const userId = body.user.id;
    const memory = readRef(FindingMemorySchema, view.private_metadata);
    const work = async (): Promise<Answer> => {
      if (memory === undefined) throw notOurs();
      const click = { userId, clickId: memory.clickTs, clickedAtMs: Date.now() };
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
