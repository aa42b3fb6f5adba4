/** The test that inputs are finite: in the core for many numbers, in a loop for few, and the state after it fails. */

import { expect, test } from "vitest";
import { DataError, dense, Network } from "../../src/index.js";
import { expectError, floats } from "../helpers.js";

test.each([1, 7, 1023, 1024, 1027, 4099])(
  "one of %s inputs that is not finite is refused, wherever it is",
  async (cols) => {
    const network = new Network([cols, 1]);
    const rows = 3;
    const good = floats(rows * cols, 1);
    const outputs = network.predict(good);
    const places = [0, 1, 3, cols - 1, cols, 2 * cols - 2, rows * cols - 4, rows * cols - 1];
    for (const place of places.filter((at) => at >= 0 && at < rows * cols)) {
      for (const value of [Number.NaN, Infinity, -Infinity]) {
        const x = good.slice();
        x[place] = value;
        const words = [`x is ${value}`, `row ${Math.floor(place / cols)}`, `column ${place % cols} `];
        await expectError(() => network.predict(x), DataError, words);
        const byRow = Array.from({ length: rows }, (_, r) => x.subarray(r * cols, (r + 1) * cols));
        await expectError(() => network.predict(byRow), DataError, words);
        await expectError(() => network.fitSync(x, [0, 1, 1]), DataError, words);
      }
    }
    expect(network.step).toBe(0);
    // What a refused call left in memory is not looked at again.
    expect(network.predict(good)).toEqual(outputs);
  },
);

test("the largest float32 numbers are finite, and larger ones of float64 are not", async () => {
  const network = new Network({ inputs: 2000, layers: [dense(1)] });
  network.setParams({ W1: [new Array(2000).fill(0)], b1: [5] });
  const x = new Float64Array(2000).fill(3.4028234663852886e38);
  expect(network.predict(x)).toEqual(Float32Array.of(5));
  x[1500] = 1e39;
  await expectError(() => network.predict(x), DataError, ["x is 1e+39", "row 0", "column 1500"]);
});

test("rows that pass through memory in parts and end in a wrong one leave `out` as it was", async () => {
  const cols = 1000;
  const rows = 3000;
  const network = new Network({ inputs: cols, layers: [dense(2)] });
  const x = new Float32Array(rows * cols).fill(0.5);
  const out = new Float32Array(rows * 2).fill(7);
  x[2999 * cols + 999] = Number.NaN;
  await expectError(() => network.predict(x, { out }), DataError, ["x is NaN", "row 2999", "column 999"]);
  expect(out.every((value) => value === 7)).toBe(true);
  x[2999 * cols + 999] = 0.5;
  expect(network.predict(x, { out })).toBe(out);
  expect(out).toEqual(network.predict(x));
});
