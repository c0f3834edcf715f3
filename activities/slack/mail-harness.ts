import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A mail that the receiver took. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and body as they came. */
  readonly text: string;
}

export interface MailReceiver extends AsyncDisposable {
  readonly url: string;
  readonly mails: readonly ReceivedMail[];
  /** What it says from now on to a command, instead of taking it: `{ RCPT: '550 No such user' }`; '' says nothing. */
  answers: Readonly<Record<string, string>>;
}

/** A mail server as far as nodemailer talks to it (RFC 5321), for tests. */
export async function startMailReceiver(): Promise<MailReceiver> {
  const mails: ReceivedMail[] = [];
  const sockets = new Set<Socket>();
  const receiver = { answers: {} as Readonly<Record<string, string>> };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    let from = '';
    let to: string[] = [];
    let inData = false;
    let pending = '';
    const say = (line: string): void => void (line === '' || socket.write(`${line}\r\n`));
    say('220 receiver');
    const take = (line: string): void => {
      const verb = line.split(/[ :]/, 1)[0]?.toUpperCase() ?? '';
      const answer = receiver.answers[verb];
      if (answer !== undefined) return say(answer);
      const [, address = ''] = /<([^>]*)>/.exec(line) ?? [];
      if (verb === 'MAIL') [from, to] = [address, []];
      if (verb === 'RCPT') to.push(address);
      inData = verb === 'DATA';
      say(inData ? '354 go on' : verb === 'QUIT' ? '221 bye' : '250 ok');
      if (verb === 'QUIT') socket.end();
    };
    socket.on('data', (part) => {
      pending += part.toString();
      for (;;) {
        const end = pending.indexOf(inData ? '\r\n.\r\n' : '\r\n');
        if (end < 0) return;
        const piece = pending.slice(0, end);
        pending = pending.slice(end + (inData ? 5 : 2));
        if (!inData) {
          take(piece);
          continue;
        }
        inData = false;
        mails.push({ from, to, text: piece });
        say('250 taken');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(receiver, {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}
