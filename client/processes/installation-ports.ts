import { join } from 'node:path';
import { PortClaims } from './port-claims.ts';
import { choosePort, isFree } from './ports.ts';
import type { ChosenPort } from './ports.ts';
import { ProcessFailedError } from './supervised-process.ts';

/** The ports that people know from the documentation; busy ones are replaced. */
const knownPorts = {
  temporal: 7233,
  temporalUi: 8233,
  aws: 7100,
  slack: 7101,
  jira: 7102,
  webhook: 7103,
  confluence: 7104,
  postgres: undefined,
} as const;
export type PortName = keyof typeof knownPorts;

export interface BusyPortEvent {
  readonly kind: 'busy-port';
  readonly part: string;
  readonly port: number;
  readonly insteadOf: number;
}

/** Default 3: who loses that many ports in a row has another trouble than bad luck. */
const movesAtMost = 3;

/** Where everything of one installation listens, on 127.0.0.1. */
export class InstallationPorts {
  readonly #ports: Record<PortName, ChosenPort>;
  readonly #claims: PortClaims;
  readonly #tell: (event: BusyPortEvent) => void;

  private constructor(ports: Record<PortName, ChosenPort>, claims: PortClaims, tell: (event: BusyPortEvent) => void) {
    this.#ports = ports;
    this.#claims = claims;
    this.#tell = tell;
  }

  /**
   * @param options.cacheDir - where all installations of this user see what the others have claimed
   * @param options.anyPorts - leave the known ones to people: for tests and measurements beside them
   */
  static async choose(options: {
    readonly cacheDir: string;
    readonly anyPorts: boolean;
    readonly tell: (event: BusyPortEvent) => void;
  }): Promise<InstallationPorts> {
    const { cacheDir, anyPorts, tell } = options;
    const claims = new PortClaims(join(cacheDir, 'ports'));
    const chosen: Partial<Record<PortName, ChosenPort>> = {};
    for (const [name, preferred] of Object.entries(knownPorts) as [PortName, number | undefined][])
      chosen[name] = await choosePort(anyPorts ? undefined : preferred, claims);
    const ports = chosen as Record<PortName, ChosenPort>;
    for (const [part, { port, insteadOf }] of Object.entries(ports))
      if (insteadOf !== undefined) tell({ kind: 'busy-port', part, port, insteadOf });
    return new InstallationPorts(ports, claims, tell);
  }

  /** Everything that listens there has ended. */
  giveBack(): void {
    this.#claims.giveBackAll();
  }

  of(name: PortName): number {
    return this.#ports[name].port;
  }

  /**
   * Starts a server that cannot choose for itself. No other installation takes a chosen port, but any other program may
   * until the server listens there, which may be minutes later (Temporal is built first): then the server is started
   * again on another.
   *
   * @param start - asked again with the new ports in place
   * @throws what `start` threw, when its ports are not the reason
   */
  async startOn<T>(names: readonly PortName[], start: () => Promise<T>): Promise<T> {
    for (let left = movesAtMost; ; left -= 1) {
      try {
        return await start();
      } catch (error) {
        if (left === 0 || !(error instanceof ProcessFailedError) || !(await this.#replaceLost(names))) throw error;
      }
    }
  }

  /** Whether any was lost. The server that wanted them has ended: who listens there now is somebody else. */
  async #replaceLost(names: readonly PortName[]): Promise<boolean> {
    let any = false;
    for (const name of names) {
      const lost = this.of(name);
      if (await isFree(lost)) continue;
      const { port } = await choosePort(undefined, this.#claims);
      this.#ports[name] = { port, insteadOf: lost };
      this.#tell({ kind: 'busy-port', part: name, port, insteadOf: lost });
      any = true;
    }
    return any;
  }
}
