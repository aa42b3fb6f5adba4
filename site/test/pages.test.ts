/** Properties of every page: no error, no serious fault for readers with other senses, and no sideways scrolling. */

import { resolve } from "node:path";
import { afterAll, describe, expect, inject, it } from "vitest";
import { pagesOf } from "../vite/pages.js";
import { faultsOf, type Visit, visit } from "./browser.js";

const WIDTHS = [360, 768, 1440];
const THEMES = ["light", "dark"];

describe.each(pagesOf(resolve("site")))("/$folder", ({ folder }) => {
  let opened: Visit;
  afterAll(() => opened.page.close());

  it("opens without an error", async () => {
    opened = await visit(folder === "" ? "" : `${folder}/`);
    expect(opened.errors).toEqual([]);
    expect(await opened.page.evaluate("document.title")).toContain("densely");
  });

  it("loads nothing from elsewhere", async () => {
    const urls = await opened.page.evaluate<string[]>(
      "performance.getEntriesByType('resource').map(({ name }) => name)",
    );
    expect(urls.filter((url) => !/^(data|blob):/.test(url) && !url.startsWith(inject("site")))).toEqual([]);
  });

  it.each(WIDTHS)("fits into %i px", async (width) => {
    await opened.page.setViewport({ width, height: 900 });
    expect(await opened.page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
  });

  it.each(THEMES)("has no serious fault in the %s theme", async (value) => {
    await opened.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
    expect(await faultsOf(opened.page)).toEqual([]);
  });
});
