/** Adds the documentation to the site: its pages, which are no files, the index of the search, and the texts for language models. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { DOC_PAGES, type DocPage } from "./contents.js";
import { Documentation } from "./site.js";

const SEARCH = "docs/search.json";

export function docs(root: string): Plugin {
  const fileOf = ({ slug }: DocPage): string => join(root, "docs", slug, "index.html");
  const pages = new Map(DOC_PAGES.map((page) => [fileOf(page), page]));
  const template = (): string => readFileSync(join(root, "docs/index.html"), "utf8");
  let documentation: Documentation | undefined;
  const current = (): Documentation => {
    documentation ??= new Documentation();
    return documentation;
  };
  /** Files beside the pages, by their address. */
  const texts = (): Record<string, string> => ({
    [SEARCH]: JSON.stringify(current().passages()),
    "llms.txt": current().summary(),
    "llms-full.txt": current().everything(),
    ...Object.fromEntries(
      DOC_PAGES.map((page) => [join("docs", page.slug, "index.md"), current().text(page)]),
    ),
  });
  return {
    name: "docs",
    config: () => ({
      build: {
        rolldownOptions: {
          input: Object.fromEntries(DOC_PAGES.map((page) => [join("docs", page.slug), fileOf(page)])),
        },
      },
    }),
    resolveId: (id) => (pages.has(id) ? id : null),
    load(id) {
      const page = pages.get(id);
      return page ? current().html(page, template()) : null;
    },
    generateBundle() {
      for (const [fileName, source] of Object.entries(texts())) {
        this.emitFile({ type: "asset", fileName, source });
      }
    },
    configureServer(server) {
      server.middlewares.use(async (request, response, next) => {
        const path = new URL(request.url ?? "/", "http://host").pathname;
        const page = pages.get(join(root, path, path.endsWith("/") ? "index.html" : ""));
        const text = page ? undefined : texts()[path.slice(1)];
        if (!page && text === undefined) return next();
        response.setHeader("content-type", page ? "text/html" : "text/plain; charset=utf-8");
        response.end(page ? await server.transformIndexHtml(path, current().html(page, template())) : text);
      });
    },
  };
}
