/** checkGradients for every loss, activation and kind of layer: gradients of the core against differences in float64. */

import { describe, expect, test, vi } from "vitest";
import { checkGradients } from "../../src/check.js";
import {
  activation,
  batchNorm,
  dense,
  dropout,
  gaussianNoise,
  type LayerInput,
  type LossInput,
  layerNorm,
  Network,
  SpecError,
} from "../../src/index.js";
import { LOSS_KINDS } from "../../src/model/loss-kinds.js";
import { ACTIVATIONS, LOSSES } from "../../src/model/names.js";
import { objective } from "../../src/reference/network.js";
import { expectError, floats, generator, toRows, wholes } from "../helpers.js";

const [INPUTS, OUTPUTS, ROWS] = [4, 3, 6];
const TOLERANCE = 1e-4;

const x = floats(ROWS * INPUTS, 1, 1.5);
const shares = Float32Array.from({ length: ROWS * OUTPUTS }, generator(2));
const classes = wholes(ROWS, 3, OUTPUTS);

/** Makes a network whose biases, γ, β and running statistics have moved from their initial values. */
function networkOf(layers: readonly LayerInput[], loss: LossInput = "meanSquaredError"): Network {
  const network = new Network({ inputs: INPUTS, layers, loss, seed: 5 });
  const moved = Object.entries<Float32Array>(network.getParams()).map(([name, values], i) => {
    if (name.startsWith("W")) return [name, values];
    const noise = floats(values.length, 10 + i, 0.4);
    return [name, values.map((value, j) => value + noise[j])];
  });
  network.setParams(Object.fromEntries(moved));
  return network;
}

/** Expects all gradients to be right. @returns the names of the parameters that were checked. */
function expectRight(network: Network, y: Float32Array | number[], training = false): string[] {
  const errors = checkGradients(network, x, y, { training });
  for (const [name, error] of Object.entries(errors)) expect(error, name).toBeLessThan(TOLERANCE);
  return Object.keys(errors);
}

describe.each(LOSSES)("%s", (loss) => {
  test.each(ACTIVATIONS)("on %s", (last) => {
    // Logarithms of outputs near 0 are too steep for differences.
    const isSteep = (loss === "poisson" || loss === "klDivergence") && last !== "softmax";
    const network = networkOf([dense(6, last), layerNorm(), dense(OUTPUTS, last)], loss);
    if (isSteep) network.setParams({ W2: floats(18, 6, 0.1), b2: [2, 1.5, 1.2] });
    expect(expectRight(network, shares)).toEqual(["W1", "b1", "gamma1", "beta1", "W2", "b2", "inputs"]);
  });
});

const KINDS: [name: string, layers: LayerInput[]][] = [
  ["batchNorm first", [batchNorm(), dense(6, "tanh")]],
  ["batchNorm in the middle", [dense(6, "tanh"), batchNorm({ epsilon: 0.01 }), activation("gelu")]],
  ["layerNorm first", [layerNorm(), dense(6, "mish")]],
  ["layerNorm in the middle", [dense(6), layerNorm({ epsilon: 0.01 }), activation("silu")]],
  ["an activation first", [activation("softmax"), dense(6, "elu")]],
  ["frozen layers", [dense(6, "selu", { trainable: false }), batchNorm({ trainable: false }), dense(4)]],
  ["no bias", [dense(6, "softplus", { bias: false })]],
  ["penalties", [dense(6, "softsign", { l1: 0.02, l2: 0.3 })]],
];

describe.each([false, true])("training: %s", (training) => {
  test.each(KINDS)("%s", (_, layers) => {
    expectRight(networkOf([...layers, dense(OUTPUTS)]), shares, training);
    expectRight(
      networkOf([...layers, dense(OUTPUTS, "softmax")], "categoricalCrossentropy"),
      classes,
      training,
    );
  });
});

/** Every loss with each of its options away from the default. */
const OPTIONS = LOSSES.flatMap((type) =>
  Object.keys(LOSS_KINDS[type].options).map((option) => ({ type, [option]: 0.3 })),
);

test.each<LossInput>(OPTIONS)("options of losses: %o", (loss) => {
  const network = networkOf([dense(OUTPUTS)], loss);
  expectRight(network, shares);
  const { W1: weight, b1: bias } = network.getParams();
  const rows = [toRows(x, INPUTS), toRows(shares, OUTPUTS)] as const;
  const wanted = objective(network.spec, [{ weight, bias }], ...rows, false);
  expect(network.loss(x, shares)).toBeCloseTo(wanted, 5);
});

test("hinge takes a target of 0 for the other side", () => {
  expectRight(networkOf([dense(OUTPUTS, "tanh")], "hinge"), Float32Array.from(wholes(ROWS * OUTPUTS, 6, 2)));
});

test("bytes are scaled, frozen parameters have no gradient, rows may be arrays", () => {
  const network = networkOf([dense(5, "tanh", { trainable: false }), dense(OUTPUTS)]);
  const bytes = Uint8Array.from(wholes(ROWS * INPUTS, 4, 256));
  const errors = checkGradients(network, bytes, shares);
  expect(Object.keys(errors)).toEqual(["W2", "b2", "inputs"]);
  expect(Math.max(...Object.values(errors))).toBeLessThan(TOLERANCE);
  const rows = [x.slice(0, INPUTS), x.slice(INPUTS, 2 * INPUTS)];
  expect(
    checkGradients(network, rows, [
      [1, 2, 3],
      [4, 5, 6],
    ]).W2,
  ).toBeLessThan(TOLERANCE);
});

test("a wrong gradient is found under the name of its parameter", () => {
  const network = networkOf([dense(6, "tanh"), dense(OUTPUTS)]);
  const right = network.gradients(x, shares);
  const spoil = (name: string, values: Float32Array): Record<string, number> => {
    vi.spyOn(network, "gradients").mockReturnValue({ ...right, [name]: values });
    return checkGradients(network, x, shares);
  };
  for (const name of ["W1", "b1", "W2", "b2", "inputs"]) {
    const values = (right as Record<string, unknown>)[name] as Float32Array;
    const doubled = spoil(
      name,
      values.map((value) => 2 * value),
    );
    expect(doubled[name]).toBeGreaterThan(0.1);
    const missing = spoil(
      name,
      values.map((value, i) => (i === 1 ? Number.NaN : value)),
    );
    expect(missing[name]).toBeNaN();
    for (const other in doubled) if (other !== name) expect(doubled[other]).toBeLessThan(TOLERANCE);
  }
  vi.spyOn(network, "gradients").mockReturnValue(
    networkOf([dense(6, "relu"), dense(OUTPUTS)]).gradients(x, shares),
  );
  expect(checkGradients(network, x, shares).W1).toBeGreaterThan(0.01);
});

test("the network does not change, and limit bounds the numbers that are checked", () => {
  const network = networkOf([dense(6, "tanh"), dense(OUTPUTS)]);
  const before = network.getParams();
  const all = checkGradients(network, x, shares, { limit: 1000 });
  const some = checkGradients(network, x, shares, { limit: 2 });
  expect(network.getParams()).toEqual(before);
  for (const name in all) expect(some[name]).toBeLessThanOrEqual(all[name]);
});

test("layers with random numbers are refused in training, and off otherwise", async () => {
  for (const [layer, name] of [
    [dropout(0.3), "dropout"],
    [gaussianNoise(), "gaussianNoise"],
  ] as const) {
    const network = networkOf([dense(6, "tanh"), layer, dense(OUTPUTS)]);
    expectRight(network, shares);
    await expectError(() => checkGradients(network, x, shares, { training: true }), SpecError, [
      "Layer 2",
      name,
    ]);
  }
  const network = networkOf([dense(OUTPUTS)]);
  await expectError(() => checkGradients(network, x, shares, { limit: 0 }), SpecError, ["limit", "0"]);
});
