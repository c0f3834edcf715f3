import { PRIORITIES, type Issue } from './model.ts';
import type { Clause, Operator, Query } from './jql-parse.ts';
import { badRequest } from './refusal.ts';
import { findField, type Kind, type MatchContext } from './jql-fields.ts';
import { operandValue, textMatches } from './jql-values.ts';

const EQUALITY: readonly Operator[] = ['=', '!=', 'in', 'not in', 'is', 'is not'];
const ALLOWED: Readonly<Record<Kind, readonly Operator[]>> = {
  name: EQUALITY,
  text: ['~', '!~', 'is', 'is not'],
  time: [...EQUALITY, '<', '<=', '>', '>='],
  day: [...EQUALITY, '<', '<=', '>', '>='],
  number: [...EQUALITY, '<', '<=', '>', '>='],
};
type Predicate = (issue: Issue) => boolean;

function termsPredicate(clause: Extract<Clause, { kind: 'terms' }>, context: MatchContext): Predicate {
  const field = findField(clause.field, context);
  const { operator } = clause;
  if (!ALLOWED[field.kind].includes(operator))
    throw badRequest(`The operator '${operator}' is not supported by the '${clause.field}' field.`);
  const wanted = clause.operands.map((operand) => operandValue(operand, clause.field, field, context));
  const hasEmpty = clause.operands.some((operand) => operand.kind === 'empty') || wanted.includes('unresolved');
  if ((operator === 'is' || operator === 'is not') && !hasEmpty)
    throw badRequest(`The operator '${operator}' only supports 'EMPTY' and 'NULL' for the field '${clause.field}'.`);
  const values = (issue: Issue): readonly (string | number)[] =>
    field
      .values(issue)
      .map((value) => (typeof value === 'string' && field.kind === 'name' ? value.toLowerCase() : value));
  const equals: Predicate = (issue) => {
    const own = values(issue);
    return own.length === 0 ? hasEmpty : own.some((value) => wanted.includes(value));
  };
  switch (operator) {
    case '=':
    case 'in':
    case 'is':
      return equals;
    // In Jira an issue without a value is not "different from X": it is left out, unless EMPTY itself is excluded.
    case '!=':
    case 'not in':
    case 'is not':
      return (issue) => values(issue).length > 0 && !equals(issue);
    case '~':
      return (issue) => textMatches(values(issue).map(String), String(wanted[0] ?? ''));
    case '!~':
      return (issue) => values(issue).length > 0 && !textMatches(values(issue).map(String), String(wanted[0] ?? ''));
    case '<':
    case '<=':
    case '>':
    case '>=': {
      const limit = Number(wanted[0]);
      return (issue) =>
        values(issue).some((value) => {
          const own = Number(value);
          if (operator === '<') return own < limit;
          if (operator === '<=') return own <= limit;
          return operator === '>' ? own > limit : own >= limit;
        });
    }
  }
}

function predicate(clause: Clause, context: MatchContext): Predicate {
  switch (clause.kind) {
    case 'and': {
      const parts = clause.parts.map((part) => predicate(part, context));
      return (issue) => parts.every((part) => part(issue));
    }
    case 'or': {
      const parts = clause.parts.map((part) => predicate(part, context));
      return (issue) => parts.some((part) => part(issue));
    }
    case 'not': {
      const part = predicate(clause.part, context);
      return (issue) => !part(issue);
    }
    case 'terms':
      return termsPredicate(clause, context);
  }
}

function sortKey(field: string, issue: Issue, context: MatchContext): string | number {
  const name = field.toLowerCase();
  if (['key', 'issuekey', 'id'].includes(name)) return Number(issue.id);
  // Highest has the lowest id, and "priority DESC" puts the highest first.
  if (name === 'priority') return -Number(PRIORITIES.find((priority) => priority.name === issue.priority)?.id ?? 9);
  return findField(field, context).values(issue)[0] ?? '';
}

/** The issues that a query finds, in its order (newest first without ORDER BY). @throws JiraRefusal 400 for unknown fields, values and operators */
export function runQuery(query: Query, issues: readonly Issue[], context: MatchContext): Issue[] {
  const matches = query.where === undefined ? () => true : predicate(query.where, context);
  for (const { field } of query.orderBy)
    if (!['key', 'issuekey', 'id'].includes(field.toLowerCase())) findField(field, context);
  const orders = query.orderBy.length > 0 ? query.orderBy : [{ field: 'key', descending: true }];
  return issues.filter(matches).sort((left, right) => {
    for (const { field, descending } of orders) {
      const [a, b] = [sortKey(field, left, context), sortKey(field, right, context)];
      const order = typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
      if (order !== 0) return descending ? -order : order;
    }
    return Number(right.id) - Number(left.id);
  });
}
