import type { Operand } from './jql-parse.ts';
import { badRequest } from './refusal.ts';
import { type Field, type MatchContext } from './jql-fields.ts';

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const DAY_MS = 86_400_000;

/** A moment named in JQL: a date, a date with a time, or a period from now such as `-7d`. */
function moment(operand: Operand, fieldName: string, context: MatchContext): number {
  if (operand.kind === 'function') {
    const today = Math.floor(context.nowMs / DAY_MS) * DAY_MS;
    const offset = operand.args[0] === undefined ? 0 : (period(operand.args[0]) ?? 0);
    switch (operand.name.toLowerCase()) {
      case 'now':
        return context.nowMs;
      case 'startofday':
        return today + offset;
      case 'endofday':
        return today + DAY_MS - 1 + offset;
      default:
        throw badRequest(`Unable to find JQL function '${operand.name}(${operand.args.join(', ')})'.`);
    }
  }
  const text = operand.kind === 'value' ? operand.text : '';
  const ahead = period(text);
  if (ahead !== undefined) return context.nowMs + ahead;
  const parts = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?: (\d{1,2}):(\d{2}))?$/.exec(text);
  const at =
    parts === null
      ? Number.NaN
      : Date.UTC(
          Number(parts[1]),
          Number(parts[2]) - 1,
          Number(parts[3]),
          Number(parts[4] ?? 0),
          Number(parts[5] ?? 0),
        );
  if (Number.isNaN(at))
    throw badRequest(
      `Date value '${text}' for field '${fieldName}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.`,
    );
  return at;
}

function period(text: string): number | undefined {
  const parts = /^([+-]?)((?:\d+[mhdw]\s*)+)$/.exec(text.trim());
  if (parts === null) return undefined;
  const size = [...(parts[2] ?? '').matchAll(/(\d+)([mhdw])/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS[unit ?? ''] ?? 0),
    0,
  );
  return parts[1] === '-' ? -size : size;
}

/** Full-text search by words: all must be there; `word*` matches beginnings, an inner quotation a phrase. */
export function textMatches(texts: readonly string[], wanted: string): boolean {
  const words =
    texts
      .join('\n')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const joined = ` ${words.join(' ')} `;
  const phrases = [...wanted.toLowerCase().matchAll(/"([^"]*)"|(\S+)/g)].map(([, phrase, word]) => ({
    text: phrase ?? word ?? '',
    phrase: phrase !== undefined,
  }));
  return phrases.every(({ text, phrase }) => {
    const prefix = !phrase && text.endsWith('*');
    const parts = text.match(/[\p{L}\p{N}]+/gu) ?? [];
    return prefix ? words.some((word) => word.startsWith(parts.join(''))) : joined.includes(` ${parts.join(' ')} `);
  });
}

export function operandValue(
  operand: Operand,
  name: string,
  field: Field,
  context: MatchContext,
): string | number | undefined {
  if (operand.kind === 'empty') return undefined;
  if (field.kind === 'time' || field.kind === 'day') return moment(operand, name, context);
  if (operand.kind === 'function') {
    if (operand.name.toLowerCase() === 'currentuser' && field.kind === 'name') return context.me.toLowerCase();
    throw badRequest(`Unable to find JQL function '${operand.name}(${operand.args.join(', ')})'.`);
  }
  if (field.kind === 'number') return Number(operand.text);
  if (field.kind === 'text' || field.resolve === undefined) return operand.text.toLowerCase();
  const resolved = field.resolve(operand.text);
  if (resolved !== undefined) return resolved.toLowerCase();
  if (['key', 'issuekey', 'issue', 'id'].includes(name.toLowerCase()))
    throw badRequest(`An issue with key '${operand.text}' does not exist for field '${name}'.`);
  throw badRequest(`The value '${operand.text}' does not exist for the field '${name}'.`);
}
