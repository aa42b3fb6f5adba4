/** Puts the functions of the article into its page while the site is built, so that they can be read without a script. */

import { Marked } from "marked";
import type { Plugin } from "vite";
import { type ArticleFunction, FUNCTIONS, HELPERS, programOf } from "../article/functions.js";
import { escapeHtml, highlight } from "./docs/markdown.js";

const marked = new Marked();
const numbersOf = (text: string): string => Array.from(text.split("\n"), (_, i) => i + 1).join("\n");

/** Code with the numbers of its lines. */
const listing = (code: string, language: string): string =>
  `<div class="listing"><pre class="lines" aria-hidden="true">${numbersOf(code)}</pre><pre tabindex="0"><code>${highlight(code, language)}</code></pre></div>`;

function sectionOf(of: ArticleFunction, i: number): string {
  const { name, text, python } = of;
  const program = programOf(of).trimEnd();
  return `<section class="part" id="${name}" aria-labelledby="${name}-heading">
    <div class="prose"><h2 id="${name}-heading">${i + 1}. ${name}</h2>${marked.parse(text, { async: false })}</div>
    <div class="pair">
      <div><h3>Python</h3>${listing(python, "python")}</div>
      <div>
        <h3>JavaScript, to change</h3>
        <div class="listing editor"><pre class="lines" aria-hidden="true">${numbersOf(program)}</pre><textarea spellcheck="false" autocapitalize="off" autocomplete="off" rows="${program.split("\n").length}" aria-label="${name} in JavaScript">${escapeHtml(program)}</textarea></div>
        <div class="output"></div>
      </div>
    </div>
  </section>`;
}

const HELPERS_SECTION = `<details class="part"><summary>What the JavaScript needs of NumPy</summary>${listing(HELPERS, "js")}</details>`;

export function article(): Plugin {
  const links = FUNCTIONS.map(({ name }) => `<a href="#${name}">${name}</a>`).join("");
  return {
    name: "article",
    transformIndexHtml: {
      order: "pre",
      handler: (html) =>
        html
          .replace("<!-- article:links -->", () => links)
          .replace(
            "<!-- article:functions -->",
            () => `${HELPERS_SECTION}${FUNCTIONS.map(sectionOf).join("\n")}`,
          ),
    },
  };
}
