import { badRequest } from './refusal.ts';

export type Operator = '=' | '!=' | '~' | '!~' | '<' | '<=' | '>' | '>=' | 'in' | 'not in' | 'is' | 'is not';
export type Operand =
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'function'; readonly name: string; readonly args: readonly string[] }
  | { readonly kind: 'empty' };
export type Clause =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Clause[] }
  | { readonly kind: 'not'; readonly part: Clause }
  | {
      readonly kind: 'terms';
      readonly field: string;
      readonly operator: Operator;
      readonly operands: readonly Operand[];
    };
export interface Query {
  readonly where: Clause | undefined;
  readonly orderBy: readonly { readonly field: string; readonly descending: boolean }[];
}

interface Token {
  readonly kind: 'word' | 'quoted' | 'symbol' | 'end';
  readonly text: string;
  readonly at: number;
}

const RESERVED = new Set('+;?|*/%^$#@[]{}\\&');
const PROPERTY = /^issue\.property\[[^\]]+\](?:\.[\w.-]+)?/i;
const WHERE = (at: number): string => `(line 1, character ${at + 1})`;

function readQuoted(jql: string, start: number): { text: string; end: number } {
  const quote = jql.charAt(start);
  let text = '';
  for (let at = start + 1; at < jql.length; at += 1) {
    const char = jql.charAt(at);
    if (char === '\\' && at + 1 < jql.length) {
      const escaped = jql.charAt(at + 1);
      text += escaped === 'n' ? '\n' : escaped === 't' ? '\t' : escaped;
      at += 1;
    } else if (char === quote) return { text, end: at + 1 };
    else text += char;
  }
  throw badRequest(
    `Error in the JQL Query: The quoted string '${jql.slice(start + 1)}' has not been completed. ${WHERE(start)}`,
  );
}

function tokens(jql: string): Token[] {
  const list: Token[] = [];
  let at = 0;
  while (at < jql.length) {
    const rest = jql.slice(at);
    const char = rest.charAt(0);
    const property = PROPERTY.exec(rest)?.[0];
    const symbol = /^(?:!=|!~|<=|>=|&&|\|\||[=~<>(),!])/.exec(rest)?.[0];
    if (/\s/.test(char)) at += 1;
    else if (char === '"' || char === "'") {
      const quoted = readQuoted(jql, at);
      list.push({ kind: 'quoted', text: quoted.text, at });
      at = quoted.end;
    } else if (property !== undefined) {
      list.push({ kind: 'word', text: property, at });
      at += property.length;
    } else if (/^cf\[\d+\]/i.test(rest)) {
      const custom = /^cf\[\d+\]/i.exec(rest)?.[0] ?? '';
      list.push({ kind: 'word', text: custom, at });
      at += custom.length;
    } else if (symbol !== undefined) {
      list.push({ kind: 'symbol', text: symbol, at });
      at += symbol.length;
    } else if (RESERVED.has(char) && !/^[+]\d/.test(rest)) {
      const code = char.charCodeAt(0).toString(16).padStart(4, '0');
      throw badRequest(
        `Error in the JQL Query: The character '${char}' is a reserved JQL character. You must enclose it in a string or use the escape '\\u${code}' instead. ${WHERE(at)}`,
      );
    } else {
      const word = /^\+?[^\s"'=!~<>(),+;?|*/%^$#@[\]{}\\&]+/.exec(rest)?.[0] ?? char;
      list.push({ kind: 'word', text: word, at });
      at += word.length;
    }
  }
  list.push({ kind: 'end', text: '', at: jql.length });
  return list;
}

const OPERATORS =
  "The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'.";

/** Reads JQL: AND, OR, NOT, parentheses, lists, functions, ORDER BY. @throws JiraRefusal 400 in Jira's own words */
export function parseJql(jql: string): Query {
  const list = tokens(jql);
  let next = 0;
  const peek = (ahead = 0): Token =>
    list[Math.min(next + ahead, list.length - 1)] ?? { kind: 'end', text: '', at: jql.length };
  const take = (): Token => {
    const token = peek();
    next += 1;
    return token;
  };
  const isWord = (word: string, ahead = 0): boolean =>
    peek(ahead).kind === 'word' && peek(ahead).text.toLowerCase() === word;
  const isSymbol = (symbol: string): boolean => peek().kind === 'symbol' && peek().text === symbol;
  const refuse = (expected: string): never => {
    const token = peek();
    throw badRequest(
      token.kind === 'end'
        ? `Error in the JQL Query: Expecting ${expected} before the end of the query.`
        : `Error in the JQL Query: Expecting ${expected} but got '${token.text}'. ${WHERE(token.at)}`,
    );
  };

  function either(): Clause {
    const parts = [both()];
    while (isWord('or') || isSymbol('||')) {
      take();
      parts.push(both());
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'or', parts };
  }
  function both(): Clause {
    const parts = [single()];
    while (isWord('and') || isSymbol('&&')) {
      take();
      parts.push(single());
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'and', parts };
  }
  function single(): Clause {
    if (isWord('not') || isSymbol('!')) {
      take();
      return { kind: 'not', part: single() };
    }
    if (isSymbol('(')) {
      take();
      const inner = either();
      if (!isSymbol(')')) refuse("')'");
      take();
      return inner;
    }
    if (peek().kind !== 'word' && peek().kind !== 'quoted') refuse('either a value, list or function');
    const field = take().text;
    const operator = readOperator();
    const isList = operator === 'in' || operator === 'not in';
    if (isList && !isSymbol('(') && peek(1).text !== '(') refuse("'('");
    return { kind: 'terms', field, operator, operands: isList && isSymbol('(') ? readList() : [readOperand()] };
  }
  function readOperator(): Operator {
    const token = peek();
    if (token.kind === 'symbol' && ['=', '!=', '~', '!~', '<', '<=', '>', '>='].includes(token.text))
      return take().text as Operator;
    if (isWord('in')) {
      take();
      return 'in';
    }
    if (isWord('not') && isWord('in', 1)) {
      next += 2;
      return 'not in';
    }
    if (isWord('is')) {
      take();
      if (!isWord('not')) return 'is';
      take();
      return 'is not';
    }
    throw badRequest(
      token.kind === 'end'
        ? `Error in the JQL Query: Expecting operator before the end of the query. ${OPERATORS}`
        : `Error in the JQL Query: Expecting operator but got '${token.text}'. ${OPERATORS} ${WHERE(token.at)}`,
    );
  }
  function readList(): Operand[] {
    take();
    const operands = [readOperand()];
    while (isSymbol(',')) {
      take();
      operands.push(readOperand());
    }
    if (!isSymbol(')')) refuse("')'");
    take();
    return operands;
  }
  function readOperand(): Operand {
    const token = peek();
    if (token.kind === 'quoted') return { kind: 'value', text: take().text };
    if (token.kind !== 'word' || isWord('and') || isWord('or') || isWord('order'))
      refuse('either a value, list or function');
    take();
    if (isSymbol('(')) {
      take();
      const args: string[] = [];
      while (!isSymbol(')')) {
        if (peek().kind === 'end') refuse("')'");
        const arg = take();
        if (arg.text !== ',') args.push(arg.text);
      }
      take();
      return { kind: 'function', name: token.text, args };
    }
    if (/^(?:empty|null)$/i.test(token.text)) return { kind: 'empty' };
    return { kind: 'value', text: token.text };
  }

  const where = peek().kind === 'end' || isWord('order') ? undefined : either();
  const orderBy: { field: string; descending: boolean }[] = [];
  if (isWord('order')) {
    take();
    if (!isWord('by')) refuse("'by'");
    take();
    do {
      if (isSymbol(',')) take();
      if (peek().kind !== 'word' && peek().kind !== 'quoted') refuse('a field name');
      const field = take().text;
      const descending = isWord('desc');
      if (descending || isWord('asc')) take();
      orderBy.push({ field, descending });
    } while (isSymbol(','));
  }
  if (peek().kind !== 'end') refuse(orderBy.length > 0 ? "','" : "either 'OR' or 'AND'");
  return { where, orderBy };
}
