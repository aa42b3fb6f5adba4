/** Losses in code have the numbers of named losses. */

import { describe, expect, test } from "vitest";
import { checkGradients } from "../../src/check.js";
import {
  type ActivationName,
  adam,
  type CustomLoss,
  dense,
  dropout,
  type FitOptions,
  FormatError,
  type LossName,
  Network,
  type OptimizerInput,
  SpecError,
  sgd,
} from "../../src/index.js";
import { LOSSES } from "../../src/model/names.js";
import { BUILDS, expectClose, expectError, expectSameBits, floats, oneHot, wholes } from "../helpers.js";
import { losses } from "../reference.js";

const INPUTS = 4;
const OUTPUTS = 3;
const ROWS = 29;

/** A loss of one output and its derivative, and the share of an output in the mean. */
interface Formula {
  L: (a: number, y: number) => number;
  dL: (a: number, y: number) => number;
}

/** A custom loss that is the mean of a formula, over rows and outputs or over rows alone. */
function meanOf(name: string, { L, dL }: Formula, isOverClasses: boolean): CustomLoss {
  const count = (length: number, width: number) => (isOverClasses ? length / width : length);
  return {
    name,
    value: (outputs, targets, width) =>
      outputs.reduce((sum, a, i) => sum + L(a, targets[i]), 0) / count(outputs.length, width),
    gradient: (outputs, targets, out, width) => {
      for (let i = 0; i < out.length; i++) out[i] = dL(outputs[i], targets[i]) / count(out.length, width);
    },
  };
}

/** The last activation and the targets that a named loss is for. */
function around(loss: LossName): [last: ActivationName, y: Float32Array] {
  const numbers = floats(ROWS * OUTPUTS, 2);
  const classes = Float32Array.from(oneHot(wholes(ROWS, 3, OUTPUTS), OUTPUTS).flat());
  switch (loss) {
    case "binaryCrossentropy":
    case "focal":
      return ["sigmoid", classes];
    case "categoricalCrossentropy":
    case "klDivergence":
      return ["softmax", classes];
    case "poisson":
      return ["softplus", classes];
    case "hinge":
      return ["linear", classes];
    default:
      return ["linear", numbers];
  }
}

const isOverClasses = (loss: LossName) => loss === "categoricalCrossentropy" || loss === "klDivergence";

describe.each(BUILDS)("$name", (math) => {
  const x = floats(ROWS * INPUTS, 1);
  const make = (
    loss: LossName | CustomLoss,
    last: ActivationName,
    optimizer: OptimizerInput = adam({ learningRate: 0.01 }),
  ) =>
    new Network({ inputs: INPUTS, layers: [dense(6, "tanh"), dense(OUTPUTS, last)], loss, optimizer, math });

  // Each but the one that is no sum over outputs.
  const sums = LOSSES.filter((loss) => loss !== "cosineSimilarity");
  describe.each(sums)("%s", (loss) => {
    const [last, y] = around(loss);
    const custom = meanOf(`my ${loss}`, losses[loss], isOverClasses(loss));
    const pair = () => [make(loss, last), make(custom, last)];

    test("has the same loss and gradients", () => {
      const [named, own] = pair();
      expectClose([own.loss(x, y)], [named.loss(x, y)], 1e-5);
      const [wanted, found] = [named.gradients(x, y), own.gradients(x, y)];
      for (const name of ["W1", "b1", "W2", "b2", "inputs"] as const)
        expectClose(found[name], wanted[name], 2e-5);
    });

    test("trains to the same numbers, with short batches, weights and validation", () => {
      const [named, own] = pair();
      const sampleWeight = wholes(ROWS, 4, 3);
      const options = { epochs: 3, batchSize: 8, validationSplit: 0.2, sampleWeight };
      const [wanted, found] = [named, own].map((network) => network.fitSync(x, y, options));
      expectClose(found.loss, wanted.loss, 1e-4);
      expectClose(found.valLoss ?? [], wanted.valLoss ?? [], 1e-4);
      expectClose(own.predict(x), named.predict(x), 1e-3);
    });

    test("agrees with central differences in float64", () => {
      const own = make(custom, last);
      for (const error of Object.values(checkGradients(own, x, y, { limit: 20 })))
        expect(error).toBeLessThan(2e-3);
    });
  });

  const square = meanOf("square", losses.meanSquaredError, false);
  const y = floats(ROWS * OUTPUTS, 2);
  const zero = () => 0;

  test("fit, fitSync, a source of batches and trainOnBatch make the same steps", async () => {
    const options: FitOptions = { epochs: 2, batchSize: 10, shuffle: false };
    const [a, b, c, d] = [0, 1, 2, 3].map(() => make(square, "linear", sgd({ learningRate: 0.1 })));
    a.fitSync(x, y, options);
    await b.fit(x, y, options);
    const batches = [0, 10, 20].map((first) => {
      const rows = Math.min(first + 10, ROWS);
      return [x.slice(first * INPUTS, rows * INPUTS), y.slice(first * OUTPUTS, rows * OUTPUTS)] as const;
    });
    c.fitSync(new Set(batches), { epochs: 2 });
    for (let epoch = 0; epoch < 2; epoch++) for (const [bx, by] of batches) d.trainOnBatch(bx, by);
    for (const other of [b, c, d]) expectSameBits(other.getParams().W1, a.getParams().W1);
  });

  test("a full batch is gathered once, and several epochs run at once", () => {
    const [named, own] = [make("meanSquaredError", "linear"), make(square, "linear")];
    for (const network of [named, own]) network.fitSync(x, y, { epochs: 20, batchSize: "full" });
    expectClose(own.getParams().W1, named.getParams().W1, 1e-4);
  });

  test("its arrays are copies, flat and of the rows of the batch", () => {
    const seen: number[] = [];
    const kept: ArrayLike<number>[] = [];
    const loss: CustomLoss = {
      name: "copies",
      value: (outputs, targets, width) => {
        seen.push(outputs.length, targets.length, width);
        kept.push(outputs);
        return 0;
      },
      gradient: (_, __, out) => {
        expect(Array.from(out)).toEqual(new Array(out.length).fill(0));
      },
    };
    const network = make(loss, "linear");
    network.fitSync(x, y, { batchSize: 20, shuffle: false });
    expect(seen).toEqual([60, 60, 3, 27, 27, 3]);
    expectSameBits(Float32Array.from(kept[0]), make(square, "linear").predict(x.slice(0, 20 * INPUTS)));
  });

  test("accuracy is measured as for named losses", () => {
    const [named, own] = [make("meanSquaredError", "softmax"), make(square, "softmax")];
    const classes = oneHot(wholes(ROWS, 3, OUTPUTS), OUTPUTS);
    const [wanted, found] = [named, own].map((network) =>
      network.evaluate(x, classes, { metrics: ["accuracy"] }),
    );
    expect(found.accuracy).toBe(wanted.accuracy);
  });

  test("explain and summary show its name", () => {
    const network = make(square, "linear");
    expect(network.explain()).toContain("L, dA2 = square(A2, Y)");
    expect(network.summary()).toContain("square");
    expect(network.spec.loss).toEqual({ type: "custom", ...square });
  });

  test("files hold its name, and it has to be given again", async () => {
    const network = make(square, "linear");
    network.fitSync(x, y, { epochs: 3, batchSize: 8, maxSteps: 5 });
    const [file, checkpoint, json] = [network.save(), network.checkpoint(), JSON.stringify(network)];
    await expectError(() => Network.load(file), FormatError, ['the loss "square" is code', "{ loss }"]);
    await expectError(() => Network.resume(checkpoint), FormatError, ['the loss "square" is code']);
    await expectError(() => Network.fromJSON(json), SpecError, ['the loss "square" is code']);
    await expectError(() => Network.load(file, { loss: { name: "a" } as CustomLoss }), SpecError, [
      "Unknown loss",
    ]);
    const given = { math, loss: square };
    const back = [
      Network.load(file, given),
      Network.resume(checkpoint, given),
      Network.fromJSON(json, given),
    ];
    for (const each of back) {
      expect(each.spec).toEqual(network.spec);
      expectSameBits(each.predict(x), network.predict(x));
    }
    for (const each of [network, back[1]]) each.fitSync(x, y, { epochs: 3, batchSize: 8 });
    expectSameBits(back[1].getParams().W1, network.getParams().W1);
    expect(Network.load(file, { loss: "huber" }).spec.loss).toEqual({ type: "huber", delta: 1 });
  });

  test.each<[string, unknown, string[]]>([
    ["no name", { value: zero, gradient: zero }, ["name of a custom loss is undefined"]],
    ["no value", { name: "a", gradient: zero }, ["value of a custom loss is undefined"]],
    ["no gradient", { name: "a", value: zero }, ["gradient of a custom loss is undefined"]],
    ["another key", { ...square, delta: 1 }, ['"delta"']],
  ])("%s is refused", async (_, loss, texts) => {
    await expectError(() => make(loss as CustomLoss, "linear"), SpecError, texts);
  });

  test("a value that is no number and a gradient that is a promise are refused", async () => {
    const text = make({ ...square, value: () => "1" as unknown as number }, "linear");
    await expectError(() => text.loss(x, y), SpecError, ['value of the loss "square" returned "1"']);
    const late = make({ ...square, gradient: async () => {} }, "linear");
    await expectError(() => late.trainOnBatch(x, y), SpecError, ['gradient of the loss "square"', "promise"]);
  });

  test("a worker is refused, and dropout and lbfgs are not", async () => {
    const network = make(square, "linear");
    await expect(network.fit(x, y, { worker: true })).rejects.toThrow(/worker.*"square"/);
    const layers = [dense(6, "tanh"), dropout(0.5), dense(OUTPUTS)];
    const [named, own] = (["meanSquaredError", square] as const).map(
      (loss) => new Network({ inputs: INPUTS, layers, loss, math }),
    );
    for (const each of [named, own]) each.fitSync(x, y, { epochs: 2, batchSize: 8 });
    expectClose(own.getParams().W1, named.getParams().W1, 1e-4);
  });
});
