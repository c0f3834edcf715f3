import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { appendFile, rename, writeFile } from 'node:fs/promises';
import type { Message } from './model.ts';

/**
 * A workspace's messages in a file: one line for each as it was made, and one more each time that it changed; the last one
 * holds. So one message more costs one line, however many there are. A line that a kill cut short was never answered for.
 */
export class MessageLog {
  readonly #file: string;
  /** @param file - where it is; need not be there yet */
  constructor(file: string) {
    this.#file = file;
  }

  /**
   * The messages in the order in which they were made, and the file without what is outdated.
   *
   * @param before - older ones, which the file may have in a younger state
   */
  read(before: readonly Message[]): Message[] {
    const byId = new Map(before.map((message) => [idOf(message), message]));
    const lines = readIfThere(this.#file).split('\n');
    const whole = lines.slice(0, -1);
    for (const line of whole) {
      const message = this.#parsed(line);
      byId.set(idOf(message), message);
    }
    const messages = [...byId.values()];
    // What was cut short must not stand before the next line.
    if (lines.at(-1) !== '' || whole.length !== messages.length) {
      writeFileSync(`${this.#file}.new`, messages.map(lineOf).join(''));
      renameSync(`${this.#file}.new`, this.#file);
    }
    return messages;
  }

  #parsed(line: string): Message {
    try {
      return JSON.parse(line) as Message;
    } catch (cause) {
      throw new Error(
        `The Slack sandbox cannot read ${this.#file}. Its messages would be lost if it went on without. Repair the file, or delete it to start without messages.`,
        { cause },
      );
    }
  }

  /** Resolves when these are in the file, as they are at the call. */
  async append(messages: Iterable<Message>): Promise<void> {
    const lines = [...messages].map(lineOf).join('');
    if (lines !== '') await appendFile(this.#file, lines);
  }

  /** Resolves when nothing else is in the file. */
  async replace(messages: readonly Message[]): Promise<void> {
    const lines = messages.map(lineOf).join('');
    await writeFile(`${this.#file}.new`, lines);
    await rename(`${this.#file}.new`, this.#file);
  }
}

/** Within its channel a message is named by its `ts`. */
const idOf = ({ channel, ts }: Message): string => `${channel} ${ts}`;
const lineOf = (message: Message): string => `${JSON.stringify(message)}\n`;

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
