// The whole script of the page: refreshes its parts when the server says so, and sends what the person does.
import { choose, offer, typeAgain, typedIn, valueOf, valuesOf } from './fields.js';

const { team, as, channel, thread, tab, withApp } = document.body.dataset;
const query = new URLSearchParams({ team, as, channel, ...(thread && { thread }), ...(tab === 'home' && { tab }) });
const at = (id) => document.getElementById(id);

/** What each part showed last, so that an unchanged one is left alone. */
const drawn = new Map();
/** What went wrong beside which message; it outlives a refresh. */
const troubles = new Map();

function swap(id, html) {
  if (drawn.get(id) === html) return false;
  drawn.set(id, html);
  const typed = typedIn(at(id));
  at(id).innerHTML = html;
  typeAgain(at(id), typed);
  for (const [message, text] of troubles) {
    const line = at(message)?.querySelector('.body > .trouble');
    if (line) line.textContent = text;
  }
  return true;
}

/** Keeps the newest message in sight, unless the person has scrolled up to read. */
function swapScrolling(id, html) {
  const element = at(id);
  const box = element?.classList.contains('scroll') ? element : element?.querySelector('.scroll');
  const [fromBottom, top] = box ? [box.scrollHeight - box.scrollTop - box.clientHeight, box.scrollTop] : [0, 0];
  if (!swap(id, html)) return;
  const now = element.classList.contains('scroll') ? element : element.querySelector('.scroll');
  if (now) now.scrollTop = fromBottom < 80 ? now.scrollHeight : top;
}

let refreshing = false;
let again = false;
async function refresh() {
  if (refreshing) {
    again = true;
    return;
  }
  refreshing = true;
  try {
    // Without an answer the page stays as it is, and says that it is cut off until the events are back.
    const seen = document.visibilityState === 'visible' ? 1 : 0;
    const response = await fetch(`/parts?${query}&seen=${seen}`).catch(() => undefined);
    if (!response?.ok) return;
    const parts = await response.json();
    swap('sidebar', parts.sidebar);
    swap('heading', parts.heading);
    if (tab === 'home') swap('messages', parts.messages);
    else swapScrolling('messages', parts.messages);
    if (thread) swapScrolling('thread', parts.thread);
    // A modal is drawn anew only when it is another one, or changed.
    if (at('modal').dataset.key !== parts.modalKey) {
      const before = at('modal').dataset.key.split('/')[0];
      at('modal').dataset.key = parts.modalKey;
      const typed = typedIn(at('modal'));
      at('modal').innerHTML = parts.modal;
      if (before !== '' && before === parts.modalKey.split('/')[0]) typeAgain(at('modal'), typed);
      else at('modal').querySelector('.modal-body :is(input, textarea, select)')?.focus();
    }
  } finally {
    refreshing = false;
    if (again) {
      again = false;
      void refresh();
    }
  }
}

async function act(name, body) {
  try {
    const response = await fetch(`/act/${name}?${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: as, ...body }),
    });
    const answer = await response.json();
    if (!response.ok) return { status: 'error', shown: answer.error };
    return answer;
  } catch {
    return { status: 'error', shown: 'The sandbox does not answer. Is it still running?' };
  }
}

function tell(place, answer) {
  const text = answer.status === 'error' ? answer.shown : '';
  if (place?.id && place.dataset.ts) troubles.set(place.id, text);
  const now = place?.id ? (at(place.id) ?? place) : place;
  const line = now?.querySelector(':scope > .trouble, .body > .trouble, .modal-body > .trouble');
  if (line) line.textContent = text;
}

function confirmed(button) {
  const template = button.nextElementSibling;
  if (!(template instanceof HTMLTemplateElement)) return Promise.resolve(true);
  const dialog = at('confirm');
  dialog.replaceChildren(template.content.cloneNode(true));
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.onclick = (event) => {
      const choice = event.target.closest('button')?.value;
      if (choice) dialog.close(choice);
    };
    dialog.onclose = () => {
      resolve(dialog.returnValue === 'confirm');
      dialog.returnValue = '';
    };
  });
}

/** Where an element stands, for the sandbox: a view, or a message. */
function placeOf(element) {
  const view = element.closest('[data-view]');
  const message = element.closest('[data-ts]');
  return view ? { view_id: view.dataset.view } : { channel, ts: message.dataset.ts };
}

async function pressed(element, value) {
  const surface = element.closest('[data-view], [data-ts]');
  element.classList.add('busy');
  element.disabled = true;
  const answer = await act('click', {
    ...placeOf(element),
    action_id: element.dataset.action ?? element.dataset.menu,
    block_id: element.dataset.in,
    ...(value !== undefined && { value }),
    values: valuesOf(surface),
  });
  element.classList.remove('busy');
  element.disabled = false;
  tell(surface, answer);
}

/** A field got another value: a view keeps it, and the app hears of it where the field says so. */
async function changed(field, enter = false) {
  const surface = field.closest('[data-view], [data-ts]');
  const { block, field: action, dispatch } = field.dataset;
  if (surface.dataset.view) {
    const values = { [block]: { [action]: valueOf(field) } };
    tell(surface, await act('fill', { ...placeOf(field), values, enter }));
  } else if (dispatch === 'change' || (dispatch === 'enter' && enter)) {
    const input = { action_id: action, block_id: block, value: valueOf(field), values: valuesOf(surface) };
    tell(surface, await act('click', { ...placeOf(field), ...input }));
  }
}

async function onClick(event) {
  const find = (selector) => event.target.closest(selector);
  const button = find('[data-action]');
  if (button) {
    if (!(await confirmed(button))) return;
    if (button.dataset.url) window.open(button.dataset.url, '_blank', 'noopener');
    await pressed(button);
  } else if (find('[data-dismiss]')) {
    const { dismiss } = find('[data-dismiss]').dataset;
    await act('dismiss', { view_id: find('[data-view]').dataset.view, all: dismiss === 'all' });
  } else if (find('[data-react]')) {
    const { react, remove } = find('[data-react]').dataset;
    const { ts } = find('[data-ts]').dataset;
    tell(find('[data-ts]'), await act('react', { channel, ts, name: react, remove: remove === '1' }));
  } else if (find('.offers button')) {
    const field = find('.external');
    choose(find('.offers button'));
    await changed(field);
  } else if (find('.chip')) {
    const field = find('.external');
    find('.chip').remove();
    await changed(field);
  }
}

async function onChange(event) {
  const target = event.target;
  if (target.id === 'as') location.search = new URLSearchParams({ team, as: target.value, channel }).toString();
  else if (target.id === 'team') location.search = new URLSearchParams({ team: target.value }).toString();
  else if (target.dataset.menu) {
    if (target.value !== '') await pressed(target, target.value);
    target.value = '';
  } else if (target.closest('[data-field]:not(.external)')) await changed(target.closest('[data-field]'));
}

let waiting;
/** While one types: menus that ask the app, and fields that the app wants to hear of at once. */
function onInput(event) {
  const external = event.target.closest('.external');
  const field = event.target.closest('[data-field]');
  const isText = event.target.matches('[type=text], [type=email], [type=url], textarea');
  if (!field || !isText || (!external && field.dataset.dispatch !== 'change')) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const { block, field: action } = field.dataset;
    const ask = (typed) => act('suggest', { ...placeOf(field), action_id: action, block_id: block, query: typed });
    void (external ? offer(external, ask) : changed(field));
  }, 250);
}

function onKey(event) {
  if (event.key === 'Escape' && at('modal').querySelector('[data-dismiss=one]'))
    at('modal').querySelector('[data-dismiss=one]').click();
  if (event.key !== 'Enter' || !event.target.matches('input[data-dispatch=enter], .external input')) return;
  event.preventDefault();
  if (event.target.matches('[data-dispatch=enter]')) void changed(event.target, true);
}

async function onSubmit(event) {
  event.preventDefault();
  const form = event.target;
  if (form.dataset.view) {
    const send = form.querySelector('[type=submit]');
    send.disabled = true;
    const answer = await act('submit', { view_id: form.dataset.view, values: valuesOf(form) });
    send.disabled = false;
    for (const block of form.querySelectorAll('[data-input]')) {
      const error = answer.status === 'errors' ? (answer.errors[block.dataset.input] ?? '') : '';
      block.classList.toggle('has-error', error !== '');
      block.querySelector('.error').textContent = error;
    }
    form.querySelector('.has-error')?.scrollIntoView({ block: 'nearest' });
    tell(form, answer);
    return;
  }
  const input = form.elements.namedItem('text');
  const text = input.value.trim();
  if (text === '') return;
  input.value = '';
  const command = form.dataset.thread ? null : /^(\/[a-z][\w-]*)(?:\s+(.*))?$/is.exec(text);
  const answer = command
    ? await act('command', { channel, command: command[1], text: command[2] ?? '', waitMs: 0 })
    : await act('message', { channel, text, ...(form.dataset.thread && { thread_ts: form.dataset.thread }) });
  // A failed command is told by Slackbot in the channel.
  if (!command || !answer.replies) tell(form, answer);
}

document.addEventListener('click', (event) => void onClick(event));
document.addEventListener('change', (event) => void onChange(event));
document.addEventListener('input', onInput);
document.addEventListener('keydown', onKey);
document.addEventListener('submit', (event) => void onSubmit(event));

// Whoever comes to the app is announced to it, so that it may show them their Home tab.
if (withApp) void act('open-home', { tab });
if (tab !== 'home') at('messages').scrollTop = at('messages').scrollHeight;
if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView({ block: 'center' });
document.addEventListener('visibilitychange', () => void refresh());
const events = new EventSource(`/events?${query}`);
events.addEventListener('changed', () => void refresh());
let opened = false;
events.onopen = () => {
  document.querySelector('.lost').setAttribute('hidden', '');
  // What happened while it was cut off.
  if (opened) void refresh();
  opened = true;
};
events.onerror = () => document.querySelector('.lost').removeAttribute('hidden');
