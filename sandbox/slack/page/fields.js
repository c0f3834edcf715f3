// What people type and choose: read from the page, kept over a redraw, and menus that ask the app while one types.

/** What a field holds, as the sandbox takes it; '' and [] empty it. */
export function valueOf(field) {
  if (field.classList.contains('choices')) {
    const chosen = [...field.querySelectorAll('input:checked')].map((one) => one.value);
    return field.dataset.many ? chosen : (chosen[0] ?? null);
  }
  if (field.classList.contains('external')) {
    const chosen = [...field.querySelectorAll('.chip')].map((one) => one.dataset.value);
    return field.dataset.many ? chosen : (chosen[0] ?? null);
  }
  if (field.type === 'datetime-local') return field.value === '' ? null : Date.parse(`${field.value}Z`) / 1000;
  return field.value;
}

/** All fields below an element, by block and action. */
export function valuesOf(root) {
  const values = {};
  for (const field of root.querySelectorAll('[data-field]')) {
    const { block, field: action } = field.dataset;
    values[block] = { ...values[block], [action]: valueOf(field) };
  }
  return values;
}

/** What is in the text fields now, also what no change event has told yet. */
export function typedIn(root) {
  const texts = [...root.querySelectorAll('input[data-field], textarea[data-field]')];
  const focus = root.contains(document.activeElement) ? document.activeElement.id : '';
  return { focus, texts: new Map(texts.map((one) => [one.id, one.value])) };
}

/** Puts it back after a redraw, where the fields are still there: Slack keeps what was typed too. */
export function typeAgain(root, { focus, texts }) {
  for (const field of root.querySelectorAll('input[data-field], textarea[data-field]'))
    if (texts.has(field.id)) field.value = texts.get(field.id);
  if (focus !== '') document.getElementById(focus)?.focus();
}

/** Shows what the app offers for what was typed into a menu with external data. */
export async function offer(external, ask) {
  const [input, list] = [external.querySelector('input'), external.querySelector('.offers')];
  const query = input.value;
  const close = () => {
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
  };
  if (query.length < Number(external.dataset.least)) return close();
  const answer = await ask(query);
  if (input.value !== query) return undefined;
  const { options = [], option_groups: groups = [] } = answer.suggestions ?? {};
  const all = [...options, ...groups.flatMap((group) => group.options)];
  const lines = all.map((option) => {
    const line = document.createElement('button');
    line.type = 'button';
    line.role = 'option';
    line.dataset.value = option.value;
    line.textContent = option.text.text;
    return line;
  });
  const none = document.createElement('em');
  none.textContent = answer.status === 'error' ? answer.shown : 'No result';
  list.replaceChildren(...(lines.length > 0 ? lines : [none]));
  list.hidden = false;
  input.setAttribute('aria-expanded', 'true');
  return undefined;
}

/** Takes one of the offers. */
export function choose(line) {
  const external = line.closest('.external');
  const input = external.querySelector('input');
  if (!external.dataset.many) external.querySelectorAll('.chip').forEach((one) => one.remove());
  const chip = document.createElement('button');
  chip.type = 'button';
  chip.className = 'chip';
  chip.dataset.value = line.dataset.value;
  chip.textContent = `${line.textContent} ✕`;
  external.insertBefore(chip, input);
  input.value = '';
  external.querySelector('.offers').hidden = true;
}
