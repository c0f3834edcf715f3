import { defaultPayloadConverter, rawValueTypeInfo } from '@temporalio/common';
import type { RawValue, SignalDefinition, TypeInfo } from '@temporalio/common';
import { defineSignal, setHandler } from '@temporalio/workflow';

/** However many arguments somebody sends: none is decoded before we are there to catch what comes of it. */
const allRaw = new Proxy<readonly TypeInfo[]>([], { get: () => rawValueTypeInfo });

/**
 * Hears a Signal from whoever can reach Temporal. The SDK decodes a Signal's arguments outside every handler, and what it
 * throws there fails the workflow's task, which is tried for ever: one Signal of nonsense would hold a run up for good. So
 * the argument is decoded here, and what is no JSON is heard as `undefined`.
 *
 * @param handle - is given whatever was sent; it must not throw, for that would be tried for ever too
 */
export function hear<Args extends unknown[]>(
  signal: SignalDefinition<Args>,
  handle: (sent: unknown) => void | Promise<void>,
): void {
  const raw = defineSignal<RawValue[]>(signal.name, { typeInfo: { inputTypes: allRaw } });
  setHandler(raw, (first?: RawValue) => handle(decoded(first)));
}

function decoded(value: RawValue | undefined): unknown {
  if (value === undefined) return undefined;
  try {
    return defaultPayloadConverter.fromPayload(value.payload);
  } catch {
    return undefined;
  }
}

/** Text that somebody sent, cut to size and made such that every store and screen can hold it; empty for anything else. */
export const plainText = (sent: unknown, atMost: number): string =>
  typeof sent === 'string' ? sent.slice(0, atMost).toWellFormed().replaceAll('\0', '') : '';

/** A member of what somebody sent, whatever that was. */
export const memberOf = (sent: unknown, name: string): unknown =>
  typeof sent === 'object' && sent !== null && Object.hasOwn(sent, name)
    ? (sent as Readonly<Record<string, unknown>>)[name]
    : undefined;
