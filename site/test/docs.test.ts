/** The documentation: every page of docs/ is there, every block with a button prints what the page says, and the search finds. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DOC_PAGES } from "../vite/docs/contents.js";
import { BROWSERS, faultsOf, type Visit, visit } from "./browser.js";

/** Pages with blocks that a page can run, by the built site. */
const built = (slug: string) => `site/dist/docs/${slug}/index.html`;
const RUNNING = DOC_PAGES.filter(
  ({ slug }) => existsSync(built(slug)) && readFileSync(built(slug), "utf8").includes("data-run"),
);

it("has a page for each file of docs/, and no other", () => {
  const files = readdirSync("docs", { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".md"),
  );
  expect(DOC_PAGES.flatMap(({ file }) => file ?? []).sort()).toEqual(files.sort());
});

it("has no link within it that leads nowhere", () => {
  const html = new Map(DOC_PAGES.map(({ slug }) => [slug, readFileSync(built(slug), "utf8")]));
  const broken = Array.from(html, ([slug, text]) =>
    [...text.matchAll(/href="((?:\.|#)[^"#]*)?(?:#([^"]*))?"/g)].flatMap(([link, path = "", anchor]) => {
      const { pathname } = new URL(path, `http://host/docs/${slug ? `${slug}/` : ""}`);
      if (!pathname.startsWith("/docs/") || /\.\w+$/.test(pathname)) return [];
      const target = html.get(pathname.replace(/^\/docs\/|\/$/g, ""));
      return target !== undefined && (!anchor || target.includes(`id="${anchor}"`))
        ? []
        : [`${slug}: ${link}`];
    }),
  ).flat();
  expect(broken).toEqual([]);
});

it("has its texts for language models", () => {
  const [summary, everything] = ["llms.txt", "llms-full.txt"].map((name) =>
    readFileSync(`site/dist/${name}`, "utf8"),
  );
  const links = [...summary.matchAll(/\]\((.*?)\)/g)].map(([, link]) => link);
  expect(links.length).toBe(DOC_PAGES.length - 1);
  expect(links.filter((link) => !existsSync(`site/dist/${link}`))).toEqual([]);
  expect(everything).toContain("# Windows of a time series");
});

describe.each(BROWSERS)("in %s", (browser) => {
  let opened: Visit;
  beforeAll(async () => {
    opened = await visit("docs/", browser);
  });
  afterAll(() => opened.page.close());

  it("finds what is searched, and opens it with the keyboard", async () => {
    const { page } = opened;
    await page.keyboard.press("/");
    await page.type("#search", "early stopp");
    await page.waitForSelector("#found a");
    await page.keyboard.press("ArrowDown");
    expect(await page.evaluate("document.querySelector('#found [aria-selected=true]').textContent")).toMatch(
      /Early stopping/,
    );
    await page.keyboard.press("Enter");
    await page.waitForFunction("location.pathname.endsWith('/docs/training/')");
    expect(page.url()).toContain("#early-stopping");
  });

  it("runs an example that draws", async () => {
    const { page } = opened;
    await page.goto(page.url().replace(/docs\/.*/, "docs/ui/"));
    await page.click("figure[data-run] .run");
    await page.waitForSelector("pre.ran[data-ended=well]");
    expect(await page.evaluate("document.querySelector('pre.ran').textContent")).toBe("300 epochs\n");
    const shapes = "document.querySelector('.run-frame').contentDocument.querySelectorAll('svg').length";
    expect(await page.evaluate(shapes)).toBe(2);
    await page.waitForFunction("document.querySelector('.run-frame').clientHeight > 400");
    expect(opened.errors).toEqual([]);
  });
});

/** Prints numbers of its own machine, or the time. */
const VARIES = /performance\.now|hardwareConcurrency/;

describe("blocks that a page runs", () => {
  let opened: Visit;
  beforeAll(async () => {
    opened = await visit("docs/");
  });
  afterAll(() => opened.page.close());

  it("are on many pages", () => {
    expect(RUNNING.length).toBeGreaterThan(12);
  });

  it.each(RUNNING.map(({ slug }) => slug))("%s", async (slug) => {
    const { page } = opened;
    await page.goto(page.url().replace(/\/docs\/.*/, `/docs/${slug}/`));
    const results = await page.evaluate<
      { code: string; ended: string; printed: string; said?: string }[]
    >(`(async () => {
      const results = [];
      for (const example of document.querySelectorAll("figure[data-run]")) {
        const code = example.querySelector("code").textContent;
        const said = example.nextElementSibling?.matches("pre.prints") ? example.nextElementSibling.textContent : undefined;
        example.querySelector(".run").click();
        while (!example.querySelector("pre.ran[data-ended]")) await new Promise((done) => setTimeout(done, 20));
        const ran = example.querySelector("pre.ran");
        results.push({ code, said, ended: ran.dataset.ended, printed: ran.textContent.trim() });
      }
      return results;
    })()`);
    for (const { code, ended, printed, said } of results) {
      expect(ended, `${code}\n${printed}`).toBe("well");
      // Pages of these tests are not isolated, and a page that is not says so once.
      const told = printed.replace(/^densely computes on one thread.*\n/m, "");
      if (said !== undefined && !VARIES.test(code)) expect(told, code).toBe(said.trim());
    }
  });

  it.each(["guides/images", "api/index", "vocabulary"])("%s has no serious fault", async (slug) => {
    const { page } = opened;
    for (const value of ["light", "dark"]) {
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
      await page.goto(page.url().replace(/\/docs\/.*/, `/docs/${slug}/`));
      expect(await faultsOf(page)).toEqual([]);
    }
    for (const width of [360, 768, 1440]) {
      await page.setViewport({ width, height: 900 });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    }
  });
});
