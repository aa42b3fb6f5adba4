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

/** Counts the frames that the page has asked its worker for and not got yet. */
const COUNT_FRAMES = `
  const frames = new Map();
  window.framesToCome = () => [...frames.values()].reduce((sum, count) => sum + count, 0);
  const { postMessage, terminate } = Worker.prototype;
  Worker.prototype.postMessage = function (order, ...others) {
    if (!frames.has(this)) {
      this.addEventListener("message", ({ data: { type } }) => {
        if (type === "frame" || type === "unchanged") frames.set(this, frames.get(this) - 1);
      });
      frames.set(this, 0);
    }
    if (order.type === "frame") frames.set(this, frames.get(this) + 1);
    return postMessage.call(this, order, ...others);
  };
  Worker.prototype.terminate = function () {
    frames.delete(this);
    terminate.call(this);
  };`;

/** Waits until the screen shows what the worker has, where it does not train. A frame is shown at a repaint, and may be followed by another. */
export const settled = (): Promise<void> =>
  opened.page.evaluate<void>(`(async () => {
    const repaint = () => new Promise(requestAnimationFrame);
    for (let still = 0; still < 3; still++) {
      await repaint();
      if (framesToCome() > 0) still = 0;
    }
  })()`);

export async function open(fragment = "", browser?: BrowserName, width?: number): Promise<Visit> {
  opened = await visit(`play/${fragment === "" ? "" : `#${fragment}`}`, browser, width, COUNT_FRAMES);
  await opened.page.waitForFunction(HAS_LOSS);
  return opened;
}

export const text = (selector: string): Promise<string> =>
  opened.page.evaluate<string>(`document.querySelector("${selector}").textContent`);

export const waitFor = (condition: string) => opened.page.waitForFunction(condition, { polling: 50 });

/** The number that an element shows, as an expression of the page. */
export const NUMBER = (id: string) =>
  `Number(document.getElementById("${id}").textContent.replaceAll(",", ""))`;

/** Presses the button that makes an epoch, and waits until each one is made and shown. */
export async function advanceEpochs(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await opened.page.click("#epoch");
    await settled();
  }
}
