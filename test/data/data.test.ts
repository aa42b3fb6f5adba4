/** Every way to hand over x and y gives the bits of the plainest one. */

import { describe, expect, test } from "vitest";
import { DataError, dense, Network, type Samples } from "../../src/index.js";
import {
  expectError,
  expectSameBits,
  floats,
  generator,
  oneHot,
  parametersOf,
  toRows,
  wholes,
} from "../helpers.js";

const ROWS = 37;
const INPUTS = 21;

function trained(x: Samples, y: Samples, options: object = {}): Float32Array {
  const network = new Network({
    inputs: INPUTS,
    layers: [dense(6, "relu"), dense(3, "softmax")],
    ...options,
  });
  network.fitSync(x, y, { epochs: 2, batchSize: 8 });
  return Float32Array.from([...parametersOf(network), ...network.predict(x)]);
}

const labels = wholes(ROWS, 2, 3);

describe("x", () => {
  const flat = floats(ROWS * INPUTS, 1);
  const rows = toRows(flat, INPUTS);
  const wanted = trained(flat, labels);

  test.each<[string, Samples]>([
    ["flat numbers", Array.from(flat)],
    ["Float64Array", Float64Array.from(flat)],
    ["rows of numbers", rows],
    ["rows of Float32Array", rows.map((row) => Float32Array.from(row))],
    ["rows of Float64Array", rows.map((row) => Float64Array.from(row))],
    ["rows of several kinds", rows.map((row, r) => (r % 2 ? row : Float32Array.from(row)))],
    ["a part of a longer array", Float32Array.from([9, 9, 9, ...flat, 9]).subarray(3, 3 + flat.length)],
  ])("as %s", (_, x) => {
    expectSameBits(trained(x, labels), wanted);
  });

  test("as rows that are parts of one array", () => {
    expectSameBits(
      trained(
        rows.map((_, r) => flat.subarray(r * INPUTS, (r + 1) * INPUTS)),
        labels,
      ),
      wanted,
    );
  });

  const whole = wholes(ROWS * INPUTS, 3, 100).map((value) => value - 50);
  const wantedWhole = trained(Float32Array.from(whole), labels);

  test.each([Int8Array, Int16Array, Int32Array])("as %o", (Kind) => {
    expectSameBits(trained(Kind.from(whole), labels), wantedWhole);
  });

  const natural = whole.map((value) => value + 50);
  const wantedNatural = trained(Float32Array.from(natural), labels);

  test.each([Uint16Array, Uint32Array])("as %o, which is not scaled", (Kind) => {
    expectSameBits(trained(Kind.from(natural), labels), wantedNatural);
  });
});

describe("x as bytes", () => {
  const bytes = wholes(ROWS * INPUTS, 4, 256);
  const scaled = (scale: number): Float32Array =>
    Float32Array.from(bytes, (byte) => byte * Math.fround(scale));
  const wanted = trained(scaled(1 / 255), labels);

  test.each<[string, Samples]>([
    ["Uint8Array", Uint8Array.from(bytes)],
    ["Uint8ClampedArray", Uint8ClampedArray.from(bytes)],
    ["Buffer", Buffer.from(bytes)],
    ["rows of Uint8Array", toRows(bytes, INPUTS).map((row) => Uint8Array.from(row))],
  ])("%s is scaled by 1/255", (_, x) => {
    expectSameBits(trained(x, labels), wanted);
  });

  test("inputScale says by what", () => {
    const inputScale = 1 / 100;
    expectSameBits(
      trained(Uint8Array.from(bytes), labels, { inputScale }),
      trained(scaled(inputScale), labels),
    );
  });

  test("inputScale leaves other arrays as they are", () => {
    const values = scaled(1 / 255);
    expectSameBits(trained(values, labels, { inputScale: 3 }), trained(values, labels));
  });
});

describe("y", () => {
  const x = floats(ROWS * INPUTS, 5);
  const wanted = trained(x, labels);
  const rows = oneHot(labels, 3);

  test.each<[string, Samples]>([
    ["class indices in Uint8Array", Uint8Array.from(labels)],
    ["class indices in Int32Array", Int32Array.from(labels)],
    ["class indices in Float64Array", Float64Array.from(labels)],
    ["one-hot rows", rows],
    ["one-hot rows, flat", rows.flat()],
    ["one-hot rows, flat in Uint8Array", Uint8Array.from(rows.flat())],
    ["one-hot rows of Float32Array", rows.map((row) => Float32Array.from(row))],
  ])("as %s", (_, y) => {
    expectSameBits(trained(x, y), wanted);
  });

  test("of one output, flat or as rows", () => {
    const values = floats(ROWS, 6);
    const fitted = (y: Samples): Float32Array => trained(x, y, { layers: [dense(4, "tanh"), dense(1)] });
    expectSameBits(fitted(toRows(values, 1)), fitted(values));
    expectSameBits(fitted(Array.from(values)), fitted(values));
  });

  test("as bytes is not scaled", () => {
    const targets = wholes(ROWS, 7, 256);
    const fitted = (y: Samples): Float32Array => trained(x, y, { layers: [dense(1)] });
    expectSameBits(fitted(Uint8Array.from(targets)), fitted(targets));
  });
});

test("fit reads the data and never writes it", () => {
  const x = floats(ROWS * INPUTS, 8);
  const y = Float32Array.from({ length: ROWS * 3 }, generator(9));
  const copies = [x.slice(), y.slice()];
  trained(x, y);
  expectSameBits(x, copies[0]);
  expectSameBits(y, copies[1]);
});

describe("rows as arrays that validationSplit cuts", () => {
  const flat = floats(ROWS * INPUTS, 10);
  const fitted = (x: Samples) => {
    const network = new Network({ inputs: INPUTS, layers: [dense(3, "softmax")] });
    return network.fitSync(x, labels, { epochs: 2, batchSize: 8, validationSplit: 0.3 });
  };

  test("give the history of flat numbers", () => {
    expect(fitted(toRows(flat, INPUTS))).toEqual(fitted(flat));
  });

  test("are counted from the first row of all in messages", async () => {
    const rows = toRows(flat, INPUTS);
    rows[ROWS - 2][4] = Number.NaN;
    await expectError(() => fitted(rows), DataError, [`x is NaN in row ${ROWS - 2}, column 4`]);
  });
});
