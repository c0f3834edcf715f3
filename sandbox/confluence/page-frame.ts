import { html, raw } from 'hono/html';

/** Text that is HTML already: nothing in it is escaped again. */
export type Html = ReturnType<typeof raw> | Promise<ReturnType<typeof raw>>;

const style = `
:root{color-scheme:light;--ink:#172b4d;--muted:#505f79;--line:#dfe1e6;--blue:#0747a6;--ground:#f7f8fa}
*{box-sizing:border-box}body{margin:0;font:16px/1.6 system-ui,-apple-system,"Segoe UI",sans-serif;color:var(--ink);background:var(--ground);overflow-wrap:anywhere}
header{background:#fff;border-bottom:1px solid var(--line);padding:.7rem 1.25rem;display:flex;gap:.4rem 1rem;align-items:center;flex-wrap:wrap}
header a{color:inherit;text-decoration:none;font-weight:600}.sim{background:#fff0b3;border:1px solid #b38600;border-radius:3px;padding:.05rem .5rem;font-weight:700;font-size:.78rem;letter-spacing:.04em}
main{max-width:52rem;margin:1.5rem auto;padding:0 1.25rem}h1{font-size:1.65rem;line-height:1.25;margin:.15rem 0 .5rem;font-weight:600}h2{font-size:1.15rem;margin:1.8rem 0 .5rem;font-weight:600}
.muted{color:var(--muted);font-size:.9rem}.card{background:#fff;border:1px solid var(--line);border-radius:8px;padding:1.25rem 1.5rem}.card>:first-child{margin-top:0}.card>:last-child{margin-bottom:0}
.list{list-style:none;padding-top:.4rem;padding-bottom:.4rem}.list li{padding:.55rem 0;border-top:1px solid var(--line)}.list li:first-child{border-top:0}
a{color:var(--blue)}table{border-collapse:collapse;margin:.8rem 0}td,th{border:1px solid var(--line);padding:.35rem .7rem;text-align:left;vertical-align:top}th{background:#f4f5f7}td p,th p,li p{margin:0}
pre{background:#f4f5f7;border-radius:4px;padding:.7rem .9rem;overflow-x:auto;font-size:.88rem;overflow-wrap:normal;margin-top:0}code{background:#f4f5f7;border-radius:3px;padding:.05rem .25rem;font-size:.9em}pre code{padding:0}
.code-title{background:#ebecf0;border-radius:4px 4px 0 0;padding:.3rem .9rem;font-size:.85rem;font-weight:600}
.panel{border-radius:4px;padding:.6rem .9rem;margin:.9rem 0;border-left:4px solid #4c9aff;background:#deebff66}.panel p{margin:.2rem 0}.panel-warning,.panel-note{border-color:#ff8b00;background:#fffae6}.panel-tip{border-color:#00875a;background:#e3fcef}
label{display:block;font-size:.9rem;color:var(--muted)}input,textarea{font:inherit;width:100%;border:1px solid #8993a4;border-radius:4px;padding:.4rem .6rem}textarea{font:.88rem/1.5 ui-monospace,monospace}
button{font:inherit;border:1px solid #0052cc;background:#0052cc;color:#fff;border-radius:4px;padding:.4rem .95rem;cursor:pointer}
.notice{background:#ffebe6;border:1px solid #de350b;border-radius:4px;padding:.6rem .9rem;margin:0 0 1rem}
@media(max-width:44rem){main{padding:0 .9rem}.card{padding:1rem}h1{font-size:1.35rem}table{display:block;overflow-x:auto}}`;

/** Loads the page again when something changed, unless somebody is writing. */
const script = `
(()=>{const seen=document.body.dataset.revision;if(document.querySelector('textarea'))return;
setInterval(async()=>{if(document.hidden)return;try{if(await (await fetch('/_page/revision')).text()!==seen)location.reload()}catch{document.title='(not reachable) '+document.title.replace(/^\\(not reachable\\) /,'')}},1500)})()`;

/** The frame of every page: the word SIMULATED, and a fresh look when something changes. */
export function frame(options: {
  readonly title: string;
  readonly nonce: string;
  readonly revision: string;
  readonly body: Html;
}): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>${options.title} · Confluence sandbox</title>
        <link rel="icon" href="data:," />
        <style nonce="${options.nonce}">
          ${raw(style)}
        </style>
      </head>
      <body data-revision="${options.revision}">
        <header><span class="sim">SIMULATED</span><a href="/">Confluence sandbox</a></header>
        <main>${options.body}</main>
        <script nonce="${options.nonce}">
          ${raw(script)};
        </script>
      </body>
    </html>`;
}
