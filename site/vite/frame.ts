/** Puts what all pages share into their HTML: the head, the header with the navigation, and the footer. */

import { readFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import type { IndexHtmlTransformContext, Plugin } from "vite";
import { type Page, pagesOf } from "./pages.js";

const read = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");

/** Runs before the first paint, so that a chosen theme does not flash. It is part of the page instead of a file of its own. */
const THEME = `<script>${read("../shared/first-paint.js").trim()}</script>`;

const HEAD = `<meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <link rel="icon" type="image/svg+xml" href="/shared/icon.svg" />
    <link rel="stylesheet" href="/shared/style.css" />
    ${THEME}
    <script type="module" src="/shared/theme.ts"></script>`;

function link({ folder, name }: Page, here: string, top: string): string {
  const current = folder === here ? ' aria-current="page"' : "";
  return `<a href="${top}${folder}/"${current}>${name}</a>`;
}

function header(pages: readonly Page[], here: string, top: string): string {
  const links = pages.filter(({ folder }) => folder !== "").map((page) => link(page, here, top));
  return `<a class="skip" href="#main">Skip to the content</a>
    <header class="site-header">
      <a class="brand" href="${top}"${here === "" ? ' aria-current="page"' : ""}>${read("../shared/icon.svg").trim()}densely</a>
      <button class="menu" type="button" popovertarget="pages">Menu</button>
      <nav class="site-nav" id="pages" popover aria-label="Pages">${links.join("")}</nav>
      <button class="quiet theme" type="button" id="theme" aria-label="Theme: automatic"></button>
    </header>`;
}

const FOOTER = `<footer class="site-footer">
      <p>Everything runs in this page. Nothing is sent anywhere.</p>
      <p>densely is free software under the MIT license.</p>
    </footer>`;

/** Replaces `<!-- head -->`, `<!-- header -->` and `<!-- footer -->`, which each page has once. */
export function frame(): Plugin {
  let root = "";
  const fill = (html: string, { filename }: IndexHtmlTransformContext) => {
    const folder = relative(root, dirname(filename));
    const depth = folder === "" ? 0 : folder.split("/").length;
    const top = depth === 0 ? "./" : "../".repeat(depth);
    return html
      .replace("<!-- head -->", HEAD)
      .replace("<!-- header -->", header(pagesOf(root), folder.split("/")[0], top))
      .replace("<!-- footer -->", FOOTER);
  };
  return {
    name: "frame",
    configResolved: (config) => {
      root = config.root;
    },
    transformIndexHtml: { order: "pre", handler: fill },
  };
}
