import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Config } from '../../config/index.ts';
import { publicKeyOf } from '../../domain/signing.ts';
import { clocksOf } from '../../domain/verdict.ts';
import type { StoredRun } from '../../store/read.ts';
import type { RunSummaryView } from '../../views/terminal/run-summary.ts';
import { verifyFolder } from '../evidence/read-bundle.ts';

/** Public key that signs this installation's evidence, when it is known here. */
export const evidencePublicKey = ({ evidenceKey }: Config): string | undefined =>
  evidenceKey === undefined ? undefined : publicKeyOf(evidenceKey);

/** Where the bundle of a run lies on this machine, when it does. */
export function bundleFolder({ home }: Config, run: StoredRun): string | undefined {
  const folder = run.evidence === undefined ? undefined : resolve(home, 'evidence', run.evidence.path);
  return folder !== undefined && existsSync(folder) ? folder : undefined;
}

/** As a person would type it here: relative when it is below this folder. */
function fromHere(folder: string): string {
  const below = relative(process.cwd(), folder);
  return below.startsWith('..') ? folder : below;
}

/** What the end of a run shows; the bundle is verified again, here and now. */
export function summaryOf(run: StoredRun, config: Config, more: Pick<RunSummaryView, 'look' | 'next'>): RunSummaryView {
  const folder = bundleFolder(config, run);
  const key = evidencePublicKey(config);
  const verified =
    folder === undefined || key === undefined ? 'not-checked' : verifyFolder(folder, key).ok ? 'verified' : 'changed';
  return {
    run: run.projection,
    tickets: run.tickets,
    ...(run.evidence === undefined
      ? {}
      : {
          evidence: {
            path: folder === undefined ? run.evidence.path : fromHere(folder),
            ...(run.evidence.s3 === undefined ? {} : { s3: run.evidence.s3 }),
            verified,
          },
        }),
    ...more,
  };
}

/** A run for `--json`: what scripts ask for, first. */
export function runAsJson(run: StoredRun, config: Config): Record<string, unknown> {
  const { projection } = run;
  const key = evidencePublicKey(config);
  return {
    runId: run.runId,
    verdict: projection.judged?.verdict ?? null,
    reason: projection.judged?.reason ?? null,
    state: projection.state,
    simulated: projection.simulated,
    mode: projection.mode,
    service: projection.service,
    resource: projection.resource,
    ledger: projection.ledger,
    rto: clocksOf(projection.judged)?.rto ?? null,
    rpo: clocksOf(projection.judged)?.rpo ?? null,
    comparable: projection.judged?.comparable ?? null,
    checks: projection.checks,
    steps: projection.steps.map(({ name, status, attempts, startedAtMs, endedAtMs, summary }) => ({
      name,
      status,
      attempts,
      startedAtMs,
      endedAtMs,
      summary,
    })),
    gates: projection.gates.map(({ gate, status, waitedMs }) => ({
      gateId: gate.gateId,
      round: gate.round,
      kind: gate.kind,
      status,
      waitedMs,
      question: gate.preview.question,
    })),
    exercise: projection.exercise ?? null,
    differences: projection.differences ?? null,
    resources: projection.resources,
    ...(projection.review === undefined ? {} : { review: projection.review }),
    findings: projection.findings,
    tickets: run.tickets,
    evidence:
      run.evidence === undefined
        ? null
        : {
            path: bundleFolder(config, run) ?? run.evidence.path,
            publicKey: key ?? null,
            s3: run.evidence.s3 ?? null,
            manifestHash: run.evidence.manifestHash,
          },
  };
}
