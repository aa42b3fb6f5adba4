/** Between tables and batches: rows are gathered by order, targets and sample weights prepared, predictions scattered back. */

import { describe, expect, test } from "vitest";
import { Op, Source } from "../../../assembly/isa.js";
import { BUILDS, expectClose, expectSameBits, floats, oneHot, toRows, wholes } from "../../helpers.js";
import { Lab } from "../lab.js";

const WIDTHS = Array.from({ length: 70 }, (_, i) => i + 1);
const ROWS = 11;
const BATCH = 4;
const SCALE = 1 / 255;

describe.each(BUILDS)("$name", (build) => {
  const lab = new Lab(build);

  /** The order of 11 rows in slots of 4; the last slot has 3. */
  const order = wholes(ROWS, 1, ROWS);
  const SLOTS = [0, 1, 2].map((slot) => ({ slot, places: order.slice(slot * BATCH, (slot + 1) * BATCH) }));

  function gather(
    values: Uint8Array | Float32Array,
    width: number,
    slot: number,
    rows: number,
  ): Float32Array {
    lab.clear();
    const x = lab.table(values, width);
    const places = lab.table(Int32Array.from(order));
    const A = lab.batch(width, rows);
    const f = values instanceof Uint8Array ? Source.uint8 : Source.float32;
    const addresses = { a: x.address, b: places.address, c: A.address };
    const extents = { rows, inner: BATCH, cols: width, lda: x.stride, ldc: A.stride };
    lab.run({ op: Op.gather, f, ...extents, ...addresses, p: [SCALE] }, 7, slot);
    const { values: gathered, isPadded } = lab.read(A);
    expect(isPadded).toBe(true);
    return gathered;
  }

  test.each(SLOTS)("gather copies rows of floats, slot $slot", ({ slot, places }) => {
    for (const width of WIDTHS) {
      const values = floats(ROWS * width, width);
      const rows = toRows(values, width);
      const wanted = Float32Array.from(places.flatMap((place) => rows[place]));
      expectSameBits(gather(values, width, slot, places.length), wanted);
    }
  });

  test.each(SLOTS)("gather scales rows of bytes, slot $slot", ({ slot, places }) => {
    for (const width of WIDTHS) {
      const values = Uint8Array.from(wholes(ROWS * width, width, 256));
      const rows = toRows(values, width);
      const wanted = Float32Array.from(
        places.flatMap((place) => rows[place]),
        (byte) => byte * Math.fround(SCALE),
      );
      expectSameBits(gather(values, width, slot, places.length), wanted);
    }
  });

  test.each(SLOTS)("oneHot writes a 1 for the class of each row, slot $slot", ({ slot, places }) => {
    for (const units of WIDTHS) {
      lab.clear();
      const labels = wholes(ROWS, units, units);
      const [y, table] = [lab.table(Int32Array.from(labels)), lab.table(Int32Array.from(order))];
      const Y = lab.batch(units, places.length);
      const addresses = { a: y.address, b: table.address, c: Y.address };
      const strides = { lda: y.stride, ldc: Y.stride };
      lab.run(
        { op: Op.oneHot, rows: places.length, inner: BATCH, cols: units, ...addresses, ...strides },
        0,
        slot,
      );
      const { values, isPadded } = lab.read(Y);
      expect(isPadded).toBe(true);
      expect([...values]).toEqual(
        oneHot(
          places.map((place) => labels[place]),
          units,
        ).flat(),
      );
    }
  });

  test("smooth moves targets towards one another and leaves the padding 0", () => {
    for (const units of WIDTHS) {
      lab.clear();
      const labels = oneHot(wholes(3, units, units), units);
      const Y = lab.batch(units, 3, labels.flat());
      const smoothed = lab.batch(units, 3);
      lab.run({ op: Op.smooth, rows: 3, cols: units, a: Y, c: smoothed, p: [0.9, 0.1 / units] });
      const { values, isPadded } = lab.read(smoothed);
      expect(isPadded).toBe(true);
      expectClose(
        values,
        labels.flat().map((y) => 0.9 * y + 0.1 / units),
        1e-6,
      );
    }
  });

  test.each([[[2, 0, 1, 0.5]], [[3]], [[0, 0, 0]]])(
    "weigh turns the weights %j into shares of the mean",
    (weights) => {
      lab.clear();
      const factors = lab.table(new Float32Array(weights.length));
      const totals = lab.table(new Float64Array(3));
      const a = lab.table(Float32Array.from(weights)).address;
      const operands = { a, c: factors.address, d: totals.address, p: [0.5] };
      lab.run({ op: Op.weigh, rows: weights.length, ...operands }, 0, 1);
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      expect(lab.doubles(totals)).toEqual([0, total, 0]);
      expectClose(
        lab.read(factors).values,
        weights.map((weight) => (total ? (0.5 * weight) / total : 0)),
        1e-6,
      );
    },
  );

  test("scatter writes the rows of a slot to their place in the table, without padding", () => {
    for (const width of WIDTHS) {
      lab.clear();
      const outputs = floats(3 * width, width);
      const A = lab.batch(width, 3, outputs);
      const predictions = lab.batch(8 * Math.ceil((ROWS * width) / 8), 1);
      const addresses = { a: A.address, c: predictions.address };
      lab.run({ op: Op.scatter, rows: 3, inner: BATCH, cols: width, ...addresses, lda: A.stride }, 0, 2);
      const { values } = lab.read(predictions);
      const start = 2 * BATCH * width;
      expectSameBits(values.subarray(start, start + outputs.length), outputs);
      expect(values.subarray(0, start).every(Number.isNaN)).toBe(true);
      expect(values.subarray(start + outputs.length).every(Number.isNaN)).toBe(true);
    }
  });
});
