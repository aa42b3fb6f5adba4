/** Integrated gradients against closed forms, and against differences of the network in float64. */

import { describe, expect, test } from "vitest";
import { Network as LeanNetwork } from "../../src/core.js";
import { DataError, ShapeError, SpecError } from "../../src/errors.js";
import { integratedGradients } from "../../src/explain.js";
import { batchNorm, dense, dropout, layerNorm, Network, prelu, scale } from "../../src/index.js";
import type { LayerInput } from "../../src/model/layers.js";
import { tensorsOf } from "../../src/model/tensors.js";
import { predict } from "../../src/reference/network.js";
import { type ErrorClass, expectClose, expectError, floats, toRows, wholes, wrong } from "../helpers.js";

const INPUTS = 5;
const OUTPUTS = 3;
const ROWS = 13;
const x = floats(ROWS * INPUTS, 1, 2);

/** The outputs of a network in float64, for rows of float64. */
function outputsOf(network: Network): (rows: Float64Array[]) => number[][] {
  const { spec } = network;
  const params: Record<string, Float32Array> = network.getParams();
  const values = spec.layers.map((_, i) => {
    const own = tensorsOf(spec).filter(({ layer }) => layer === i);
    return Object.fromEntries(own.map(({ field, name }) => [field, Float64Array.from(params[name])]));
  });
  return (rows) => predict(spec, values, rows).map((row) => Array.from(row));
}

const H = 1e-5;

/** Integrated gradients of one row in float64, with central differences for gradients. */
function wantedOf(
  f: (rows: Float64Array[]) => number[][],
  { from, to, output, steps }: { from: number[]; to: number[]; output: number; steps: number },
): number[] {
  return to.map((end, i) => {
    const differences = Array.from({ length: steps }, (_, k) => {
      const [up, down] = [H, -H].map((step) => {
        const point = Float64Array.from(to, (value, j) => from[j] + ((k + 0.5) / steps) * (value - from[j]));
        point[i] += step;
        return f([point])[0][output];
      });
      return (up - down) / (2 * H);
    });
    return ((end - from[i]) * differences.reduce((a, b) => a + b, 0)) / steps;
  });
}

function trained(layers: LayerInput[]): Network {
  const network = new Network({ inputs: INPUTS, layers, loss: "categoricalCrossentropy", seed: 4 });
  network.fitSync(x, wholes(ROWS, 3, OUTPUTS), { epochs: 20, batchSize: 4 });
  return network;
}

const end = dense(OUTPUTS, "softmax");
const NETWORKS: [name: string, layers: LayerInput[]][] = [
  ["a dense layer first", [dense(9, "silu"), batchNorm(), dropout(0.5), dense(6, "tanh"), end]],
  ["a dense layer without biases first", [dense(9, "relu", { bias: false }), end]],
  [
    "a frozen dense layer first, with a slope",
    [dense(9, { type: "elu", alpha: 0.5 }, { trainable: false }), end],
  ],
  ["a linear layer first", [dense(9), prelu(), layerNorm(), dense(7, "gelu"), end]],
  ["a dense layer alone", [end]],
  ["a factor for each feature first", [scale(), dense(9, "tanh"), end]],
  ["batchNorm first", [batchNorm(), dense(9, "sigmoid"), end]],
  ["dropout first", [dropout(0.2), dense(9, "softplus"), end]],
];

describe.each(NETWORKS)("%s", (_, layers) => {
  const network = trained(layers);
  const f = outputsOf(network);
  const baseline = floats(ROWS * INPUTS, 9);
  const output = wholes(ROWS, 5, OUTPUTS);

  test("are those of the network in float64", () => {
    const steps = 1024;
    const rows = x.subarray(0, 2 * INPUTS);
    const from = baseline.subarray(0, 2 * INPUTS);
    const given = integratedGradients(network, rows, { baseline: from, output: output.slice(0, 2), steps });
    const wanted = toRows(rows, INPUTS).flatMap((to, r) =>
      wantedOf(f, { from: toRows(from, INPUTS)[r], to, output: output[r], steps }),
    );
    expectClose(given, wanted, 3e-4);
  });

  test("sum to the difference of the outputs in float64 to 1 %", () => {
    const sums = toRows(integratedGradients(network, x, { baseline, output }), INPUTS).map((row) =>
      row.reduce((a, b) => a + b, 0),
    );
    const [ends, starts] = [x, baseline].map((rows) =>
      f(toRows(rows, INPUTS).map((row) => Float64Array.from(row))),
    );
    sums.forEach((sum, r) => {
      const difference = ends[r][output[r]] - starts[r][output[r]];
      expect(Math.abs(sum - difference)).toBeLessThanOrEqual(0.01 * Math.abs(difference) + 1e-6);
    });
  });

  test("are by default of the predicted class, from zeros", () => {
    const classes = network.predictClasses(x);
    const zeros = new Float32Array(INPUTS);
    expectClose(
      integratedGradients(network, x),
      integratedGradients(network, x, { baseline: zeros, output: classes, steps: 32 }),
      0,
    );
  });
});

test("of exp(w·x + b) are their closed form", () => {
  const network = new Network({ inputs: 2, layers: [dense(1, "exponential")], loss: "meanSquaredError" });
  const [w, b] = [[0.5, -0.25], 0.125];
  network.setParams({ W1: w, b1: [b] });
  const [from, to] = [
    [1, 2],
    [3, -1],
  ];
  const difference = [0, 1].map((i) => w[i] * (to[i] - from[i]));
  // ∫ exp(z₀ + t·Δz) dt = (exp(z₁) - exp(z₀)) / Δz
  const z = [from, to].map((p) => w[0] * p[0] + w[1] * p[1] + b);
  const mean = (Math.exp(z[1]) - Math.exp(z[0])) / (z[1] - z[0]);
  const given = integratedGradients(network, [to], { baseline: from, steps: 200 });
  expectClose(
    given,
    difference.map((part) => part * mean),
    2e-5,
  );
});

test("of many rows are those of each row, in blocks of any size", () => {
  const network = trained([dense(9, "tanh"), end]);
  const rows = floats(700 * INPUTS, 7);
  const all = integratedGradients(network, rows, { output: 1, steps: 300 });
  for (const r of [0, 387, 388, 389, 699]) {
    const one = integratedGradients(network, rows.subarray(r * INPUTS, (r + 1) * INPUTS), {
      output: 1,
      steps: 300,
    });
    expectClose(all.subarray(r * INPUTS, (r + 1) * INPUTS), one, 1e-5);
  }
});

test("of bytes are those of the scaled numbers, with a baseline of bytes too", () => {
  const network = new Network({ inputs: 2, layers: [dense(3, "tanh"), dense(1)], loss: "meanSquaredError" });
  const bytes = integratedGradients(network, Uint8Array.of(255, 51), { baseline: Uint8Array.of(0, 102) });
  expectClose(bytes, integratedGradients(network, [[1, 0.2]], { baseline: [0, 0.4] }), 1e-6);
});

test("take a network of densely/core, and leave a network as it was", () => {
  const options = { inputs: INPUTS, layers: [dense(4, "relu"), dense(2, "softmax")], seed: 3 } as const;
  const [network, lean] = [new Network(options), new LeanNetwork(options)];
  const before = network.checkpoint();
  expectClose(integratedGradients(lean, x), integratedGradients(network, x), 0);
  expect(network.checkpoint()).toEqual(before);
});

describe("are refused for", () => {
  const network = new Network({ inputs: 2, layers: [dense(3, "tanh"), dense(2)], loss: "meanSquaredError" });
  const wide = new Network({
    inputs: 2,
    layers: [dense(1, "linear", { init: { type: "constant", value: 1 } })],
  });
  const row = [[1, 2]];
  test.each<[string, () => unknown, ErrorClass, string[]]>([
    ["no network", () => integratedGradients(wrong({}), row), SpecError, ["integratedGradients was given"]],
    ["no output", () => integratedGradients(network, row), SpecError, ["output was not given", "2 outputs"]],
    ["output 2", () => integratedGradients(network, row, { output: 2 }), SpecError, ["0 to 1"]],
    ["two outputs", () => integratedGradients(network, row, { output: [0, 1] }), ShapeError, ["2 values"]],
    ["no steps", () => integratedGradients(network, row, { output: 0, steps: 0 }), SpecError, ["steps is 0"]],
    [
      "too many steps",
      () => integratedGradients(network, row, { output: 0, steps: 1e5 }),
      SpecError,
      ["10000"],
    ],
    [
      "a short baseline",
      () => integratedGradients(network, row, { output: 0, baseline: [1] }),
      ShapeError,
      ["baseline has 1 value", "2 inputs"],
    ],
    [
      "baselines for other rows",
      () => integratedGradients(network, row, { output: 0, baseline: [1, 2, 3, 4] }),
      ShapeError,
      ["baseline has 2 rows but x has 1 row"],
    ],
    [
      "a baseline of NaN",
      () => integratedGradients(network, row, { output: 0, baseline: [1, Number.NaN] }),
      DataError,
      ["NaN", "baseline"],
    ],
    [
      "an overflow",
      () => integratedGradients(wide, [[3e38, -3e38]], { baseline: [-3e38, 3e38] }),
      DataError,
      ["not finite"],
    ],
  ])("%s", (_, call, kind, texts) => expectError(call, kind, texts));
});
