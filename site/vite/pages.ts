/** The pages of the site, in the order of the navigation. Each is a folder with an index.html; the first is the site's root. */

import { existsSync } from "node:fs";
import { join } from "node:path";

export interface Page {
  /** Its folder, which is its address too; empty for the landing page. */
  readonly folder: string;
  /** Its name in the navigation. */
  readonly name: string;
}

const PAGES: readonly Page[] = [
  { folder: "", name: "densely" },
  { folder: "play", name: "Playground" },
  { folder: "digits", name: "Digits" },
  { folder: "table", name: "Your table" },
  { folder: "article", name: "Article" },
  { folder: "bench", name: "Benchmark" },
  { folder: "docs", name: "Docs" },
];

/** The pages that exist below the root of the site. */
export function pagesOf(root: string): readonly Page[] {
  return PAGES.filter(({ folder }) => existsSync(join(root, folder, "index.html")));
}

/** The file of each page by its folder, as Vite's input. A folder of pages, such as docs/, may add its own. */
export function pageFiles(root: string): Record<string, string> {
  return Object.fromEntries(
    pagesOf(root).map(({ folder }) => [folder || "home", join(root, folder, "index.html")]),
  );
}
