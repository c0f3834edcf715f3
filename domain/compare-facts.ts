import type { DocumentSpec, KnownFact, ReadDocument, StatedFact } from './document.ts';
import { factAgrees, readFactValue } from './fact-values.ts';
import { factDefinitions, factKey, factNames } from './recovery-facts.ts';
import type { FactName } from './recovery-facts.ts';
import type { Tier } from './target.ts';

/** `same`: as documented. `different`: one of the two is wrong. `unknown`: nobody could look. `not-stated`: a gap in the document. */
export type FactOutcome = 'same' | 'different' | 'unknown' | 'not-stated';

/** One fact of one document, held against what is known. Plain JSON; `key` is stable across quarters. */
export interface ComparedFact {
  readonly key: string;
  readonly name: FactName;
  readonly resource?: string;
  /** For people: `issues-db: backup retention`. */
  readonly label: string;
  readonly documentId: string;
  readonly stated?: string;
  readonly line?: number;
  readonly known?: string;
  readonly knownFrom?: KnownFact['from'];
  readonly outcome: FactOutcome;
  /** By the service's tier. */
  readonly required: boolean;
  /** In words: what could not be read, or why nobody knows. */
  readonly why?: string;
}

/** What has to be answered before anybody can sign: a difference, and a required fact that is not stated or not known. */
export const mustBeAnswered = ({ outcome, required }: Pick<ComparedFact, 'outcome' | 'required'>): boolean =>
  outcome === 'different' || (required && outcome !== 'same');

export interface CompareInput {
  readonly tier: Tier;
  /** Names of the service's resources that documents speak about. */
  readonly resources: readonly string[];
  /** In the catalog's order: a missing fact is missing in the first one. */
  readonly documents: readonly {
    readonly spec: DocumentSpec;
    readonly read: Pick<ReadDocument, 'documentId' | 'stated'>;
  }[];
  readonly known: readonly KnownFact[];
}

/**
 * Holds what the documents state against what is known. Each stated fact is compared where it is stated, so that two
 * documents which contradict each other cannot both be right; what is required and stated nowhere is a gap of the first.
 *
 * @returns in the order of the vocabulary, the service first, then each resource
 */
export function compareFacts({ tier, resources, documents, known }: CompareInput): readonly ComparedFact[] {
  const subjects: readonly (string | undefined)[] = [undefined, ...resources];
  const [first] = documents;
  if (first === undefined) return [];
  return subjects.flatMap((resource) =>
    factNames
      .filter((name) => factDefinitions[name].of === (resource === undefined ? 'service' : 'resource'))
      .flatMap((name): readonly ComparedFact[] => {
        const required = factDefinitions[name].requiredIn.includes(tier);
        const truth = known.find((fact) => fact.name === name && fact.resource === resource);
        const compared = documents.flatMap(({ spec, read }) =>
          read.stated
            .filter((fact) => fact.name === name && fact.resource === resource)
            // Stated twice, it has to be right twice.
            .map((stated, index) => ({
              ...compareOne({ stated, truth, required, documentId: spec.id }),
              ...(index === 0 ? {} : { key: `${spec.id}#${factKey(name, resource)}~${index + 1}` }),
            })),
        );
        if (compared.length > 0) return compared;
        const key = `${first.spec.id}#${factKey(name, resource)}`;
        // What is neither required nor stated is nobody's business.
        if (!required) return [];
        return [
          {
            key,
            name,
            ...(resource === undefined ? {} : { resource }),
            label: labelOf(name, resource),
            documentId: first.spec.id,
            ...knownPart(truth),
            outcome: 'not-stated',
            required,
          },
        ];
      }),
  );
}

function compareOne({
  stated,
  truth,
  required,
  documentId,
}: {
  readonly stated: StatedFact;
  readonly truth: KnownFact | undefined;
  readonly required: boolean;
  readonly documentId: string;
}): ComparedFact {
  const { name, resource, text, line } = stated;
  const base = {
    key: `${documentId}#${factKey(name, resource)}`,
    name,
    ...(resource === undefined ? {} : { resource }),
    label: labelOf(name, resource),
    documentId,
    stated: text,
    ...(line === undefined ? {} : { line }),
    ...knownPart(truth),
    required,
  };
  const { form } = factDefinitions[name];
  const value = readFactValue(form, text);
  if (!value.readable)
    return { ...base, outcome: 'different', why: `“${text}” cannot be read; expected ${value.expected}` };
  if (form === 'steps') return { ...base, outcome: 'same' };
  if (truth === undefined) return { ...base, outcome: 'unknown', why: 'nothing is known to compare it with' };
  if ('unknown' in truth) return { ...base, outcome: 'unknown', why: truth.unknown };
  const right = [truth.value, ...(truth.accepts ?? [])];
  if (form === 'people') {
    const strangers = value.value.split(', ').filter((person) => !factAgrees('person', person, right));
    return strangers.length === 0
      ? { ...base, outcome: 'same' }
      : { ...base, outcome: 'different', why: `not in the catalog: ${strangers.join(', ')}` };
  }
  return { ...base, outcome: factAgrees(form, text, right) ? 'same' : 'different' };
}

function knownPart(truth: KnownFact | undefined): Pick<ComparedFact, 'known' | 'knownFrom'> & { why?: string } {
  if (truth === undefined) return {};
  return 'unknown' in truth
    ? { knownFrom: truth.from, why: truth.unknown }
    : { known: truth.value, knownFrom: truth.from };
}

export const labelOf = (name: FactName, resource: string | undefined): string =>
  resource === undefined ? factDefinitions[name].label : `${resource}: ${factDefinitions[name].label}`;

/** What of a fact is compared with the last review. */
export type RememberedFact = Pick<ComparedFact, 'key' | 'label' | 'stated' | 'known' | 'outcome'>;

/** How a fact has changed since the last review of the same documents. */
export type FactChange =
  | { readonly key: string; readonly label: string; readonly change: 'new' | 'gone' }
  | {
      readonly key: string;
      readonly label: string;
      readonly change: 'changed';
      readonly before: Pick<ComparedFact, 'stated' | 'known' | 'outcome'>;
      readonly now: Pick<ComparedFact, 'stated' | 'known' | 'outcome'>;
    };

/** What is not as it was in the last review: facts that came, went, or have other words, another truth or another outcome. */
export function diffAgainstLast(
  now: readonly RememberedFact[],
  before: readonly RememberedFact[],
): readonly FactChange[] {
  const earlier = new Map(before.map((fact) => [fact.key, fact]));
  const today = new Set(now.map(({ key }) => key));
  const changes = now.flatMap((fact): readonly FactChange[] => {
    const { key, label } = fact;
    const was = earlier.get(key);
    if (was === undefined) return [{ key, label, change: 'new' }];
    if (was.stated === fact.stated && was.known === fact.known && was.outcome === fact.outcome) return [];
    return [{ key, label, change: 'changed', before: sides(was), now: sides(fact) }];
  });
  const gone = before
    .filter(({ key }) => !today.has(key))
    .map(({ key, label }): FactChange => ({ key, label, change: 'gone' }));
  return [...changes, ...gone];
}

const sides = ({ stated, known, outcome }: RememberedFact): Pick<ComparedFact, 'stated' | 'known' | 'outcome'> => ({
  ...(stated === undefined ? {} : { stated }),
  ...(known === undefined ? {} : { known }),
  outcome,
});
