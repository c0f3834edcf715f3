import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredRun } from '../../store/read.ts';
import { openRuns, openStoreOf } from '../cli/access.ts';
import { isComplete, isJudged, watchRun } from '../cli/watch-run.ts';
import type { Installation } from '../processes/installation.ts';
import { startRestoreTest } from '../runs/start-restore-test.ts';
import { breaks } from './breaks.ts';
import type { Fault } from './breaks.ts';
import { subject, waitUntilProvable } from './company.ts';
import type { Company } from './company.ts';
import { endEarlierRuns } from './end-earlier-runs.ts';
import { approveInSlack } from './stand-in.ts';

export interface DemoRunOptions {
  readonly installation: Installation;
  readonly company: Company;
  readonly fault: Fault | undefined;
  /** A stand-in commander approves in Slack; otherwise a person does. */
  readonly standIn: boolean;
  readonly signal: AbortSignal;
  /** Told what is being prepared, in half a sentence. */
  readonly onProgress: (text: string) => void;
  readonly onStarted: (runId: string) => void;
  readonly onChange: (run: StoredRun) => void;
}

/** How long tickets and evidence may take after the verdict before the summary is shown without them, milliseconds. */
const completeWithinMs = 60_000;

/** The demo's story, once everything runs: prove that there is something to restore, break it if asked, hold the restore test. */
export async function runDemo(options: DemoRunOptions): Promise<StoredRun> {
  const { installation, company, fault, signal, onProgress } = options;
  const { config } = installation;
  const runs = await openRuns(config);
  const store = openStoreOf(config);
  const decided = new AbortController();
  try {
    await endEarlierRuns(runs.deps, onProgress);
    await waitUntilProvable(config, company, { onProgress, signal });
    if (fault !== undefined) {
      onProgress(`breaking it: ${breaks[fault].shows}`);
      await breaks[fault].damage({ config, company, sourcePid: () => installation.pidOf('source'), signal });
    }
    const method = fault === undefined ? undefined : breaks[fault].method;
    const { runId, plan } = await startRestoreTest(runs.deps, {
      ...subject,
      mode: 'drill',
      point: 'latest',
      ...(method === undefined ? {} : { method }),
      // As if a schedule had started it: whoever approves did not start it.
      initiator: { personId: 'system', name: 'firedrill demo' },
      via: 'system',
    });
    options.onStarted(runId);
    const clicking = options.standIn
      ? approveInSlack(company.place, plan.slackChannel, runId, AbortSignal.any([signal, decided.signal]))
      : Promise.resolve();
    const judged = watchRun(store, runId, { until: isJudged, onChange: options.onChange, signal });
    // A click that fails must end the demo: nobody else would decide.
    const run = await Promise.race([judged, clicking.then(() => judged)]);
    decided.abort();
    return await completed(run);
  } finally {
    decided.abort();
    await runs.close();
    await store.destroy();
  }

  /** Seal, evidence and tickets come after the verdict; whoever looks at the summary wants them in it. */
  async function completed(run: StoredRun): Promise<StoredRun> {
    const patience = new AbortController();
    let newest = run;
    const waiting = watchRun(store, run.runId, {
      until: isComplete,
      onChange: (changed) => {
        newest = changed;
        options.onChange(changed);
      },
      signal: AbortSignal.any([signal, patience.signal]),
    });
    const outOfPatience = sleep(completeWithinMs, undefined, { ref: false }).then(() => newest);
    try {
      return await Promise.race([waiting, outOfPatience]);
    } finally {
      patience.abort();
      await waiting.catch(() => undefined);
    }
  }
}
