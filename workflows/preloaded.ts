import { openAct, openSigned, publicKeyOf, signAct, signStatement } from '../domain/signing.ts';
import { genesisHead, makeEntry } from '../domain/hash-chain.ts';
import type { ActStatement } from '../domain/act.ts';
import type { DecisionStatement } from '../domain/gate.ts';

/**
 * What all runs of a worker share: the domain, the runbooks' rules, schemas, hashes and signatures, which remember nothing of
 * a run. Loaded once per worker, before any run, and then frozen by the SDK; everything else is loaded anew for each run. Each
 * run of its own copy would cost 1.1 MB of memory, 13 ms at its start (also at each replay after an eviction) and 15 ms at its
 * first signature. The whole of `domain/` is added where the bundle is made.
 *
 * The work below is done for its traces: libraries that settle at their first use (the default language of zod, the tables
 * of Ed25519) could not do so any more when frozen. Its result is exported so that the bundler keeps it.
 */
export * as runbooks from '../runbooks/index.ts';
export * as documentationReviewFindings from '../runbooks/documentation-review/findings.ts';
export * as restoreTestFindings from '../runbooks/restore-test/findings.ts';
export * as restoreTestPreview from '../runbooks/restore-test/preview.ts';
export * as tabletopExerciseFindings from '../runbooks/tabletop-exercise/findings.ts';

const exampleKey = '01'.repeat(32);

const example: DecisionStatement = {
  v: 1,
  decisionId: 'example',
  runId: 'restore-test/service/resource/2026Q1',
  gateId: 'admission',
  round: 1,
  choice: 'approve',
  personId: 'nobody',
  personName: 'Nobody',
  roles: [],
  clickedAtMs: 0,
};

const exampleAct: ActStatement = {
  v: 1,
  purpose: 'act',
  actId: 'example',
  runId: 'documentation-review/service/-/2026Q1',
  act: { kind: 'example', some: [{ id: 'example' }] },
  personId: 'nobody',
  personName: 'Nobody',
  roles: [],
  clickedAtMs: 0,
};

const signed = signStatement(example, exampleKey, 'slack-app', 'nobody');

export const preloaded: readonly unknown[] = [
  openSigned(signed, publicKeyOf(exampleKey)),
  openAct(signAct(exampleAct, exampleKey, 'slack-app', 'nobody'), publicKeyOf(exampleKey)),
  makeEntry(genesisHead, { runId: example.runId, executionId: '-', atMs: 0, event: { type: 'cleanup-started' } }),
];

/**
 * The engine writes down where each promise of a workflow was made and looks every frame up in the source map: with the usual
 * ten frames, a third of what a run computes. Four still say where an error came from.
 */
Error.stackTraceLimit = 4;
