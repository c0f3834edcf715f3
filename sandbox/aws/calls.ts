import type { ServiceName } from './wire/model.ts';

/** One call as `GET /_sandbox/calls` shows it. Inputs are not kept: they carry passwords. */
export interface RecordedCall {
  readonly time: string;
  readonly service: ServiceName;
  readonly operation: string;
  readonly region: string;
  readonly caller: string;
  readonly requestId: string;
  /** Absent when the call succeeded. */
  readonly errorCode?: string;
  /** The injected fault that struck, if one did. */
  readonly fault?: string;
}

const keptPerAccount = 5000;

/** The newest calls of each account, oldest first. */
export class CallLog {
  readonly #byAccount = new Map<string, RecordedCall[]>();

  add(accountId: string, call: RecordedCall): void {
    const calls = this.#byAccount.get(accountId) ?? [];
    calls.push(call);
    if (calls.length > keptPerAccount) calls.shift();
    this.#byAccount.set(accountId, calls);
  }

  list(accountId: string): readonly RecordedCall[] {
    return this.#byAccount.get(accountId) ?? [];
  }

  reset(accountId: string): void {
    this.#byAccount.delete(accountId);
  }
}
