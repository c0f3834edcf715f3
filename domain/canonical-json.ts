import canonicalize from 'canonicalize';
import { FiredrillError } from './errors.ts';

/** Deeper than any entry of ours; a bound keeps hostile input from exhausting the stack of a verifier. */
const maxDepth = 100;

/** A value has no one JSON text, so nothing can be hashed or signed over it. A mistake in the code that made the value. */
export class NotCanonicalError extends FiredrillError {
  override readonly name = 'NotCanonicalError';

  constructor(place: string, problem: string) {
    super({
      code: 'not-canonical-json',
      kind: 'bug',
      what: `The value at ${place} ${problem}.`,
      means: 'It has no canonical JSON text, so it was neither hashed nor signed.',
      next: 'Give plain JSON: objects, arrays, well-formed text, finite numbers, true, false and null.',
    });
  }
}

/**
 * The one JSON text of a value (RFC 8785): keys sorted by UTF-16 code unit, no spaces, numbers as ECMAScript writes
 * them. Hashes and signatures are taken over its UTF-8 bytes.
 *
 * Object properties that are `undefined` are left out, as an absent optional field. Everything else that JSON would
 * drop or rewrite in silence is refused: `undefined` in an array, NaN, Infinity, functions, symbols, bigints, lone
 * surrogates, cycles, and objects with behaviour (Date, Map, class instances).
 *
 * @throws NotCanonicalError with the path of the offending value
 */
export function canonicalJson(value: unknown): string {
  refuseWhatJsonWouldChange(value, '$', []);
  const text = canonicalize(value);
  if (text === undefined) throw new NotCanonicalError('$', 'is nothing that JSON can say');
  return text;
}

function refuseWhatJsonWouldChange(value: unknown, place: string, within: readonly object[]): void {
  switch (typeof value) {
    case 'boolean':
      return;
    case 'number':
      if (!Number.isFinite(value)) throw new NotCanonicalError(place, `is ${String(value)}, which JSON cannot write`);
      return;
    case 'string':
      if (!value.isWellFormed()) throw new NotCanonicalError(place, 'holds half of a surrogate pair');
      return;
    case 'undefined':
    case 'function':
    case 'symbol':
    case 'bigint':
      throw new NotCanonicalError(place, `is of type ${typeof value}, which JSON cannot write`);
    case 'object':
      if (value !== null) refuseInside(value, place, within);
      return;
  }
}

function refuseInside(value: object, place: string, within: readonly object[]): void {
  if (within.includes(value)) throw new NotCanonicalError(place, 'contains itself');
  if (within.length >= maxDepth) throw new NotCanonicalError(place, `is nested deeper than ${maxDepth} levels`);
  const path = [...within, value];
  if (Array.isArray(value)) {
    // By index, because a hole in an array is skipped by `forEach` and written as null by JSON.
    for (let index = 0; index < value.length; index += 1)
      refuseWhatJsonWouldChange(value[index], `${place}[${index}]`, path);
    return;
  }
  if (!isPlainObject(value)) throw new NotCanonicalError(place, 'is an object with behaviour, not plain data');
  for (const [key, child] of Object.entries(value)) {
    if (!key.isWellFormed()) throw new NotCanonicalError(place, 'has a key that holds half of a surrogate pair');
    if (child !== undefined) refuseWhatJsonWouldChange(child, `${place}.${key}`, path);
  }
}

/** Asked of the prototype's prototype, so that objects of another realm (a workflow's sandbox) count as plain too. */
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || (typeof prototype === 'object' && Object.getPrototypeOf(prototype) === null);
}
