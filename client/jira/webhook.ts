import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';

/** An issue with everything in it is far from this. */
const largestBytes = 2 * 1024 * 1024;
/** Identifiers remembered; Jira repeats a request for an hour at most. */
const remembered = 10_000;
/** Changes that a finding has to hear of; our own comments and links are not among them. */
const telling = new Set(['status', 'resolution', 'project', 'key', 'labels']);

const EventSchema = z.object({
  webhookEvent: z.string(),
  issue: z.object({ key: z.string(), fields: z.object({ labels: z.array(z.string()).default([]) }) }),
  changelog: z.object({ items: z.array(z.object({ field: z.string() })) }).optional(),
});

export interface WebhookDeps {
  /** The secret that the webhook was registered with in Jira. */
  readonly secret: string;
  /** Tells findings that there may be news of their tickets. @throws when the engine does not answer */
  readonly hint: (fingerprints: readonly string[]) => Promise<void>;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, facts?: Readonly<Record<string, unknown>>) => void;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Takes Jira's webhook. What is not signed with the secret is refused; what came before is answered and not told again
 * (Jira repeats what it takes for lost, under the same identifier); when the engine is away Jira is asked to come again.
 */
export function createWebhookHandler(deps: WebhookDeps): Handler {
  const taken = new Set<string>();
  const handle = async (request: IncomingMessage): Promise<number> => {
    if (request.method === 'GET' && request.url === '/health') return 200;
    if (request.method !== 'POST') return 405;
    const body = await bodyOf(request);
    if (body === undefined) return 413;
    if (!isSigned(body, request.headers['x-hub-signature'], deps.secret)) return 401;
    const given = request.headers['x-atlassian-webhook-identifier'];
    const identifier = typeof given === 'string' ? given : createHash('sha256').update(body).digest('hex');
    if (taken.has(identifier)) return 200;
    const fingerprints = findingsIn(body);
    if (fingerprints === undefined) return 400;
    if (fingerprints.length > 0) await deps.hint(fingerprints);
    if (taken.size >= remembered) taken.clear();
    // Only now: what could not be told comes again.
    taken.add(identifier);
    return 200;
  };
  return (request, response) => {
    handle(request).then(
      (status) => void response.writeHead(status).end(),
      (error: unknown) => {
        deps.log('warn', 'a finding could not be told of its ticket; Jira is asked to come again', {
          error: String(error),
        });
        response.writeHead(503, { 'retry-after': '30' }).end();
      },
    );
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > largestBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function isSigned(body: Buffer, header: string | string[] | undefined, secret: string): boolean {
  if (typeof header !== 'string') return false;
  const wanted = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
  const given = Buffer.from(header);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** Fingerprints of the findings that have to hear of it, by the label of their tickets; undefined for what is no event. */
function findingsIn(body: Buffer): readonly string[] | undefined {
  let sent: unknown;
  try {
    sent = JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
  const event = EventSchema.safeParse(sent);
  // Events that are about no issue are none of ours.
  if (!event.success) return z.object({ webhookEvent: z.string() }).safeParse(sent).success ? [] : undefined;
  const { webhookEvent, issue, changelog } = event.data;
  const tells =
    webhookEvent === 'jira:issue_deleted' ||
    (webhookEvent === 'jira:issue_updated' &&
      changelog?.items.some(({ field }) => telling.has(field.toLowerCase())) === true);
  if (!tells) return [];
  return issue.fields.labels.flatMap((label) => /^dr-([0-9a-f]{24})$/.exec(label)?.[1] ?? []);
}
