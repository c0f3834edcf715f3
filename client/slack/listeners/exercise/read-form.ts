import type { ViewOutput } from '@slack/bolt';
import { asExerciseAct } from '../../../../domain/exercise-acts.ts';
import type { ExerciseAct } from '../../../../domain/exercise-acts.ts';
import type { ExerciseForm, ExerciseFormRef } from '../../../../views/slack/exercise-actions.ts';
import { fieldAction, optionLines, otherChoice } from '../../../../views/slack/exercise-forms.ts';

/** What a form comes to: an act, or what is wrong with its fields, by block. */
export type ReadForm = { readonly act: ExerciseAct } | { readonly errors: Readonly<Record<string, string>> };

type Wanted = Readonly<Record<string, unknown>> & { readonly kind: ExerciseAct['kind'] };

/** Reads a form that was filled in. @param ref - what its button carried */
export function readExerciseForm(form: ExerciseForm, ref: ExerciseFormRef, state: ViewOutput['state']): ReadForm {
  const field = (block: string): string => (state.values[block]?.[fieldAction]?.value ?? '').trim();
  const chosen = (block: string): string | undefined =>
    state.values[block]?.[fieldAction]?.selected_option?.value ?? undefined;
  const either = (block: string): string => chosen(block) ?? field(block);
  const checked = (block: string): boolean => (state.values[block]?.[fieldAction]?.selected_options ?? []).length > 0;

  switch (form) {
    case 'take-role':
      return act('role', {
        kind: 'take-role',
        role: either('role'),
        ...(checked('take_over') ? { takeOver: true } : {}),
      });
    case 'log-decision':
      return decision();
    case 'raise-gap':
      return act('title', {
        kind: 'raise-gap',
        title: field('title'),
        found: field('found'),
        ...given('service', chosen('service')),
        ...given('severity', chosen('severity')),
        ...given('ticket', chosen('ticket')),
      });
    case 'settle-gap': {
      const gapId = either('gap');
      if (chosen('what') === 'file') return act('gap', { kind: 'file-gap', gapId });
      const reason = field('reason');
      if (reason === '') return { errors: { reason: 'Say why it gets none; the report has it.' } };
      return act('reason', { kind: 'no-ticket', gapId, reason });
    }
    case 'skip':
      return act('reason', { kind: 'skip', ...given('injectId', ref.injectId), reason: field('reason') });
    case 'improvise':
      return act('text', {
        kind: 'improvise',
        title: field('title'),
        ...given('from', field('from') || undefined),
        text: field('text'),
      });
    case 'recovered':
      return act('proof', { kind: 'recovered', proof: field('proof') });
    case 'end-early':
      return act('reason', { kind: 'hot-wash', endEarly: field('reason') });
    case 'answer':
      return act('question', { kind: 'answer', question: Number(either('question')), text: field('text') });
    case 'assess': {
      const actions = Object.keys(state.values).flatMap((id) => {
        const outcome = chosen(id);
        return outcome === undefined ? [] : [{ id, outcome }];
      });
      const [first = 'actions'] = Object.keys(state.values);
      return actions.length === 0
        ? { errors: { [first]: 'Judge at least one of them.' } }
        : act(first, { kind: 'assess', actions });
    }
  }

  /** With the event's own options one of them is chosen, or the room's own idea is added to them. */
  function decision(): ReadForm {
    const own = field('other');
    const pick = chosen('choice');
    if (pick === otherChoice && own === '') return { errors: { other: 'Say what it was.' } };
    const options = ref.options ?? optionLines(field('options'));
    const choice = pick === otherChoice ? own : (pick ?? field('choice'));
    const weighed = pick === otherChoice && !options.includes(own) ? [...options, own] : options;
    if (!weighed.includes(choice)) return { errors: { choice: 'It has to be one of the options, word for word.' } };
    return act('question', {
      kind: 'log-decision',
      ...given('injectId', ref.injectId),
      question: field('question'),
      options: weighed,
      choice,
      owner: field('owner'),
      reason: field('reason'),
    });
  }
}

/** @param block - where to say that it is none */
function act(block: string, wanted: Wanted): ReadForm {
  const parsed = asExerciseAct(wanted);
  return parsed === undefined
    ? { errors: { [block]: 'Something is empty or too long, or is nothing that one can do here.' } }
    : { act: parsed };
}

const given = (name: string, value: string | undefined): object => (value === undefined ? {} : { [name]: value });
