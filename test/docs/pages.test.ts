/** The pages name only files, headings and commands that exist, and README.md stays short. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };

const PAGES = [
  ...[
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "bench/README.md",
    "examples/worker/README.md",
    "examples/cluster/README.md",
  ],
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];
const ROOMS = /`((?:src|assembly|test|scripts|bench|docs|examples|\.ci|\.github)\/[\w./-]*\w\/?)`/g;
const LINK = /\]\((?!https?:|mailto:)([^)#\s]*)(#[^)\s]*)?\)/g;
const COMMAND = /\bnpm run ([\w:]+)/g;

const read = (page: string) => readFileSync(page, "utf8");

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.*)$/gm)].map(
    ([, title]) =>
      `#${title
        .toLowerCase()
        .replace(/[^\w\- ]/g, "")
        .replaceAll(" ", "-")}`,
  );
}

/** Links of a page that lead nowhere. */
function brokenLinks(page: string): string[] {
  return [...read(page).matchAll(LINK)]
    .filter(([, path, anchor]) => {
      const target = path ? join(dirname(page), path) : page;
      if (!existsSync(target)) return true;
      return anchor !== undefined && target.endsWith(".md") && !anchorsOf(target).includes(anchor);
    })
    .map(([link]) => link);
}

describe.each(PAGES)("%s", (page) => {
  test("links to files and headings that exist", () => {
    expect(brokenLinks(page)).toEqual([]);
  });

  test("names files that exist", () => {
    const missing = [...read(page).matchAll(ROOMS)]
      .map(([, path]) => path)
      .filter((path) => !existsSync(path));
    expect(missing).toEqual([]);
  });

  // The example of a Worker has scripts of its own.
  test.skipIf(page.startsWith("examples/"))("names scripts of package.json", () => {
    const names = [...read(page).matchAll(COMMAND)].map(([, name]) => name);
    expect(names.filter((name) => !(name in manifest.scripts))).toEqual([]);
  });
});

test("README.md has at most 250 lines", () => {
  expect(read("README.md").split("\n").length - 1).toBeLessThanOrEqual(250);
});
