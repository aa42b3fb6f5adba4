/**
 * Gradients against central differences of the float64 reference.
 *
 * Every activation stands once in a hidden layer and once in the last one, every loss stands once, and every pair of a
 * loss and a last activation that are computed as one or linked stands once: 14 + 14 + 9 + 7 networks of today's names, in both
 * builds. The product of all three (14 · 14 · 9) says no more. By the chain rule the backward pass is a sequence of
 * instructions, each of which multiplies the gradient that it is handed by the Jacobian of its own step. It reads
 * nothing else than the inputs and outputs of that step, so an instruction that is right for one incoming gradient of
 * general position is right after any loss and before any activation. The names meet in three places only, and each has
 * its test:
 * - a loss that takes logits replaces the derivative of its own activation or has a link to others (the pairs here, and all 9 · 14 pairs of loss
 *   and last activation in test/reference/check.test.ts);
 * - linear has no instruction, and relu is the floor of the product before it (both stand among the hidden and the last
 *   activations);
 * - each instruction by itself, over all ragged shapes: test/assembly/training/loss.test.ts and
 *   test/assembly/layers/activation.test.ts.
 */

import { describe, expect, test } from "vitest";
import { ShapeError, SpecError } from "../../src/errors.js";
import { type ActivationName, dense, type Gradients, type LossName, Network } from "../../src/index.js";
import { LOSS_KINDS } from "../../src/model/loss-kinds.js";
import { ACTIVATIONS, LOSSES } from "../../src/model/names.js";
import {
  BUILDS,
  expectClose,
  expectError,
  flatten,
  floats,
  generator,
  mirror,
  oneHot,
  toLayers,
  toRows,
  wholes,
} from "../helpers.js";
import { backward, cost, type Net, type Row } from "../reference.js";

const INPUTS = 5;
const HIDDEN = 6;
const OUTPUTS = 3;
const SAMPLES = 7;

/** A network of one hidden layer: its two activations and its loss. */
interface Case {
  hidden: ActivationName;
  last: ActivationName;
  loss: LossName;
}

const PLAIN: Case = { hidden: "tanh", last: "linear", loss: "meanSquaredError" };

const CASES: [place: string, cases: Case[]][] = [
  ["a hidden activation", ACTIVATIONS.map((hidden) => ({ ...PLAIN, hidden }))],
  ["a last activation", ACTIVATIONS.map((last) => ({ ...PLAIN, last }))],
  ["a loss", LOSSES.map((loss) => ({ ...PLAIN, loss }))],
  [
    "a loss and probabilities",
    LOSSES.flatMap((loss) => {
      const { fusedWith, links } = LOSS_KINDS[loss];
      const lasts = links ? (["sigmoid", "hardSigmoid", "softmax"] as const) : fusedWith ? [fusedWith] : [];
      return lasts.map((last) => ({ ...PLAIN, last, loss }));
    }),
  ],
];

const x = floats(SAMPLES * INPUTS, 1, 1.5);
const soft = Float32Array.from({ length: SAMPLES * OUTPUTS }, generator(2));
const sides = soft.map((value) => (value > 0.5 ? 1 : -1));
const classes = wholes(SAMPLES, 3, OUTPUTS);

const isLogarithmic = (loss: LossName): boolean => loss === "poisson" || loss === "klDivergence";

/** [f(v + h) - f(v - h)] / 2h for every number v of a matrix. */
function differences(matrix: Row[], f: () => number): number[] {
  const h = 1e-5;
  return matrix.flatMap((row) =>
    row.map((value, i) => {
      const at = (v: number): number => {
        row[i] = v;
        return f();
      };
      const slope = (at(value + h) - at(value - h)) / (2 * h);
      row[i] = value;
      return slope;
    }),
  );
}

function check(network: Network, y: Float32Array | number[], targets: Row[]): void {
  const net: Net = mirror(network);
  const rows = toRows(x, INPUTS);
  const f = () => cost(net, rows, targets);
  const { loss, inputs, ...parameters } = network.gradients(x, y);
  const byParameter = net.layers.flatMap(({ W, b }) => [...differences(W, f), ...differences([b], f)]);
  const byInput = differences(rows, f);
  expectClose([loss], [f()], 2e-5);
  expectClose(flatten(toLayers(network, parameters)), byParameter, 2e-5);
  expectClose(inputs, byInput, 2e-5);
  expect(byInput.some((slope) => Math.abs(slope) > 1e-4)).toBe(true);
  const analytic = backward(net, rows, targets);
  expectClose(flatten(analytic.layers), byParameter, 1e-7);
  expectClose(analytic.inputs.flat(), byInput, 1e-7);
}

describe.each(BUILDS)("$name", (math) => {
  describe.each(CASES)("%s", (_, cases) => {
    test.each(cases)("$hidden, $last, $loss", ({ hidden, last, loss }) => {
      const layers = [dense(HIDDEN, hidden), dense(OUTPUTS, last)];
      const network = new Network({ inputs: INPUTS, layers, loss, math, seed: 3 });
      network.setParams({ b1: floats(HIDDEN, 4), b2: floats(OUTPUTS, 5) });
      // The logarithm of an output near 0 is too steep for differences.
      const away = { W2: floats(OUTPUTS * HIDDEN, 6, 0.2), b2: floats(OUTPUTS, 5).map((b) => 2 + b / 2) };
      if (isLogarithmic(loss)) network.setParams(away);
      const y = loss === "hinge" ? sides : soft;
      check(network, y, toRows(y, OUTPUTS));
      if (loss === "categoricalCrossentropy") check(network, classes, oneHot(classes, OUTPUTS));
    });
  });

  test("three hidden layers, more samples than a tile", () => {
    const layers = [dense(9, "tanh"), dense(17, "relu"), dense(8, "sigmoid"), dense(OUTPUTS, "softmax")];
    const network = new Network({ inputs: INPUTS, layers, math });
    check(network, classes, oneHot(classes, OUTPUTS));
  });
});

test("gradients change nothing", () => {
  const network = new Network([INPUTS, HIDDEN, OUTPUTS]);
  const before = network.getParams();
  network.gradients(x, classes);
  expect(network.getParams()).toEqual(before);
  expect(network.gradients(x, classes)).toEqual(network.gradients(x, classes));
});

test("new arrays are views of one buffer, which belongs to the caller", () => {
  const network = new Network([INPUTS, HIDDEN, OUTPUTS]);
  const { loss: _, ...arrays } = network.gradients(x, classes);
  const copies = Object.values(arrays).map((values) => values.slice());
  const lengths = copies.map(({ length }) => length);
  expect(new Set(Object.values(arrays).map(({ buffer }) => buffer)).size).toBe(1);
  expect(arrays.W1.buffer.byteLength).toBe(4 * lengths.reduce((sum, length) => sum + length));
  network.gradients(x.subarray(INPUTS), classes.slice(1));
  network.dispose();
  expect(Object.values(arrays)).toEqual(copies);
});

test.each([5, 6])("gradients of %i rows after those of 7 are those of a new network", (rows) => {
  const sizes = [INPUTS, HIDDEN, OUTPUTS];
  const network = new Network(sizes);
  network.gradients(x, classes);
  const some = [x.subarray(0, rows * INPUTS), classes.slice(0, rows)] as const;
  expect(network.gradients(...some)).toEqual(new Network(sizes).gradients(...some));
});

describe("out", () => {
  const layers = [dense(HIDDEN, "tanh", { trainable: false }), dense(OUTPUTS, "softmax")];
  const network = new Network({ inputs: INPUTS, layers });
  const dOutputs = floats(SAMPLES * OUTPUTS, 5);
  const calls = {
    gradients: (out?: Gradients) => network.gradients(x, classes, { out }),
    backward: (out?: Gradients) => network.backward(x, dOutputs, { out }),
  };

  test.each(Object.entries(calls))("%s writes what it is given and makes no arrays", (_, call) => {
    const expected = call();
    const out = call() as Gradients;
    const arrays = { ...out };
    for (const values of Object.values<unknown>(out)) if (values instanceof Float32Array) values.fill(7);
    expect(call(out)).toBe(out);
    expect(out).toEqual(expected);
    for (const name of ["W2", "b2", "inputs"] as const) expect(out[name]).toBe(arrays[name]);
  });

  test.each(Object.entries(calls))("%s refuses what has other arrays", async (_, call) => {
    const made = call() as Gradients;
    const short = new Float32Array(3);
    await expectError(() => call({ ...made, W2: short }), ShapeError, [
      "out.W2",
      "of 3",
      "Float32Array of 18",
    ]);
    await expectError(() => call({ ...made, inputs: short }), ShapeError, ["out.inputs", "of 3", "35"]);
    await expectError(() => call({} as Gradients), ShapeError, ["out.inputs is undefined"]);
    await expectError(() => call(short as never), SpecError, ["out is", "give an object of arrays"]);
  });

  test("a getter may use the network, which moves its memory", () => {
    const expected = calls.gradients();
    const made = calls.gradients();
    const { W2 } = made;
    const before = network.memoryBytes;
    Object.defineProperty(made, "W2", {
      get: () => {
        network.predict(new Float32Array(INPUTS * 50_000));
        return W2;
      },
    });
    calls.gradients(made);
    expect(network.memoryBytes).toBeGreaterThan(before);
    expect(W2).toEqual(expected.W2);
    expect(made.b2).toEqual(expected.b2);
  });
});
