/** What is wrong at one place of a file as YAML, for people who do not know a parser's words. */
export interface YamlFault {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly message: string;
  /** What is written there, as far as it can be no secret. */
  readonly given: string;
  readonly expected: string;
}

interface Seen {
  /** The parser's; what it says beside it is its own, too. */
  readonly code: string;
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/**
 * What to mend: of the faults that the parser gives up at, the first, since those below it mostly follow from it; and every key
 * that stands there twice, which stands for itself.
 *
 * @param lines - of the file
 */
export function yamlFaults(seen: readonly Seen[], lines: readonly string[]): readonly YamlFault[] {
  const first = seen.find(({ code }) => code !== 'DUPLICATE_KEY');
  return seen
    .filter((one) => one.code === 'DUPLICATE_KEY' || one === first)
    .map((one) => {
      const written = lines[one.line - 1] ?? '';
      const [message, expected] = words(one, written);
      return { line: one.line, column: one.column, given: shownLine(written), message, expected: `YAML: ${expected}` };
    });
}

const sameColumn = 'lines that belong together begin in the same column; a new entry of a list begins with "- "';

function words({ code, text, column }: Seen, written: string): readonly [message: string, expected: string] {
  switch (code) {
    case 'TAB_AS_INDENT':
      return ['This line is indented with a tab.', 'spaces'];
    case 'DUPLICATE_KEY':
      return [`${keyOf(written) ?? 'A key'} stands there twice.`, 'each key once'];
    case 'BLOCK_AS_IMPLICIT_KEY':
      return /:\s/.test(written.slice(column - 1))
        ? ['There is a second ": " in this line.', 'quotes around a text with ": " in it']
        : ['What follows is indented below a key that has its value already.', sameColumn];
    case 'BAD_INDENT':
      return /^(Flow|Block)/.test(text)
        ? [sentence(text), 'every bracket closed, and what is inside indented']
        : ['This line is not indented as those that it belongs to.', sameColumn];
    case 'MULTILINE_IMPLICIT_KEY':
      return ['This line is text, and a key follows it.', '"key: value", with a space behind the colon'];
    case 'MISSING_CHAR':
      if (text.startsWith('Sequence item'))
        return ['This line is not indented as those that it belongs to.', sameColumn];
      if (text.includes('quote')) return ['A quotation mark was opened and is not closed.', 'a mark at both ends'];
      return text.startsWith('Implicit map keys')
        ? ['This line has no value, and no colon.', '"key: value", with a space behind the colon']
        : [sentence(text), 'YAML that can be read'];
    case 'BAD_SCALAR_START':
      return [sentence(text), 'quotes around a text that begins so'];
    case 'MULTIPLE_DOCS':
      return ['A second document begins here ("---").', 'one document in a file'];
    default:
      return [sentence(text), 'a file that can be read'];
  }
}

const sentence = (text: string): string => text.replace(/\.?$/, '.');

const keyOf = (written: string): string | undefined => /^\s*(?:- )?([^\s:][^:]*?)\s*:/.exec(written)?.[1];

/** The key alone: a value may be a secret that somebody put there by mistake. */
function shownLine(written: string): string {
  const key = keyOf(written);
  return key === undefined || key.length > 60 ? 'this line' : `${key}: …`;
}
