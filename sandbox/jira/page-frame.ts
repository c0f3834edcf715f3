import { html, raw } from 'hono/html';
import type { Html } from './adf-html.ts';
import { STATUS_CATEGORIES, type SiteState } from './model.ts';

const STYLE = `
:root{color-scheme:light;--ink:#172b4d;--muted:#505f79;--line:#dfe1e6;--blue:#0747a6;--ground:#f7f8fa}
*{box-sizing:border-box}body{margin:0;font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif;color:var(--ink);background:var(--ground);overflow-wrap:anywhere}
header{background:#fff;border-bottom:1px solid var(--line);padding:.7rem 1.25rem;display:flex;gap:.4rem 1rem;align-items:center;flex-wrap:wrap}
header a{color:inherit;text-decoration:none;font-weight:600}.sim{background:#fff0b3;border:1px solid #b38600;border-radius:3px;padding:.05rem .5rem;font-weight:700;font-size:.78rem;letter-spacing:.04em}
main{max-width:70rem;margin:1.5rem auto;padding:0 1.25rem}h1{font-size:1.55rem;line-height:1.25;margin:.15rem 0 .6rem;font-weight:600}
h2{font-size:1.05rem;margin:2rem 0 .6rem;font-weight:600}.body h3{font-size:1.15rem;margin:1.5rem 0 .4rem}.body h4,.body h5,.body h6{font-size:1rem;margin:1.2rem 0 .3rem}
.muted{color:var(--muted);font-size:.9rem}.card{background:#fff;border:1px solid var(--line);border-radius:8px;padding:1.25rem 1.5rem}
.split{display:grid;grid-template-columns:minmax(0,1fr) 18rem;gap:1.5rem;align-items:start}@media(max-width:56rem){.split{grid-template-columns:minmax(0,1fr)}.split>aside{order:-1}}.card>:first-child{margin-top:0}.card>:last-child{margin-bottom:0}.history li:first-child{border-top:0}.card>ul:not(.history){padding-left:1.2rem}
.chip{display:inline-block;border-radius:3px;padding:.1rem .5rem;font-size:.8rem;font-weight:700;white-space:nowrap}.chip-new{background:#dfe1e6;color:#253858}.chip-indeterminate{background:#deebff;color:#0747a6}.chip-done{background:#e3fcef;color:#006644}
.label{display:inline-block;background:#f4f5f7;border:1px solid var(--line);border-radius:3px;padding:0 .4rem;font-size:.85rem;margin:0 .25rem .25rem 0}.lozenge{background:#dfe1e6;border-radius:3px;padding:0 .35rem;font-size:.8rem;font-weight:700}.mention{color:var(--blue)}
dl{margin:0;display:grid;grid-template-columns:6.2rem minmax(0,1fr);gap:.55rem .5rem}dt{color:var(--muted);font-size:.9rem}dd{margin:0}
button{font:inherit;border:1px solid #c1c7d0;background:#fff;border-radius:4px;padding:.4rem .85rem;cursor:pointer;color:var(--ink)}button:hover{background:#f4f5f7}button.main{background:#0052cc;border-color:#0052cc;color:#fff}
select,textarea{font:inherit;border:1px solid #c1c7d0;border-radius:4px;padding:.4rem .5rem;background:#fff;color:var(--ink);max-width:100%}textarea{width:100%;min-height:5.5rem;display:block;margin:.4rem 0 .6rem}
.acts{display:flex;gap:.5rem;flex-wrap:wrap;align-items:center;margin:.5rem 0 0}a{color:#0052cc}
table{border-collapse:collapse}.scroll{overflow-x:auto;margin:.8rem 0}.body td,.body th{border:1px solid var(--line);padding:.3rem .6rem;text-align:left;vertical-align:top;overflow-wrap:normal}.body th{background:#f4f5f7}.body td p,.body th p,li p{margin:0}
pre{background:#f4f5f7;border-radius:4px;padding:.7rem .9rem;overflow-x:auto;font-size:.88rem;overflow-wrap:normal}code{background:#f4f5f7;border-radius:3px;padding:.05rem .25rem;font-size:.9em}pre code{padding:0}
.panel{border-radius:4px;padding:.6rem .9rem;margin:.9rem 0;border-left:4px solid #4c9aff;background:#deebff66}.panel p{margin:.2rem 0}.panel .kind{font-size:.8rem}.panel-warning,.panel-note{border-color:#ff8b00;background:#fffae6}.panel-error{border-color:#de350b;background:#ffebe6}.panel-success,.panel-tip{border-color:#00875a;background:#e3fcef}
blockquote{margin:.8rem 0;border-left:3px solid var(--line);padding-left:1rem;color:var(--muted)}ul.tasks{list-style:none;padding-left:.2rem}hr{border:0;border-top:1px solid var(--line);margin:1.2rem 0}
.comment{border-top:1px solid var(--line);padding:.9rem 0}.comment:first-of-type{border-top:0}.comment p{margin:.3rem 0}.history{list-style:none;padding:0;margin:0}.history li{padding:.35rem 0;border-top:1px solid var(--line);font-size:.92rem}
.list{width:100%;background:#fff;border:1px solid var(--line);border-radius:8px;border-collapse:separate;border-spacing:0}.list th{color:var(--muted);font-weight:500;font-size:.85rem;text-align:left}.list th,.list td{padding:.65rem .9rem;border-bottom:1px solid var(--line);vertical-align:top}.list tr:last-child td{border-bottom:0}.list a{text-decoration:none}.list .key{white-space:nowrap;font-weight:600}.list .nowrap,.list th{white-space:nowrap}.list td:not(.wide){overflow-wrap:normal}
@media(max-width:44rem){.list thead{display:none}.list tr{display:block;padding:.7rem 0;border-bottom:1px solid var(--line)}.list tr:last-child{border-bottom:0}.list td{display:inline-block;border:0;padding:.12rem .5rem .12rem .9rem}.list td.wide{display:block;font-size:1.02rem}main{padding:0 .9rem;margin-top:1rem}.card{padding:1rem}header{padding:.6rem .9rem}h1{font-size:1.3rem}}
.notice{background:#ffebe6;border:1px solid #de350b;border-radius:4px;padding:.6rem .9rem;margin:0 0 1rem}`;

/** Looks every second and a half whether the site changed, and swaps the page's middle, unless somebody is writing. */
const SCRIPT = `
(()=>{const main=document.querySelector('main');let seen=document.body.dataset.revision;
const writing=()=>[...main.querySelectorAll('textarea')].some(t=>t.value!=='')||main.contains(document.activeElement)&&['TEXTAREA','SELECT'].includes(document.activeElement.tagName);
setInterval(async()=>{if(document.hidden||writing())return;try{
const now=await (await fetch('/_page/revision'+location.search.replace(/[?&]said=[^&]*/,''))).text();if(now===seen||writing())return;
const next=new DOMParser().parseFromString((await (await fetch(location.href.replace(/[?&]said=[^&]*/,''))).text()).replace(/<style[^]*?<\\/style>/,''),'text/html');
if(writing())return;main.replaceChildren(...next.querySelector('main').childNodes);document.title=next.title;seen=now}catch{document.title='(not reachable) '+document.title.replace(/^\\(not reachable\\) /,'')}},1500)})()`;

/** The frame of every page: the word SIMULATED, the site, live refresh. */
export function frame(options: {
  title: string;
  site: SiteState | undefined;
  sites: number;
  nonce: string;
  revision: string;
  body: Html;
}): Html {
  const { site } = options;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>${options.title}</title>
        <link rel="icon" href="data:," />
        <style nonce="${options.nonce}">
          ${raw(STYLE)}
        </style>
      </head>
      <body data-revision="${options.revision}">
        <header>
          <span class="sim">SIMULATED</span
          ><a href="${site === undefined ? '/' : `/?site=${encodeURIComponent(site.email)}`}">Jira sandbox</a>
          <span class="muted"
            >${site === undefined ? 'choose a site' : html`site of ${site.email}`}${options.sites > 1 && site !== undefined ? html` · <a href="/?sites">other sites</a>` : ''}</span
          >
        </header>
        <main>${options.body}</main>
        <script nonce="${options.nonce}">
          ${raw(SCRIPT)};
        </script>
      </body>
    </html>`;
}

/** A time in UTC as people read it. */
export function when(time: string): string {
  const date = new Date(time);
  return `${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })}, ${date.toISOString().slice(11, 16)} UTC`;
}

export const day = (date: string): string =>
  new Date(`${date}T00:00:00Z`).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });

export function chip(site: SiteState, name: string): Html {
  const category = site.statuses.find((status) => status.name === name)?.category ?? 'new';
  return html`<span class="chip chip-${category}" title="${STATUS_CATEGORIES[category].name}"
    >${category === 'done' ? '✔ ' : category === 'indeterminate' ? '◐ ' : '○ '}${name}</span
  >`;
}

export const nameOf = (site: SiteState, accountId: string | null): string =>
  accountId === null
    ? 'Nobody yet'
    : (site.users.find((user) => user.accountId === accountId)?.displayName ?? 'Former user');
