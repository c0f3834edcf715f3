// The whole script of the page: refreshes its parts when the server says so, and sends what the person does.
const { team, as, channel, thread } = document.body.dataset;
const query = new URLSearchParams({ team, as, channel, ...(thread && { thread }) });
const at = (id) => document.getElementById(id);

/** What each part showed last, so that an unchanged one is left alone. */
const drawn = new Map();
/** What went wrong beside which message; it outlives a refresh. */
const troubles = new Map();

function swap(id, html) {
  if (drawn.get(id) === html) return false;
  drawn.set(id, html);
  at(id).innerHTML = html;
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
    const response = await fetch(`/parts?${query}&seen=${document.visibilityState === 'visible' ? 1 : 0}`);
    if (!response.ok) return;
    const parts = await response.json();
    swap('sidebar', parts.sidebar);
    swap('heading', parts.heading);
    swapScrolling('messages', parts.messages);
    if (thread) swapScrolling('thread', parts.thread);
    // A modal is drawn anew only when it is another one: what was typed must not vanish.
    if (at('modal').dataset.key !== parts.modalKey) {
      at('modal').dataset.key = parts.modalKey;
      at('modal').innerHTML = parts.modal;
      at('modal').querySelector('input, textarea, select')?.focus();
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

function valuesOf(form) {
  const values = {};
  for (const field of form.querySelectorAll('[data-field]')) values[field.dataset.field] = field.value;
  for (const group of form.querySelectorAll('[data-choices]')) {
    const chosen = [...group.querySelectorAll('input:checked')].map((one) => one.value);
    values[group.dataset.choices] = group.dataset.many ? chosen : (chosen[0] ?? null);
  }
  return values;
}

async function pressed(element, value) {
  const form = element.closest('[data-view]');
  const message = element.closest('[data-ts]');
  const action = element.dataset.action ?? element.dataset.menu;
  element.classList.add('busy');
  element.disabled = true;
  const answer = form
    ? await act('click', { view_id: form.dataset.view, action_id: action, ...(value !== undefined && { value }), values: valuesOf(form) })
    : await act('click', { channel, ts: message.dataset.ts, action_id: action, ...(value !== undefined && { value }) });
  element.classList.remove('busy');
  element.disabled = false;
  tell(form ?? message, answer);
}

async function onClick(event) {
  const button = event.target.closest('[data-action]');
  if (button) {
    if (!(await confirmed(button))) return;
    if (button.dataset.url) window.open(button.dataset.url, '_blank', 'noopener');
    await pressed(button);
  }
  const dismiss = event.target.closest('[data-dismiss]');
  if (dismiss) await act('dismiss', { view_id: dismiss.closest('[data-view]').dataset.view });
}

async function onChange(event) {
  const target = event.target;
  if (target.id === 'as') location.search = new URLSearchParams({ team, as: target.value, channel }).toString();
  else if (target.id === 'team') location.search = new URLSearchParams({ team: target.value }).toString();
  else if (target.dataset.menu && !target.closest('[data-view]') && target.value !== '')
    await pressed(target, target.value);
}

async function onSubmit(event) {
  event.preventDefault();
  const form = event.target;
  if (form.dataset.view) {
    const send = form.querySelector('[type=submit]');
    send.disabled = true;
    const answer = await act('submit', { view_id: form.dataset.view, values: valuesOf(form) });
    send.disabled = false;
    for (const block of form.querySelectorAll('[data-block]')) {
      const error = answer.status === 'errors' ? (answer.errors[block.dataset.block] ?? '') : '';
      block.classList.toggle('has-error', error !== '');
      block.querySelector('.error').textContent = error;
    }
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
document.addEventListener('submit', (event) => void onSubmit(event));

at('messages').scrollTop = at('messages').scrollHeight;
if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView({ block: 'center' });
document.addEventListener('visibilitychange', () => void refresh());
const events = new EventSource(`/events?${query}`);
events.addEventListener('changed', () => void refresh());
events.onopen = () => document.querySelector('.lost').setAttribute('hidden', '');
events.onerror = () => document.querySelector('.lost').removeAttribute('hidden');
