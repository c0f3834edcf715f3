import { canonicalJson } from './canonical-json.ts';
import { genesisHead, hashEntry } from './hash-chain.ts';
import type { ChainHead } from './hash-chain.ts';
import { foldRemediation } from './remediation.ts';
import type { RemediationBody, RemediationEntry, RemediationView } from './remediation.ts';

/** The next entry of a finding's chain, numbered from its head. */
export function makeRemediationEntry(
  head: ChainHead | undefined,
  body: Omit<RemediationBody, 'number'>,
): RemediationEntry {
  const from = head ?? genesisHead;
  const number = from.number + 1;
  const text = canonicalJson({ ...body, number });
  return {
    fingerprint: body.fingerprint,
    chainId: body.chainId,
    number,
    prev: from.hash,
    hash: hashEntry(from.hash, text),
    body: text,
  };
}

/** A finding as people see it, from the bodies of its chain in order; nothing when they do not begin one. */
export const projectRemediation = (bodies: readonly RemediationBody[]): RemediationView | undefined =>
  bodies.reduce<RemediationView | undefined>((view, { event, atMs }) => foldRemediation(view, event, atMs), undefined);
