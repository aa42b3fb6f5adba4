/** Puts the ten lines and the speeds of README.md into the landing page, so that both say the same. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { marked } from "marked";
import type { Plugin } from "vite";
import { highlight } from "./docs/markdown.js";

/** The first part of a text that matches. @throws Error if README.md no longer has it. */
function part(readme: string, pattern: RegExp, what: string): string {
  const [, found] = pattern.exec(readme) ?? [];
  if (found === undefined) throw new Error(`README.md has no ${what}: the landing page shows it.`);
  return found.trim();
}

/** @param repository the folder of README.md. */
export function home(repository: string): Plugin {
  const fill = (html: string) => {
    if (!html.includes("<!-- example -->")) return html;
    const readme = readFileSync(join(repository, "README.md"), "utf8");
    const code = part(readme, /## Ten lines\s+```js\n([\s\S]*?)```/, "ten lines");
    const printed = part(readme, /## Ten lines[\s\S]*?```text\n([\s\S]*?)```/, "output of the ten lines");
    const table = part(readme, /<!-- speed: [^>]*-->([\s\S]*?)<!-- end -->/, "table of speeds");
    return html
      .replace("<!-- example -->", highlight(code, "js"))
      .replace("<!-- printed -->", highlight(printed))
      .replace("<!-- speed -->", String(marked.parse(table, { async: false })));
  };
  return { name: "home", transformIndexHtml: { order: "pre", handler: fill } };
}
