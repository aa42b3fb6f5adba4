/** Gradients against central differences of the float64 reference, for every pairing of activations and losses. */

import { describe, expect, test } from "vitest";
import { type ActivationName, dense, type LossName, Network, SpecError } from "../../src/index.js";
import { ACTIVATIONS, LOSSES } from "../../src/spec/names.js";
import {
  BUILDS,
  expectClose,
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

/** Losses on probabilities and the last activations that they accept. */
const ACCEPTED: Partial<Record<LossName, ActivationName[]>> = {
  binaryCrossentropy: ["sigmoid", "linear"],
  categoricalCrossentropy: ["softmax", "linear"],
};

const PAIRINGS = LOSSES.flatMap((loss) => ACTIVATIONS.map((last) => ({ loss, last })));
const isAccepted = ({ loss, last }: (typeof PAIRINGS)[number]) => ACCEPTED[loss]?.includes(last) ?? true;

const x = floats(SAMPLES * INPUTS, 1, 1.5);
const soft = Float32Array.from({ length: SAMPLES * OUTPUTS }, generator(2));
const classes = wholes(SAMPLES, 3, OUTPUTS);

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
  expect(byInput.some((slope) => Math.abs(slope) > 1e-3)).toBe(true);
  const analytic = backward(net, rows, targets);
  expectClose(flatten(analytic.layers), byParameter, 1e-7);
  expectClose(analytic.inputs.flat(), byInput, 1e-7);
}

describe.each(BUILDS)("$name", (math) => {
  describe.each(PAIRINGS.filter(isAccepted))("$loss on $last", ({ loss, last }) => {
    test.each(ACTIVATIONS)("after %s", (hidden) => {
      const layers = [dense(HIDDEN, hidden), dense(OUTPUTS, last)];
      const network = new Network({ inputs: INPUTS, layers, loss, math, seed: 3 });
      network.setParams({ b1: floats(HIDDEN, 4), b2: floats(OUTPUTS, 5) });
      check(network, soft, toRows(soft, OUTPUTS));
      if (loss === "categoricalCrossentropy") check(network, classes, oneHot(classes, OUTPUTS));
    });
  });

  test("three hidden layers, more samples than a tile", () => {
    const layers = [dense(9, "tanh"), dense(17, "relu"), dense(8, "sigmoid"), dense(OUTPUTS, "softmax")];
    const network = new Network({ inputs: INPUTS, layers, math });
    check(network, classes, oneHot(classes, OUTPUTS));
  });
});

test.each(PAIRINGS.filter((pairing) => !isAccepted(pairing)))(
  "$loss on $last is refused",
  ({ loss, last }) => {
    const make = () => new Network({ inputs: INPUTS, layers: [dense(OUTPUTS, last)], loss });
    expect(make).toThrow(SpecError);
    expect(make).toThrow(`The loss ${loss} does not fit the last activation "${last}"`);
  },
);

test("gradients change nothing", () => {
  const network = new Network([INPUTS, HIDDEN, OUTPUTS]);
  const before = network.getParams();
  network.gradients(x, classes);
  expect(network.getParams()).toEqual(before);
  expect(network.gradients(x, classes)).toEqual(network.gradients(x, classes));
});
