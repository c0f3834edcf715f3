import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import type { PortClaims } from './port-claims.ts';

/** A port to listen on: the one that people know, or a free one when somebody else has it. */
export interface ChosenPort {
  readonly port: number;
  /** The known one, when it was taken. */
  readonly insteadOf?: number;
}

/** Below what systems lend to outgoing connections (from 32,768 on Linux, 49,152 elsewhere): one of those could take a server's place while it is started again. */
const anyPort = { from: 20_000, below: 32_000 } as const;

/** Chooses on 127.0.0.1, and claims what is chosen. @throws Error when there is none */
export async function choosePort(preferred: number | undefined, claims: PortClaims): Promise<ChosenPort> {
  if (preferred !== undefined && (await claim(preferred, claims))) return { port: preferred };
  for (let left = 1000; left > 0; left -= 1) {
    const port = randomInt(anyPort.from, anyPort.below);
    if (await claim(port, claims)) return preferred === undefined ? { port } : { port, insteadOf: preferred };
  }
  throw new Error(`The system has no free port between ${anyPort.from} and ${anyPort.below} on 127.0.0.1.`);
}

async function claim(port: number, claims: PortClaims): Promise<boolean> {
  if (!claims.take(port)) return false;
  if (await isFree(port)) return true;
  claims.giveBack(port);
  return false;
}

/** Whether nobody listens there, on this address or on all of them. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1' }, () => probe.close(() => resolve(true)));
  });
}
