import { nextOpening } from '../domain/test-window.ts';
import type { WindowOpening } from '../domain/test-window.ts';
import type { Catalog } from './schema.ts';
import { offsetMinutes } from './time-zone.ts';

/**
 * The opening of a service's windows in which a test may begin from a moment on, freezes left out.
 *
 * @param fromMs - milliseconds UTC
 * @param afterMs - what opened until then does not count, although it may still be open; milliseconds UTC
 * @returns nothing for a service that has none, or that the catalog does not have: then a test may begin at any time
 */
export function nextTestWindow(
  catalog: Catalog,
  serviceId: string,
  fromMs: number,
  afterMs?: number,
): WindowOpening | undefined {
  const service = Object.hasOwn(catalog.services, serviceId) ? catalog.services[serviceId] : undefined;
  const { timeZone, policies } = catalog.organisation;
  const windows = (service?.testWindows ?? []).map((window) => ({ ...window, timeZone: window.timeZone ?? timeZone }));
  return nextOpening(windows, fromMs, offsetMinutes, policies.freezes, afterMs);
}
