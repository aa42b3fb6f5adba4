/** The playground in a browser, as its tests use it. */

import { afterEach, expect } from "vitest";
import { type BrowserName, type Visit, visit } from "./browser.js";

/** True once the first frame is on the screen. */
export const HAS_LOSS = "/[0-9]/.test(document.getElementById('train-loss').textContent)";

/** The page of the test under way. */
export let opened: Visit;

/** Closes the page after each test of a file, which may not have reported an error. */
export function closeAfterEach(): void {
  afterEach(async () => {
    expect(opened.errors).toEqual([]);
    await opened.page.close();
  });
}

export async function open(fragment = "", browser?: BrowserName, width?: number): Promise<Visit> {
  opened = await visit(`play/${fragment === "" ? "" : `#${fragment}`}`, browser, width);
  await opened.page.waitForFunction(HAS_LOSS);
  return opened;
}

export const text = (selector: string): Promise<string> =>
  opened.page.evaluate<string>(`document.querySelector("${selector}").textContent`);

export const waitFor = (condition: string, timeout = 30_000) =>
  opened.page.waitForFunction(condition, { timeout, polling: 50 });

/** The number that an element shows, as an expression of the page. */
export const NUMBER = (id: string) =>
  `Number(document.getElementById("${id}").textContent.replaceAll(",", ""))`;

/** Presses the button that makes an epoch, and waits until each one is made. */
export async function advanceEpochs(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const before = await opened.page.evaluate<number>(NUMBER("at-step"));
    await opened.page.click("#epoch");
    await waitFor(`${NUMBER("at-step")} > ${before}`);
  }
}
