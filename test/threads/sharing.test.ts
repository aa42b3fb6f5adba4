/** The choice between one thread and all, by times that are given: no clock runs here. */

import { expect, test } from "vitest";
import { Sharing } from "../../src/threads/sharing.js";
import { generator } from "../helpers.js";

/** Milliseconds of a step: on one thread, and on all. */
type Times = (slice: number) => { alone: number; shared: number };

/** Runs slices. @returns for each of them, true if it was shared. */
function sharesOf(slices: number, times: Times): boolean[] {
  const sharing = new Sharing();
  return Array.from({ length: slices }, (_, slice) => {
    const { isShared } = sharing;
    const { alone, shared } = times(slice);
    sharing.note(isShared ? shared : alone);
    return isShared;
  });
}

const count = (shares: readonly boolean[]): number => shares.filter(Boolean).length;
const share = (shares: readonly boolean[]): number => count(shares) / shares.length;

const FASTER: Times = () => ({ alone: 2, shared: 1 });
const SLOWER: Times = () => ({ alone: 2, shared: 3 });

test("it shares where that is faster, and times one thread again now and then", () => {
  const shares = sharesOf(3000, FASTER);
  // One trial of one thread after one slice, the next after four.
  expect(shares.slice(0, 9).map(Number)).toEqual([0, 1, 1, 0, 1, 1, 1, 1, 0]);
  expect(share(shares)).toBeGreaterThan(0.98);
  expect(share(shares.slice(1500))).toBeLessThan(1);
});

test("it tries ever more rarely where sharing is slower, or gains nothing to speak of", () => {
  for (const shared of [30, 2, 1.95]) {
    const shares = sharesOf(10_000, () => ({ alone: 2, shared }));
    expect(share(shares)).toBeLessThan(0.01);
    expect(share(shares.slice(-300))).toBeGreaterThan(0);
  }
});

test("it leaves the cores to others while they need them, and takes them again", () => {
  const isBusy = (slice: number) => slice >= 1000 && slice < 2000;
  const shares = sharesOf(4000, (slice) => ({ alone: 2, shared: isBusy(slice) ? 20 : 1 }));
  expect(share(shares.slice(0, 1000))).toBeGreaterThan(0.95);
  expect(share(shares.slice(1000, 2000))).toBeLessThan(0.04);
  expect(share(shares.slice(2300))).toBeGreaterThan(0.98);
});

test("four slices in a row that are held up turn no choice, wherever they are", () => {
  for (const times of [FASTER, SLOWER]) {
    const undisturbed = count(sharesOf(600, times));
    for (let first = 0; first < 300; first++) {
      const isHeldUp = (slice: number) => slice >= first && slice < first + 4;
      const shares = sharesOf(600, (slice) => {
        const { alone, shared } = times(slice);
        return isHeldUp(slice) ? { alone: 50 * alone, shared: 50 * shared } : { alone, shared };
      });
      expect(Math.abs(count(shares) - undisturbed), `from ${first} on`).toBeLessThan(16);
    }
  }
});

test("one slice of five that is held up, at random, changes little", () => {
  const next = generator(1);
  const holdUp = () => (next() < 0.2 ? 20 : 1);
  expect(share(sharesOf(5000, () => ({ alone: 2 * holdUp(), shared: holdUp() })))).toBeGreaterThan(0.9);
  expect(share(sharesOf(5000, () => ({ alone: 2 * holdUp(), shared: 3 * holdUp() })))).toBeLessThan(0.1);
});

test("sharing that is held up most of the time is left to one thread", () => {
  const next = generator(2);
  const shares = sharesOf(5000, () => ({ alone: 2, shared: next() < 0.8 ? 20 : 1 }));
  expect(share(shares)).toBeLessThan(0.2);
});

test("first times that say the contrary are soon forgotten", () => {
  // The engine has not optimized the first slices of either way.
  const late = sharesOf(400, (slice) => ({ alone: slice < 90 ? 10 : 1, shared: 1.5 }));
  expect(count(late.slice(160))).toBeLessThan(20);
  const wrong = sharesOf(400, (slice) => ({ alone: 2, shared: slice < 20 ? 10 : 1 }));
  expect(count(wrong.slice(60))).toBeGreaterThan(320);
});

test("it shares where the clock stands still", () => {
  expect(share(sharesOf(1000, () => ({ alone: 0, shared: 0 })))).toBeGreaterThan(0.9);
});
