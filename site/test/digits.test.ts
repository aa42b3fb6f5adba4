/** The digits page, as a visitor uses it. */

import { afterEach, describe, expect, it } from "vitest";
import { Network } from "../../src/index.js";
import { BROWSERS, type BrowserName, clickOnce, faultsOf, type Visit, visit } from "./browser.js";

let opened: Visit;
afterEach(async () => {
  expect(opened.errors).toEqual([]);
  await opened.page.evaluate("try { indexedDB.deleteDatabase('densely') && 0 } catch {}");
  await opened.page.close();
});

async function open(browser?: BrowserName): Promise<void> {
  opened = await visit("digits/", browser);
  await waitFor("document.getElementById('about').textContent !== ''");
}

const waitFor = (condition: string) => opened.page.waitForFunction(condition, { polling: 50 });
const text = (id: string) => opened.page.evaluate<string>(`document.getElementById("${id}").textContent`);

/** Draws strokes on the pad; spots are shares of its sides. */
async function draw(...strokes: [number, number][][]): Promise<void> {
  const { mouse } = opened.page;
  const [left, top, side] = await opened.page.evaluate<number[]>(`(() => {
    const { left, top, width } = document.getElementById("pad").getBoundingClientRect();
    return [left, top, width];
  })()`);
  for (const [[x, y], ...others] of strokes) {
    await mouse.move(left + x * side, top + y * side);
    await mouse.down();
    for (const [toX, toY] of others) await mouse.move(left + toX * side, top + toY * side, { steps: 6 });
    await mouse.up();
  }
}

async function begin(hidden: number, epochs: number): Promise<void> {
  await opened.page.select("#hidden", String(hidden));
  await opened.page.select("#epochs", String(epochs));
  await opened.page.click("#train");
}

const isTrained = "document.getElementById('state').textContent.startsWith('Trained')";

/** The parameters of the network that the page has kept, as a file. */
async function keptNetwork(): Promise<Uint8Array> {
  const bytes = await opened.page.evaluate<number[]>(`new Promise((resolve) => {
    indexedDB.open("densely").onsuccess = ({ target: { result } }) => {
      const request = result.transaction("networks").objectStore("networks").get("digits");
      request.onsuccess = () => resolve([...request.result.checkpoint]);
    };
  })`);
  return Network.resume(Uint8Array.from(bytes)).save();
}

describe.each(BROWSERS)("in %s", (browser) => {
  it("reads digits while they are drawn", async () => {
    await open(browser);
    await draw([
      [0.25, 0.2],
      [0.7, 0.2],
      [0.6, 0.45],
      [0.5, 0.8],
    ]);
    expect(await text("digit")).toBe("7");
    await opened.page.click("#clear");
    expect(await text("digit")).toBe("");
    await draw([
      [0.5, 0.15],
      [0.5, 0.85],
    ]);
    expect(await text("digit")).toBe("1");
  });

  it("learns from 60,000 digits, and comes back with the network", async () => {
    await open(browser);
    await begin(32, 1);
    await waitFor(isTrained);
    const state = await text("state");
    expect(Number(/([\d.]+)\s%/.exec(state)?.[1])).toBeGreaterThan(92);
    await waitFor("document.querySelectorAll('#wrong li').length === 60");
    if (browser === "chrome") expect(await faultsOf(opened.page)).toEqual([]);
    await opened.page.reload();
    await waitFor(isTrained);
    expect(await text("state")).toBe(state);
    await waitFor("document.querySelectorAll('#wrong li').length === 60");
  });
});

it("ends in the same bits when it is stopped and continued, over a reload too", async () => {
  await open();
  await begin(32, 10);
  await waitFor(isTrained);
  const expected = await keptNetwork();
  await opened.page.click("#forget");
  await waitFor("document.getElementById('forget').hidden");
  const stopped = clickOnce(
    opened.page,
    "#train",
    "document.getElementById('bar').textContent.includes('epoch')",
  );
  await begin(32, 10);
  await stopped;
  await waitFor("document.getElementById('state').textContent.startsWith('Stopped')");
  expect(await text("train")).toBe("Continue");
  await opened.page.reload();
  await waitFor("document.getElementById('train').textContent === 'Continue'");
  await opened.page.click("#train");
  await waitFor(isTrained);
  expect(Buffer.compare(await keptNetwork(), expected)).toBe(0);
});

it("shows a digit of the test set", async () => {
  await open();
  await opened.page.click("#sample");
  await waitFor("/^\\d$/.test(document.getElementById('digit').textContent)");
});

it("trains where the browser refuses to keep anything", async () => {
  opened = await visit("digits/");
  await opened.page.evaluateOnNewDocument(`
    const refuse = { get() { throw new DOMException("Refused", "SecurityError"); } };
    Object.defineProperty(window, "indexedDB", refuse);
    Object.defineProperty(window, "localStorage", refuse);
  `);
  await opened.page.reload();
  await waitFor("document.getElementById('about').textContent !== ''");
  await begin(32, 1);
  await waitFor(isTrained);
  expect(await text("state")).toMatch(/refuses to keep it: it is gone when you leave the page\.$/);
  await opened.page.click("#theme");
  expect(await opened.page.evaluate("document.documentElement.style.colorScheme")).toBe("light");
  await opened.page.click("#forget");
  await waitFor("document.getElementById('forget').hidden");
});
