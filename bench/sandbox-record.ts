import type { BenchInstallation } from './installation.ts';

interface Call {
  readonly time: string;
  readonly operation: string;
  readonly requestId: string;
}

export interface SandboxEvent {
  /** As RDS numbers them: `RDS-EVENT-0003`. */
  readonly id: string;
  /** Name of the instance. */
  readonly source: string;
  readonly atMs: number;
}

/** The AWS stand-in keeps its newest 5,000 calls; this often they are fetched. */
const fetchEveryMs = 3000;

/** The AWS stand-in's own record of a measure: what was asked of it, and when what it does was done. */
export class SandboxRecord {
  readonly #bench: BenchInstallation;
  readonly #before: ReadonlySet<string>;
  readonly #calls = new Map<string, Call>();
  readonly #timer: NodeJS.Timeout;
  #fetching: Promise<void> = Promise.resolve();

  private constructor(bench: BenchInstallation, before: ReadonlySet<string>) {
    this.#bench = bench;
    this.#before = before;
    this.#timer = setInterval(() => {
      this.#fetching = this.#fetching.then(() => this.#fetch());
      // Thrown where the record is asked for.
      this.#fetching.catch(() => undefined);
    }, fetchEveryMs);
  }

  /** What was before this moment does not count. */
  static async begin(bench: BenchInstallation): Promise<SandboxRecord> {
    return new SandboxRecord(bench, new Set((await callsOf(bench)).map(({ requestId }) => requestId)));
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#fetching;
    await this.#fetch();
  }

  async #fetch(): Promise<void> {
    for (const call of await callsOf(this.#bench))
      if (!this.#before.has(call.requestId)) this.#calls.set(call.requestId, call);
  }

  /** When the stand-in had dealt with a call, by its request id; milliseconds UTC. */
  timeOf(requestId: string): number | undefined {
    const call = this.#calls.get(requestId);
    return call && Date.parse(call.time);
  }

  /** Calls by operation, the most frequent first. */
  get calls(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { operation } of this.#calls.values()) counts.set(operation, (counts.get(operation) ?? 0) + 1);
    return new Map([...counts].toSorted(([, one], [, other]) => other - one));
  }

  /** Calls that only look, of every service. */
  get looks(): number {
    return [...this.calls].reduce((sum, [name, count]) => sum + (/^(Describe|List)/.test(name) ? count : 0), 0);
  }
}

const callsOf = async (bench: BenchInstallation): Promise<readonly Call[]> =>
  ((await bench.control('GET', 'calls')) as { calls: readonly Call[] }).calls;

export const eventsOf = async (bench: BenchInstallation): Promise<readonly SandboxEvent[]> =>
  ((await bench.control('POST', 'rds/events')) as { events: readonly SandboxEvent[] }).events;
