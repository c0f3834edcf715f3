import type { ServerResponse } from 'node:http';
import type { Control } from '../control.ts';
import { HttpError } from '../http.ts';
import type { Reply, Request } from '../http.ts';

/** What people open in a browser. */
export async function pages(
  _stage: Control,
  request: Request,
  _response: ServerResponse,
): Promise<Reply | 'streaming'> {
  throw new HttpError(404, `There is no page ${request.url.pathname}.`);
}
