import { createHash } from 'node:crypto';
import nodemailer from 'nodemailer';
import type { Examination } from '../../domain/examination.ts';
import type { Notice, NoticeAddress } from '../../domain/notice.ts';
import { mailSubject, secondChannelBody } from '../../views/second-channel.ts';
import { SecondChannelError } from './second-channel.ts';
import { configurationRestMs } from './slack-errors.ts';

/** The mail server, and who writes. */
export interface MailOptions {
  /** `smtps://user:password@mail.example.com` or `smtp://…:587`; a secret: only its host is ever shown. */
  readonly smtpUrl: string;
  /** Who the mail is from. */
  readonly from: string;
  /** Until each step of the conversation must have been answered, milliseconds; default 10,000. */
  readonly timeoutMs?: number;
}

/** Mails that this process remembers to have handed over. */
const remembered = 1000;

/**
 * The second channel by e-mail. SMTP has no key against repeats: the process remembers what the mail server took, and the
 * same notice has the same Message-ID, by which mailboxes know a repeat after the process died in between.
 */
export class MailChannel {
  readonly #options: MailOptions;
  readonly #taken = new Set<string>();

  constructor(options: MailOptions) {
    this.#options = options;
  }

  /**
   * Sends one notice to these people, once.
   *
   * @param to - e-mail addresses
   * @throws SecondChannelError
   */
  async tell(address: NoticeAddress, notice: Notice, to: readonly string[]): Promise<void> {
    const body = secondChannelBody(address, notice);
    const messageId = messageIdOf(`${address.runId}#${address.executionId}#${notice.number}`);
    if (body === undefined || to.length === 0 || this.#taken.has(messageId)) return;
    const transport = transportOf(this.#options);
    try {
      await transport.sendMail({
        from: this.#options.from,
        to: [...to],
        subject: mailSubject(body),
        text: body.text,
        messageId,
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Firedrill-Run': address.runId },
        disableFileAccess: true,
        disableUrlAccess: true,
      });
    } catch (cause) {
      throw mailError(cause, new URL(this.#options.smtpUrl).host);
    } finally {
      transport.close();
    }
    this.#taken.add(messageId);
    const [oldest] = this.#taken;
    if (this.#taken.size > remembered && oldest !== undefined) this.#taken.delete(oldest);
  }
}

/** Whether the mail server lets us in. Sends nothing. */
export async function checkMail(options: MailOptions): Promise<Examination> {
  const { host } = new URL(options.smtpUrl);
  const transport = transportOf(options);
  try {
    await transport.verify();
    return { name: 'Second channel by e-mail', ok: true, detail: `${host} lets us in`, fix: '' };
  } catch (cause) {
    const { what, next } = mailError(cause, host);
    return { name: 'Second channel by e-mail', ok: false, detail: what, fix: next };
  } finally {
    transport.close();
  }
}

function transportOf({ smtpUrl, timeoutMs = 10_000 }: MailOptions) {
  const { username } = new URL(smtpUrl);
  return nodemailer.createTransport({
    url: smtpUrl,
    // A password never goes over the wire in the clear.
    ...(username === '' ? {} : { requireTLS: true }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  });
}

const messageIdOf = (key: string): string =>
  `<${createHash('sha256').update(key).digest('hex').slice(0, 40)}@firedrill>`;

function mailError(cause: unknown, host: string): SecondChannelError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const reply = cause instanceof Error && 'responseCode' in cause ? Number(cause.responseCode) : 0;
  const said = cause instanceof Error ? cause.message : String(cause);
  const ours = code === 'EAUTH' || reply >= 500;
  return new SecondChannelError(
    {
      code: ours ? 'mail-refused' : 'mail-unreachable',
      what: `Could not send mail through ${host}: ${said}.`,
      next: ours
        ? 'Check FIREDRILL_SMTP_URL, FIREDRILL_SMTP_FROM and the addresses in the catalog. Then: firedrill doctor'
        : 'It is tried again by itself; if it stays so: firedrill doctor',
      ...(ours ? { retryAfterMs: configurationRestMs } : {}),
    },
    { cause },
  );
}
