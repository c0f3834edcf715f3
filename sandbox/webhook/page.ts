import { escapeHtml } from '../kit/html.ts';
import type { WebhookMessage } from './message-log.ts';

/** The messages for a person, newest first. */
export function renderPage(messages: readonly WebhookMessage[]): string {
  const items = messages.toReversed().map(renderMessage).join('\n');
  const list =
    items === ''
      ? '<p class="none">Nothing has arrived yet. What is posted to any path of this address shows up here.</p>'
      : items;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="3">
<title>Second channel (SIMULATED)</title>
<style>
:root { color-scheme: light; }
body { margin: 0; background: #f7f8fa; color: #172b4d; font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
header { background: #fff; border-bottom: 1px solid #dfe1e6; padding: .7rem 1.25rem; font-weight: 600; }
.simulated { background: #fff0b3; border: 1px solid #b38600; border-radius: 3px; padding: .05rem .5rem; font-size: .78rem; letter-spacing: .04em; }
main { max-width: 56rem; margin: 1.25rem auto; padding: 0 1.25rem; }
article { background: #fff; border: 1px solid #dfe1e6; border-radius: 8px; padding: .9rem 1.25rem; margin: 0 0 .9rem; }
h2 { font-size: 1.05rem; margin: 0 0 .3rem; }
.when, .none { color: #505f79; font-size: .9rem; }
pre { background: #f4f5f7; border-radius: 4px; padding: .6rem .8rem; margin: .6rem 0 0; overflow-x: auto; font-size: .85rem; white-space: pre-wrap; }
</style>
</head>
<body>
<header>Second channel <span class="simulated">SIMULATED</span></header>
<main>
${list}
</main>
</body>
</html>
`;
}

function renderMessage(message: WebhookMessage): string {
  const title = titleOf(message);
  const body = message.text ?? JSON.stringify(message.json, undefined, 2);
  return `<article>
<h2>${escapeHtml(title)}</h2>
<div class="when"><time datetime="${escapeHtml(message.time)}">${escapeHtml(message.time)}</time> to ${escapeHtml(message.path)}</div>
<pre>${escapeHtml(body)}</pre>
</article>`;
}

/** What a person would read first: webhooks of the kind that chat and paging tools take have a `text`, `title` or `summary`. */
function titleOf(message: WebhookMessage): string {
  const { json } = message;
  if (typeof json !== 'object' || json === null) return 'Message';
  const fields = json as Record<string, unknown>;
  const found = [fields['title'], fields['summary'], fields['text']].find(
    (each) => typeof each === 'string' && each !== '',
  );
  return typeof found === 'string' ? (found.split('\n')[0] ?? found) : 'Message';
}
