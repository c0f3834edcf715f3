import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Machines whose clocks are wrong: whatever is started inside `onMachine` reads its clock so many milliseconds off, for
 * good. Databases, stand-ins and Temporal are processes of their own and keep the true time.
 */
const offsetMs = new AsyncLocalStorage<number>();
const TrueDate = Date;

export const onMachine = <T>(clockAheadMs: number, work: () => T): T => offsetMs.run(clockAheadMs, work);

/** To be called once by a test file that uses `onMachine`, before anything else. */
export function skewClocks(): void {
  const now = (): number => TrueDate.now() + (offsetMs.getStore() ?? 0);
  globalThis.Date = new Proxy(TrueDate, {
    construct: (target, args: [], newTarget: typeof Date) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
    apply: () => new TrueDate(now()).toString(),
    get: (target, key, receiver) => (key === 'now' ? now : (Reflect.get(target, key, receiver) as unknown)),
  });
}
