import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { beginsAnswer, Http2Frames } from './http2-frames.ts';

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
  /** Many calls at a time: only the answer to the one that carried the text is lost. Default: the next bytes are the answer. */
  readonly speaks?: 'http2';
}): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let isOpen = true;
  let toLose: ToLose[] = [];
  let repliesLost = 0;

  /** Whether the answer to these bytes is to be lost; counted down. */
  const loses = (bytes: Buffer): ToLose | undefined => {
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
    const lost = answerLost(loses, target.speaks);
    client.on('data', (bytes) => lost.asked(bytes));
    upstream.on('data', (bytes) => {
      if (client.destroyed) return;
      const swallowed = lost.answered(bytes);
      if (swallowed === undefined) {
        client.write(bytes);
        return;
      }
      repliesLost += 1;
      if (swallowed.afterwards === 'shut') shut();
      client.destroy();
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

interface ToLose {
  readonly text: string;
  times: number;
  readonly afterwards?: 'shut' | undefined;
}

/** Finds, in one connection, the answer that is to be lost. @param loses - whether the answer to what these bytes ask is */
function answerLost(loses: (bytes: Buffer) => ToLose | undefined, speaks: 'http2' | undefined) {
  let losing: ToLose | undefined;
  let call = 0;
  const [asking, answering] = [new Http2Frames(), new Http2Frames()];
  return {
    asked(bytes: Buffer): void {
      if (speaks === undefined) {
        losing ??= loses(bytes);
        return;
      }
      for (const { payload, stream } of asking.push(bytes)) {
        if (losing !== undefined) continue;
        losing = loses(payload);
        call = stream;
      }
    },
    answered(bytes: Buffer): ToLose | undefined {
      if (speaks === undefined) return losing;
      return answering.push(bytes).some((frame) => beginsAnswer(frame, call)) ? losing : undefined;
    },
  };
}
