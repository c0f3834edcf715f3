import { createServer } from 'node:net';

/** A port to listen on: the one that people know, or a free one when somebody else has it. */
export interface ChosenPort {
  readonly port: number;
  /** The known one, when it was taken. */
  readonly insteadOf?: number;
}

/** Chooses on 127.0.0.1. `taken` are ports that were chosen a moment ago and are not in use yet; the choice is added. */
export async function choosePort(preferred: number | undefined, taken: Set<number>): Promise<ChosenPort> {
  if (preferred !== undefined && !taken.has(preferred) && (await isFree(preferred))) {
    taken.add(preferred);
    return { port: preferred };
  }
  for (;;) {
    const port = await anyFreePort();
    if (taken.has(port)) continue;
    taken.add(port);
    return preferred === undefined ? { port } : { port, insteadOf: preferred };
  }
}

/** Whether nobody listens there, on this address or on all of them. */
export async function isFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== undefined;
}

async function anyFreePort(): Promise<number> {
  const port = await listenOnce(0);
  if (port === undefined) throw new Error('The system has no free port on 127.0.0.1.');
  return port;
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen({ port, host: '127.0.0.1' }, () => {
      const address = probe.address();
      const got = address !== null && typeof address === 'object' ? address.port : port;
      probe.close(() => resolve(got));
    });
  });
}
