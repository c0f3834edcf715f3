import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A door in front of a TCP server that can be shut: what goes through is cut, what comes is refused. */
export interface TcpProxy {
  readonly port: number;
  shut(): void;
  open(): void;
  /**
   * The next requests that carry this text reach the server; the first word of the answer is swallowed and the
   * connection cut, so that the effect has happened and nobody knows.
   *
   * @param times - default once
   * @param afterwards - the door is shut with it, so that asking again does not help
   */
  loseReplyTo(text: string, times?: number, afterwards?: 'shut'): void;
  /** How many replies were lost so far. */
  readonly repliesLost: number;
  close(): Promise<void>;
}

export async function startTcpProxy(target: {
  readonly host: string;
  readonly port: number;
  /** What counts as an answer; any bytes by default. */
  readonly isAnswer?: (bytes: Buffer) => boolean;
}): Promise<TcpProxy> {
  const { isAnswer = () => true } = target;
  const sockets = new Set<Socket>();
  let isOpen = true;
  let toLose: { text: string; times: number; afterwards?: 'shut' | undefined }[] = [];
  let repliesLost = 0;

  /** Whether the answer to these bytes is to be lost; counted down. */
  const loses = (bytes: Buffer): (typeof toLose)[number] | undefined => {
    const found = toLose.find(({ text }) => bytes.includes(text));
    if (!found) return undefined;
    found.times -= 1;
    toLose = toLose.filter(({ times }) => times > 0);
    return found;
  };

  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  const shut = (): void => {
    isOpen = false;
    cut();
  };
  const server = createServer((client) => {
    if (!isOpen) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(target);
    let swallowing: ReturnType<typeof loses>;
    client.on('data', (bytes) => {
      swallowing ??= loses(bytes);
    });
    upstream.on('data', (bytes) => {
      if (swallowing === undefined) client.write(bytes);
      else if (isAnswer(bytes)) {
        repliesLost += 1;
        if (swallowing.afterwards === 'shut') shut();
        client.destroy();
      }
    });
    client.pipe(upstream);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      // Either side's end is the other's; errors here are what the door is for.
      from.on('error', () => to.destroy());
      from.on('end', () => to.end());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get repliesLost() {
      return repliesLost;
    },
    shut,
    open() {
      isOpen = true;
    },
    loseReplyTo(text, times = 1, afterwards) {
      toLose.push({ text, times, afterwards });
    },
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** For gRPC: only frames of headers, which begin an answer; windows, settings and pings are talk of the connection. */
export function beginsHttp2Answer(bytes: Buffer): boolean {
  const headers = 1;
  for (let at = 0; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3))
    if (bytes[at + 3] === headers) return true;
  return false;
}
