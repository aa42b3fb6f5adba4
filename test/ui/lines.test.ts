/** The parts of a chart and of a drawing that are no elements. */

import { describe, expect, test } from "vitest";
import { batchNorm, dense, dropout, Network } from "../../src/index.js";
import { columnsOf, heightsOf, shownOf } from "../../src/ui/layout.js";
import { linePath } from "../../src/ui/path.js";
import { Series } from "../../src/ui/series.js";

describe("path", () => {
  test("joins points, with gaps where there is no number", () => {
    const points = [[0, 1], [10, 2.345], [20, Number.NaN], [30, 4], [40, 5]] as const; // biome-ignore format: pairs
    expect(linePath(points)).toBe("M0 1L10 2.3M30 4L40 5");
    expect(linePath([])).toBe("");
  });

  test("keeps the first, lowest, highest and last point of a pixel, in their order", () => {
    const points = [3, 9, 4, 5, 1, 6].map((y, i) => [7 + i / 10, y] as const);
    expect(linePath([[6, 0], ...points, [8, 0]])).toBe("M6 0L7 3L7.1 9L7.4 1L7.5 6L8 0");
  });
});

describe("series", () => {
  const report = (epoch: number, loss: number, more = {}) => ({ epoch, epochs: 9, loss, ...more });

  test("keeps the measures asked for, by epoch", () => {
    const series = new Series(["loss", "own"]);
    series.add({ ...report(1, 3), accuracy: 0.5, custom: { own: 7 } });
    series.add(report(2, 2));
    expect(Object.fromEntries(series.values)).toEqual({ loss: [undefined, 3, 2], own: [undefined, 7] });
    expect([series.first, series.last, series.epochs]).toEqual([1, 2, 9]);
    expect(series.range()).toEqual([2, 7]);
  });

  test("begins anew with a new fit or the next network, and keeps where a resumed one began", () => {
    const series = new Series(["loss"]);
    series.add(report(1, 9));
    series.add(report(2, 8));
    series.add(report(1, 7));
    expect([series.first, series.last, series.range()]).toEqual([1, 1, [7, 7]]);
    series.add(report(2, 6, { member: 2 }));
    series.add(report(8, 5, { member: 1 }));
    expect([series.first, series.last, series.range()]).toEqual([2, 2, [6, 6]]);
  });

  test("a range has no infinite value, and none below a limit", () => {
    const series = new Series(["loss"]);
    expect(series.range()).toBeUndefined();
    [0, 0.5, 4, Infinity].forEach((loss, i) => {
      series.add(report(i + 1, loss));
    });
    expect([series.range(), series.range(0)]).toEqual([
      [0, 4],
      [0.5, 4],
    ]);
  });
});

describe("layout", () => {
  test("shows all units, or the first and the last of many", () => {
    expect(shownOf(4, 4)).toEqual([0, 1, 2, 3]);
    expect(shownOf(784, 5)).toEqual([0, 1, 2, 782, 783]);
  });

  test("has a column for the inputs and each dense layer, and words for the others", () => {
    const { spec } = new Network({
      inputs: 5,
      layers: [
        dense(3, { type: "leakyRelu", alpha: 0.2 }),
        batchNorm(),
        dropout(0.1),
        dense(1, "sigmoid", { bias: false }),
      ],
    });
    const parts = columnsOf(spec, 4).map(({ words, shown, W, b }) => [words, shown.length, W, b]);
    expect(parts).toEqual([
      [["5 inputs"], 4, undefined, undefined],
      [["3 leakyRelu", "batchNorm", "dropout"], 3, "W1", "b1"],
      [["1 sigmoid"], 1, "W2", undefined],
    ]);
  });

  test("units stand around the middle, with a gap for those that are not shown", () => {
    const column = { words: [], W: undefined, b: undefined };
    expect(heightsOf({ ...column, units: 3, shown: [0, 1, 2] }, 10)).toEqual([-10, 0, 10]);
    expect(heightsOf({ ...column, units: 9, shown: [0, 1, 7, 8] }, 10)).toEqual([-20, -10, 10, 20]);
  });
});
