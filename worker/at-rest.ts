import { performance } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Between two looks at whether this thread is at rest, milliseconds. */
const lookEveryMs = 5000;
/** At rest: of the time since the last look, it worked for less than this share. */
const restingBelow = 0.05;
/** Worth a pause of some 50 ms: what the heap has grown by since it was last tidied, bytes. */
const worthBytes = 8 * 1024 * 1024;

/** Another thread is between two statements for microseconds, and there are a handful of threads. */
const attempts = 1000;

type Collector = (options: { readonly type: 'major'; readonly flavor: 'last-resort' }) => void;

/**
 * Preloaded into each thread of the worker (`--import`): one that is at rest gives back what it needed while many runs were
 * at work. V8 looks for garbage when there is new garbage; a thousand runs that wait make none, and what their way to the
 * gate has left would stay for days.
 */
function tidyAtRest(): void {
  let collect: (() => void) | undefined;
  let before = performance.eventLoopUtilization();
  let tidyBytes = 0;
  setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (utilization >= restingBelow || getHeapStatistics().total_heap_size - tidyBytes < worthBytes) return;
    // Only now: workflows' contexts are made when their thread begins, and that is over.
    collect ??= garbageCollector();
    collect();
    tidyBytes = getHeapStatistics().total_heap_size;
  }, lookEveryMs).unref();
}

/**
 * Node shows it only to contexts that are made while its flag is set; workflows must not see it. The flag is the whole
 * process's, and threads that ask at the same moment take it from each other: then it is asked for again.
 */
export function garbageCollector(): () => void {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('globalThis.gc') as Collector | undefined;
    setFlagsFromString('--no-expose-gc');
    if (gc !== undefined) return () => gc({ type: 'major', flavor: 'last-resort' });
  }
  throw new Error(`V8 showed its collector in none of ${attempts} attempts.`);
}

tidyAtRest();
