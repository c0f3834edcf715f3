import { html } from 'hono/html';
import { stateOf } from '../element-state.ts';
import { objectsAt, textAt } from '../json.ts';
import type { OpenView } from '../model.ts';
import { renderBlock } from './blocks.ts';
import { plainText } from './mrkdwn.ts';
import type { Html } from './mrkdwn.ts';
import type { Place } from './place.ts';

type Part = Html | ReturnType<typeof html>;

const blocksOf = (open: OpenView, { viewer, suggestions }: Place): readonly Part[] => {
  const blocks = objectsAt(open.view, 'blocks');
  const where = { workspaceKey: viewer.workspace.state.key, user: open.user, container: open.id };
  const state = stateOf(blocks, open.typed ?? {}, (blockId, actionId, value) =>
    suggestions.find({ ...where, blockId, actionId }, value),
  );
  return blocks.map((block) => renderBlock(block, viewer, state));
};

/** The modal on top for this person. The cross closes the whole stack, the button goes back one. */
export function modal(open: OpenView, place: Place): Part {
  const { view } = open;
  const submit = textAt(view, 'submit');
  const hasMoreBelow = open.previousId !== undefined;
  return html`<div class="modal-back">
    <form
      class="modal"
      data-view="${open.id}"
      role="dialog"
      aria-modal="true"
      aria-label="${textAt(view, 'title') ?? ''}"
      novalidate
    >
      <header>
        ${hasMoreBelow ? html`<button type="button" class="close" data-dismiss="one" aria-label="Back">‹</button>` : ''}
        <h2>${plainText(textAt(view, 'title') ?? '')}</h2>
        <button type="button" class="close" data-dismiss="all" aria-label="Close">✕</button>
      </header>
      <div class="modal-body">
        ${blocksOf(open, place)}
        <p class="trouble" role="alert"></p>
      </div>
      <footer>
        <button type="button" class="btn" data-dismiss="one">${plainText(textAt(view, 'close') ?? 'Cancel')}</button
        >${submit === undefined ? '' : html`<button type="submit" class="btn primary">${plainText(submit)}</button>`}
      </footer>
    </form>
  </div>`;
}

/** The app's Home tab as this person sees it. */
export function homePane(place: Place): Part {
  const { viewer } = place;
  const { app } = viewer.workspace.state.setup;
  const home = viewer.workspace.state.homes[viewer.userId];
  return home === undefined
    ? html`<div class="empty">
        <p>${app.name} has not published a Home tab for you yet.</p>
        <p>It does so when it hears that you opened it, if it subscribes to <code>app_home_opened</code>.</p>
      </div>`
    : html`<div class="home" data-view="${home.id}">
        ${blocksOf(home, place)}
        <p class="trouble" role="alert"></p>
      </div>`;
}
