/** Points that are drawn in the playground, and the many networks that they make. */

import { expect, it } from "vitest";
import { advanceEpochs, closeAfterEach, NUMBER, open, opened, text, waitFor } from "./playground.js";

closeAfterEach();

it("draws points by pointer and by keyboard", async () => {
  await open();
  await opened.page.evaluate("document.querySelector('#brushes button').click()");
  await waitFor("document.getElementById('run').disabled");
  const [left, top] = await opened.page.evaluate<number[]>(`(() => {
    const { left, top } = document.querySelector(".plane").getBoundingClientRect();
    return [left, top];
  })()`);
  await opened.page.mouse.move(left + 40, top + 60);
  await opened.page.mouse.down();
  await opened.page.mouse.move(left + 200, top + 60, { steps: 12 });
  await opened.page.mouse.up();
  await opened.page.focus(".plane .points");
  for (const key of ["ArrowDown", "2", "ArrowRight", "2", "ArrowRight", "2"])
    await opened.page.keyboard.press(key);
  await waitFor("!document.getElementById('run').disabled");
  await waitFor("location.hash.includes('own=')");
  await advanceEpochs(1);
});

/** Draws points by the keys of the plane, `count` of each of two classes. */
const drawByKeys = (count: number) =>
  opened.page.evaluate(`(() => {
    const surface = document.querySelector(".plane .points");
    const press = (key) => surface.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    for (let i = 0; i < ${count}; i++) for (const key of ["ArrowLeft", "1", "ArrowUp", "2"]) press(key);
  })()`);

it("goes on with the same network when points are drawn", async () => {
  await open();
  await advanceEpochs(2);
  const steps = await opened.page.evaluate<number>(NUMBER("at-step"));
  await drawByKeys(1);
  await waitFor("location.hash.includes('own=')");
  expect(await opened.page.evaluate<number>(NUMBER("at-step"))).toBe(steps);
  await advanceEpochs(1);
  expect(await text("#at-epoch")).toBe("3");
});

it("has room for a search after many networks and points", async () => {
  await open("data=circle&points=100");
  await opened.page.evaluate(`(() => {
    const noise = document.querySelector("[data-key=noise]");
    for (let value = 1; value <= 100; value++) {
      noise.value = value;
      noise.dispatchEvent(new Event("input"));
    }
  })()`);
  await drawByKeys(50);
  await opened.page.click("#run");
  await waitFor(`${NUMBER("at-step")} > 0`);
  await opened.page.click("#run");
  await opened.page.evaluate("document.getElementById('search').click()");
  await waitFor("document.getElementById('search').textContent === 'Try 50 networks'");
  expect(await text("#search-text")).toMatch(/^Done\./);
});

it("draws under a finger, and scrolls under one that only looks", async () => {
  await open("", "chrome", 360);
  const surface = "document.querySelector('.plane .points')";
  expect(await opened.page.evaluate(`getComputedStyle(${surface}).touchAction`)).toBe("auto");
  await opened.page.evaluate("document.querySelector('#brushes [value=\"1\"]').click()");
  expect(await opened.page.evaluate(`getComputedStyle(${surface}).touchAction`)).toBe("none");
  const [left, top] = await opened.page.evaluate<number[]>(`(() => {
    ${surface}.scrollIntoView({ block: "center" });
    const { left, top, width, height } = ${surface}.getBoundingClientRect();
    return [left + width / 3, top + height / 3];
  })()`);
  await opened.page.touchscreen.touchStart(left, top);
  await opened.page.touchscreen.touchMove(left + 40, top);
  await opened.page.touchscreen.touchEnd();
  await waitFor("location.hash.includes('own=')");
  expect(await text("#plane-text")).toMatch(/^24\d points to train on, 16\d for the test/);
});
