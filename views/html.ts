import { html as honoHtml, raw as honoRaw } from 'hono/html';

/** Text that is HTML already: nothing in it is escaped again. Only `html` and `raw` make it. */
export type Html = ReturnType<typeof honoRaw>;

/** What may stand in a template. Text and numbers are escaped; lists are joined; what is absent or `false` is nothing. */
export type HtmlPart = Html | string | number | false | undefined | readonly HtmlPart[];

/**
 * A piece of HTML. Everything that is put in is escaped, unless it is itself a piece of HTML.
 *
 * Hono's template may also wait for promises; a page of ours is a pure function, so what can wait cannot be put in.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  const made = honoHtml(strings, ...parts);
  if (made instanceof Promise) throw new TypeError('A template of a page holds something that has to be waited for.');
  return made;
}

/** Text that is trusted to be HTML: our own styles and drawings, never what came from people or systems. */
export const raw = (trusted: string): Html => honoRaw(trusted);
