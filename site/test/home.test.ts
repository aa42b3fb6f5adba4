/** The landing page: its weight, and the network that learns on it. */

import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { BROWSERS, type Visit, visit } from "./browser.js";

/** Most bytes after gzip of the page with all its parts. */
const MOST_BYTES = 150_000;

describe.each(BROWSERS)("in %s", (browser) => {
  let opened: Visit;
  beforeAll(async () => {
    opened = await visit("", browser);
  });
  afterAll(async () => {
    expect(opened.errors).toEqual([]);
    await opened.page.close();
  });

  it("learns the spirals of its picture", async () => {
    const words = "document.getElementById('live-text').textContent";
    await opened.page.waitForFunction(`${words}.startsWith("Learnt")`, { polling: 100 });
    expect(await opened.page.evaluate(words)).toMatch(/updates, loss 0\.0\d\d\.$/);
    expect(await opened.page.evaluate("document.getElementById('live-button').textContent")).toBe("Again");
  });
});

it(`weighs at most ${MOST_BYTES} bytes after gzip`, async () => {
  const { page } = await visit("");
  await page.waitForFunction("document.getElementById('live-text').textContent.includes('updates')");
  const urls = await page.evaluate<string[]>(
    "performance.getEntriesByType('resource').map(({ name }) => name)",
  );
  await page.close();
  const files = await Promise.all(
    [`${inject("site")}/`, ...urls].map(async (url) => Buffer.from(await (await fetch(url)).arrayBuffer())),
  );
  const bytes = files.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0);
  console.log(`the landing page weighs ${bytes.toLocaleString("en")} bytes in ${files.length} files`);
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
});
