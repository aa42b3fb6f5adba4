/** The choice between one thread and all, by times that are given: no clock runs here. */

import { expect, test } from "vitest";
import { Sharing } from "../../src/threads/sharing.js";

/** Milliseconds of a step: on one thread, and on all. */
type Times = (slice: number) => { alone: number; shared: number };

/** Runs slices. @returns for each of them, true if it was shared. */
function sharesOf(
  slices: number,
  times: Times,
  mayShare: (slice: number) => boolean = () => true,
): boolean[] {
  const sharing = new Sharing();
  return Array.from({ length: slices }, (_, slice) => {
    const { isShared } = sharing;
    const { alone, shared } = times(slice);
    sharing.note(isShared ? shared : alone, mayShare(slice));
    return isShared;
  });
}

const share = (shares: readonly boolean[]): number => shares.filter(Boolean).length / shares.length;

test("it shares where that is faster, and times one thread again now and then", () => {
  const shares = sharesOf(3000, () => ({ alone: 2, shared: 1 }));
  expect(shares.slice(0, 5)).toEqual([false, false, false, true, true]);
  expect(share(shares)).toBeGreaterThan(0.98);
  expect(share(shares)).toBeLessThan(1);
});

test("it tries ever more rarely where sharing is slower, or gains nothing to speak of", () => {
  for (const shared of [30, 2, 1.95]) {
    const shares = sharesOf(10_000, () => ({ alone: 2, shared }));
    expect(share(shares)).toBeLessThan(0.005);
    expect(share(shares.slice(100))).toBeGreaterThan(0);
  }
});

test("it leaves the cores to others while they need them, and takes them again", () => {
  const isBusy = (slice: number) => slice >= 1000 && slice < 2000;
  const shares = sharesOf(4000, (slice) => ({ alone: 2, shared: isBusy(slice) ? 20 : 1 }));
  expect(share(shares.slice(0, 1000))).toBeGreaterThan(0.97);
  expect(share(shares.slice(1000, 2000))).toBeLessThan(0.03);
  expect(share(shares.slice(3200))).toBeGreaterThan(0.97);
});

test("slices that were held up, two of three, change nothing", () => {
  const shares = sharesOf(3000, (slice) => ({ alone: 2, shared: slice % 3 === 0 ? 1 : 50 }));
  expect(share(shares)).toBeGreaterThan(0.98);
});

test("it waits for the other threads, and then goes by the last times of one", () => {
  // The first slices run before the engine has optimized them.
  const times = (slice: number) => ({ alone: slice < 90 ? 10 : 1, shared: 2 });
  const shares = sharesOf(200, times, (slice) => slice >= 100);
  expect(shares.slice(0, 102)).not.toContain(true);
  expect(shares.filter(Boolean).length).toBeLessThan(20);
});

test("after a pause it goes by the last times of one thread", () => {
  const shares = sharesOf(500, (slice) => ({ alone: slice < 12 ? 2 : 4, shared: 3 }));
  expect(shares.slice(6, 12)).not.toContain(true);
  expect(shares.slice(30, 45)).not.toContain(false);
});

test("it shares where the clock stands still", () => {
  expect(share(sharesOf(1000, () => ({ alone: 0, shared: 0 })))).toBeGreaterThan(0.9);
});
