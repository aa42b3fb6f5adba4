/** Text in Markdown as HTML: anchors as on GitHub, links to other pages, coloured code, and tables that scroll. */

import { posix } from "node:path";
import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import c from "highlight.js/lib/languages/c";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import { Marked, type Tokens } from "marked";

const LANGUAGES = { bash, c, json, python, typescript, xml };
for (const [name, grammar] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, grammar);
hljs.registerAliases(["js", "jsx", "ts", "mts"], { languageName: "typescript" });
hljs.registerAliases(["sh"], { languageName: "bash" });
hljs.registerAliases(["html"], { languageName: "xml" });

/** A heading of a page. */
export interface Heading {
  readonly depth: number;
  readonly text: string;
  readonly id: string;
}

export interface Rendered {
  readonly html: string;
  readonly headings: readonly Heading[];
}

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** The anchor of a heading, as GitHub makes it. */
export const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");

/** Colours code by its language, if that is known. */
export function highlight(code: string, language = ""): string {
  return hljs.getLanguage(language) ? hljs.highlight(code, { language }).value : escapeHtml(code);
}

/** Modules that a page does not have, or that need headers of the page which a static host may not send. */
const ABSENT = /from "(node:|densely\/(?:node|bullmq|threads)|(?!\.|densely)[^"]+")/;

/** True if a page can run a block: JavaScript that imports nothing but this package. */
export const canRun = (language: string, code: string): boolean =>
  /^js( page| main\.js)?$/.test(language) && /from "densely/.test(code) && !ABSENT.test(code);

const kept = (text: string): string => `<pre><code>${text}</code></pre>`;

/** A block of code. Its language may be followed by words: "js page", or the name of a file. */
function codeBlock({ text, lang = "" }: Tokens.Code): string {
  const [language, ...words] = lang.split(" ");
  if (language === "text" || language === "") return `<pre class="prints">${escapeHtml(text)}</pre>\n`;
  const code = kept(highlight(text, language));
  if (canRun(lang, text)) return `<figure class="example" data-run>${code}</figure>\n`;
  const file = words.find((word) => word.includes("."));
  const caption = file ? `<figcaption>${escapeHtml(file)}</figcaption>` : "";
  return `<figure class="example">${caption}${code}</figure>\n`;
}

/**
 * Renders a text.
 * @param file its path below docs/, from which its links lead.
 * @param addressOf the address of the page of another file; undefined for a file without a page.
 */
export function render(
  text: string,
  file: string,
  addressOf: (file: string) => string | undefined,
): Rendered {
  const headings: Heading[] = [];
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text: title }) {
        const anchor = anchorOf(title);
        const same = headings.filter(({ id }) => id.replace(/-\d+$/, "") === anchor || id === anchor).length;
        const id = same === 0 ? anchor : `${anchor}-${same}`;
        headings.push({ depth, text: title.replaceAll("`", ""), id });
        return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const words = this.parser.parseInline(tokens);
        if (/^(https?|mailto):/.test(href)) return `<a href="${escapeHtml(href)}">${words}</a>`;
        const [path, anchor] = href.split("#");
        const address = path === "" ? "" : addressOf(posix.join(posix.dirname(file), path));
        if (address === undefined) return words;
        return `<a href="${address}${anchor ? `#${anchor}` : ""}">${words}</a>`;
      },
      code: codeBlock,
    },
  });
  const html = marked
    .parse(text, { async: false })
    .replaceAll("<table>", '<div class="scrolls"><table>')
    .replaceAll("</table>", "</table></div>");
  return { html, headings };
}
