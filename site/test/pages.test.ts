/** Properties of every page: no error, no serious fault for readers with other senses, and no sideways scrolling. */

import { resolve } from "node:path";
import { afterAll, describe, expect, inject, it } from "vitest";
import { pagesOf } from "../vite/pages.js";
import { BROWSERS, faultsOf, type Visit, visit } from "./browser.js";

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

describe.each(BROWSERS)("the menu in %s", (browser) => {
  let opened: Visit;
  afterAll(async () => {
    expect(opened.errors).toEqual([]);
    await opened.page.close();
  });

  const isOpen = () => opened.page.evaluate<boolean>("document.getElementById('pages').checkVisibility()");
  const focused = () => opened.page.evaluate<string>("document.activeElement.textContent");

  it("is a row of links where there is room", async () => {
    opened = await visit("play/", browser, 900);
    expect(await isOpen()).toBe(true);
    expect(await opened.page.evaluate("document.querySelector('.menu').checkVisibility()")).toBe(false);
  });

  it("opens and closes by the keyboard on a narrow page, and does not scroll", async () => {
    await opened.page.setViewport({ width: 360, height: 800 });
    expect(await isOpen()).toBe(false);
    await opened.page.focus(".menu");
    await opened.page.keyboard.press("Enter");
    expect(await isOpen()).toBe(true);
    await opened.page.keyboard.press("Tab");
    expect(await focused()).toBe("Playground");
    const nav = "document.getElementById('pages')";
    expect(await opened.page.evaluate(`${nav}.scrollWidth <= ${nav}.clientWidth`)).toBe(true);
    if (browser === "chrome") expect(await faultsOf(opened.page)).toEqual([]);
    await opened.page.keyboard.press("Escape");
    expect(await isOpen()).toBe(false);
    expect(await focused()).toBe("Menu");
  });
});

describe("without a connection", () => {
  it.each([
    ["digits/", "train", "state", "The digits could not be loaded: is there a connection?"],
    ["table/", "example", "read-fault", "The example could not be loaded: is there a connection?"],
    ["play/", "search", "search-text", "The worker could not be loaded: is there a connection?"],
    ["bench/", "start", "fault", "The worker could not be loaded: is there a connection?"],
  ])("%s says what could not be loaded", async (path, button, place, words) => {
    const { page } = await visit(path);
    await page.waitForFunction("document.readyState === 'complete'");
    await page.setOfflineMode(true);
    await page.evaluate(`document.getElementById("${button}").click()`);
    await page.waitForFunction(
      `document.getElementById("${place}").textContent.startsWith(${JSON.stringify(words)})`,
      { polling: 50 },
    );
    await page.close();
  });
});
