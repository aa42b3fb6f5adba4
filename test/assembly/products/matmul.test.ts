/** The three products of a dense layer, over shapes with and without padding, within the error bound of float32 sums. */

import { describe, expect, test } from "vitest";
import { checkSpec } from "../../../src/model/spec.js";
import { dense, descend, inputGradient, weightGradient } from "../../../src/program/equations.js";
import { dense as layer } from "../../../src/program/layers/index.js";
import type { Matrix } from "../../../src/program/matrix.js";
import { plan } from "../../../src/program/plan.js";
import { BUILDS, expectSameBits, floats, requestOf, storeOf } from "../../helpers.js";
import { Lab } from "../lab.js";

/** Numbers by their seed: drawing them for each shape would take longer than the products. */
const drawn = new Map<number, Float32Array>();

/** The first `count` numbers that floats draws by a seed. */
function some(count: number, seed: number): Float32Array {
  const known = drawn.get(seed) ?? new Float32Array();
  const values = known.length < count ? floats(Math.max(count, 10_000), seed) : known;
  drawn.set(seed, values);
  return values.subarray(0, count);
}

type Shape = readonly [samples: number, inputs: number, units: number];

const EXTENT = 33;
const RATE = 0.25;
const LARGE: Shape[] = [
  [1, 1500, 100],
  [1025, 3, 17],
  [70, 513, 9],
  [513, 512, 8],
  [5, 64, 1000],
];
const LARGEST: Shape = [512, 784, 128];

/** Of a product with more numbers than this, every eleventh is compared. */
const MANY = 5000;

/** All values of each extent up to 33 with the edges of another; the third varies too, since all triples would take minutes. */
function ragged(): Shape[] {
  const shapes: Shape[] = [];
  for (let p = 1; p <= EXTENT; p++) {
    for (const q of [1, 2, 3, 4, 7, 8, 9, 16, 17, 32, 33]) {
      const third = 1 + ((7 * p + 13 * q) % EXTENT);
      shapes.push([p, q, third], [third, p, q], [q, third, p]);
    }
  }
  return shapes;
}

/** The sum of products in float64, and the sum of their absolute values. */
type Sums = { value: number; size: number };

/** Every `step`th number of an array from `first` on. */
type Strided = readonly [values: Float32Array, first: number, step: number];

/** start + factor · (the sum of `count` products of two rows or columns). */
function sumOf(count: number, [a, i, p]: Strided, [b, j, q]: Strided, start = 0, factor = 1): Sums {
  let [value, size] = [start, Math.abs(start)];
  for (let k = 0; k < count; k++) {
    const product = factor * a[i + p * k] * b[j + q * k];
    value += product;
    size += Math.abs(product);
  }
  return { value, size };
}

/** The largest error of a chain of `terms` multiply-adds, as a share of the sum of absolute values (Higham, 2002, section 3.1). */
const bound = (terms: number): number => (terms + 2) * 2 ** -24;

/** The largest error of a matrix as a share of its bound; Infinity if its padding is not 0. */
function worstShare(lab: Lab, matrix: Matrix, terms: number, wanted: (r: number, c: number) => Sums): number {
  const { values, isPadded } = lab.read(matrix);
  const cols = matrix.layout === "rows" ? matrix.rows : matrix.cols;
  let worst = isPadded ? 0 : Number.POSITIVE_INFINITY;
  const stride = values.length > MANY ? 11 : 1;
  for (let i = 0; i < values.length; i += stride) {
    const { value, size } = wanted(Math.floor(i / cols), i % cols);
    const share = Math.abs(values[i] - value) / (bound(terms) * size + 1e-45);
    if (!(share <= worst)) worst = share;
  }
  return worst;
}

/** Scratch of the size that the plan of such a layer has. */
function scratchOf(lab: Lab, [samples, inputs, units]: Shape): Matrix {
  const spec = checkSpec({ inputs, layers: [layer(units)] });
  const request = requestOf({ purpose: "gradients", batch: samples, skipsZeros: true });
  return lab.table(new Uint8Array(plan(spec, storeOf(spec), request).scratch.bytes).fill(0xff));
}

/** Inputs of which three quarters are 0: some for all samples, others by chance. */
function inputsOf(samples: number, inputs: number): Float32Array {
  const chance = some(samples * inputs, 7);
  return some(samples * inputs, 1).map((value, i) =>
    (i % inputs) % 3 === 0 || chance[i] > -1 / 3 ? 0 : value,
  );
}

type Product = (lab: Lab, shape: Shape, skipsZeros: boolean) => { worst: number; results: Float32Array };

const forward =
  (isRelu: boolean): Product =>
  (lab, shape, skipsZeros) => {
    const [samples, inputs, units] = shape;
    const [a, w, b] = [inputsOf(samples, inputs), some(units * inputs, 2), some(units, 3)];
    const parameters = { W: lab.weights(units, inputs, w), b: lab.bias(units, b) };
    const Z = lab.batch(units, samples);
    const options = { isRelu, skipsZeros, scratch: scratchOf(lab, shape) };
    lab.run(dense(parameters, lab.batch(inputs, samples, a), Z, samples, options));
    const worst = worstShare(lab, Z, inputs, (s, u) => {
      const { value, size } = sumOf(inputs, [a, s * inputs, 1], [w, u * inputs, 1], b[u]);
      return { value: isRelu ? Math.max(0, value) : value, size };
    });
    return { worst, results: lab.read(Z).values };
  };

/** dW and db; or, if `descends`, W and b after a step along them with the rate of slot 1. */
const backward =
  (descends: boolean): Product =>
  (lab, shape, skipsZeros) => {
    const [samples, inputs, units] = shape;
    const [a, dz] = [inputsOf(samples, inputs), some(samples * units, 2)];
    const [w, b] = descends ? [some(units * inputs, 3), some(units, 4)] : [];
    const operands = {
      A: lab.batch(inputs, samples, a),
      dZ: lab.batch(units, samples, dz),
      scratch: scratchOf(lab, shape),
      skipsZeros,
    };
    const target = { W: lab.weights(units, inputs, w), b: lab.bias(units, b) };
    const rates = lab.table(Float64Array.of(Number.NaN, RATE, Number.NaN));
    const factor = descends ? -RATE : 1;
    const operation = descends
      ? descend(operands, target, rates, samples)
      : weightGradient(operands, target, samples);
    lab.run(operation, 0, 1);
    const ones = new Float32Array(samples).fill(1);
    const worst = Math.max(
      worstShare(lab, target.W, samples, (u, i) =>
        sumOf(samples, [a, i, inputs], [dz, u, units], w?.[u * inputs + i], factor),
      ),
      worstShare(lab, target.b, samples, (u) => sumOf(samples, [ones, 0, 1], [dz, u, units], b?.[u], factor)),
    );
    return { worst, results: lab.read(target.W).values };
  };

const inputsGradient: Product = (lab, shape) => {
  const [samples, inputs, units] = shape;
  const [dz, w] = [some(samples * units, 1), some(units * inputs, 2)];
  const [dZ, W] = [lab.batch(units, samples, dz), lab.weights(units, inputs, w)];
  const dA = lab.batch(inputs, samples);
  lab.run(inputGradient(W, dZ, dA, scratchOf(lab, shape), samples));
  const worst = worstShare(lab, dA, units, (s, i) => sumOf(units, [dz, s * units, 1], [w, i, inputs]));
  return { worst, results: lab.read(dA).values };
};

/** The products that can skip zeros of the inputs. */
const SKIPPING: Record<string, Product> = {
  "Z = W·A + b": forward(false),
  "A = relu(W·A + b)": forward(true),
  "dW = dZ·Aᵀ, db = dZ·1": backward(false),
  "W = W - α·dZ·Aᵀ, b = b - α·dZ·1": backward(true),
};
const PRODUCTS: Record<string, Product> = { ...SKIPPING, "dA = Wᵀ·dZ": inputsGradient };

describe.each(BUILDS)("$name", (build) => {
  const lab = new Lab(build);

  test("the core under test is this build", () => {
    expect(lab.math).toBe(build.name);
  });

  test.each(Object.entries(PRODUCTS))("%s", (_, product) => {
    for (const shape of [...ragged(), ...LARGE, LARGEST]) {
      lab.clear();
      const { worst } = product(lab, shape, false);
      expect(worst, `${shape.join(" x ")}: error as a share of its bound`).toBeLessThan(1);
    }
  });

  test.each(Object.entries(SKIPPING))("%s has the same bits if zeros are skipped", (_, product) => {
    for (const shape of [...ragged().filter((_, i) => i % 5 === 0), ...LARGE]) {
      lab.clear();
      const { results } = product(lab, shape, false);
      lab.clear();
      const skipped = product(lab, shape, true);
      expect(skipped.worst, `${shape.join(" x ")}: error as a share of its bound`).toBeLessThan(1);
      expectSameBits(skipped.results, results);
    }
  });

  test("the outputs of a sample have the same bits in every batch", () => {
    for (const [inputs, units] of [
      [33, 17],
      [784, 10],
      [1030, 8],
    ]) {
      const samples = 37;
      const [x, w, b] = [some(samples * inputs, 1), some(units * inputs, 2), some(units, 3)];
      const outputs = (first: number, count: number): Float32Array => {
        lab.clear();
        const A = lab.batch(inputs, count, x.subarray(first * inputs));
        const parameters = { W: lab.weights(units, inputs, w), b: lab.bias(units, b) };
        const Z = lab.batch(units, count);
        lab.run(dense(parameters, A, Z, count));
        return lab.read(Z).values;
      };
      const all = outputs(0, samples);
      for (const size of [1, 2, 3, 4, 7, 16]) {
        for (let first = 0; first < samples; first += size) {
          const count = Math.min(size, samples - first);
          expectSameBits(outputs(first, count), all.subarray(first * units, (first + count) * units));
        }
      }
    }
  });
});
