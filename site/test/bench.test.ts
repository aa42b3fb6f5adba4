/** The benchmark page, as a visitor uses it. */

import { afterEach, describe, expect, it } from "vitest";
import { BROWSERS, faultsOf, type Visit, visit } from "./browser.js";

let opened: Visit;
afterEach(async () => {
  expect(opened.errors).toEqual([]);
  await opened.page.close();
});

const waitFor = (condition: string) => opened.page.waitForFunction(condition, { polling: 100 });
const textsOf = (selector: string) =>
  opened.page.evaluate<string[]>(`[...document.querySelectorAll("${selector}")].map((e) => e.textContent)`);

describe.each(BROWSERS)("in %s", (browser) => {
  it("races densely, TensorFlow.js and jax-js to the same loss", async () => {
    opened = await visit("bench/", browser);
    expect((await textsOf("#machine"))[0]).toMatch(
      /^This machine: (Chromium|Firefox) \d+ \(.+\), \d+ logical cores; webgl is done by .+\./,
    );
    await opened.page.select("#rounds", "5");
    await opened.page.click("#with-jax");
    await opened.page.click("#start");
    await waitFor("document.querySelectorAll('.result').length >= 2");
    const rows = await textsOf(".result:first-child tbody th");
    expect(rows[0]).toMatch(/^densely \d+\.\d+\.\d+/);
    expect(rows[1]).toBe("TensorFlow.js, cpu 4.22.0");
    expect(rows.at(-1)).toMatch(/^jax-js, wasm \d+\.\d+\.\d+/);
    for (const median of await textsOf(".median")) {
      expect(Number(median.replaceAll(",", ""))).toBeGreaterThan(0);
    }
    const losses = await textsOf(".result tbody td:last-child");
    expect(losses.length).toBeGreaterThanOrEqual(6);
    for (const loss of losses) expect(loss).toMatch(/^[\d.]+$/);
    await opened.page.click("#stop");
    expect(await textsOf("#state")).toEqual(["Stopped."]);
    if (browser === "chrome") expect(await faultsOf(opened.page)).toEqual([]);
    await opened.page.setViewport({ width: 360, height: 800 });
    expect(await opened.page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
  });
});

it("loads no other library before it is asked to", async () => {
  opened = await visit("bench/");
  const sizes = await opened.page.evaluate<number[]>(
    "performance.getEntriesByType('resource').map(({ decodedBodySize }) => decodedBodySize)",
  );
  expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThan(100_000);
});
