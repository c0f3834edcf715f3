import { canonicalJson } from './canonical-json.ts';
import type { Finding } from './finding.ts';
import { sha256Hex } from './hex.ts';

/** What makes two gaps the same gap: never a run, a time or a number. */
export type Gap = Pick<Finding, 'service' | 'resource' | 'check' | 'cause'>;

/**
 * 24 hex digits that are the same for the same gap in every run: the ticket is found again by them. Taken over canonical
 * JSON, so that no two gaps run into each other (`a` + `bc` is not `ab` + `c`).
 */
export const fingerprint = ({ service, resource, check, cause }: Gap): string =>
  sha256Hex(canonicalJson({ service, resource, check, cause })).slice(0, 24);

/** A finding with the fingerprint of its gap. */
export const makeFinding = (facts: Omit<Finding, 'fingerprint'>): Finding => ({
  fingerprint: fingerprint(facts),
  ...facts,
});
