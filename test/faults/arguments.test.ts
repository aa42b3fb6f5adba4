/** No argument is ignored: each is used or refused; metadata is carried. */

import { describe, expect, test } from "vitest";
import * as article from "../../src/article.js";
import {
  activation,
  adam,
  type Batch,
  batchNorm,
  DenselyError,
  dense,
  dropout,
  Network,
  SpecError,
  sgd,
  stepDecay,
} from "../../src/index.js";
import { type Parts, wrong } from "../helpers.js";
import { WRITERS } from "./conversions.js";
import { errorOf, expectRefusal } from "./tools.js";

const x = [
  [1, 2],
  [3, 4],
  [5, 6],
];
const y = [0, 1, 1];
const network = () => new Network([2, 2]);
const single = () => new Network([2, 1]);
const batches = () =>
  new Set<Batch>([
    [x, y],
    [x, y],
  ]);
const UNKNOWN = "nothing like it";
const any = (value: unknown) => wrong<never>(value);

describe("No argument is ignored", () => {
  const cases: [string, () => unknown, Parts?][] = [
    [
      "classWeight as a Map",
      () => single().fitSync(x, y, { classWeight: any(new Map([[0, 1]])) }),
      [/classWeight/],
    ],
    [
      "classWeight as an array",
      () => single().fitSync(x, y, { classWeight: any([1, 2, 3]) }),
      [/classWeight/],
    ],
    ["setParams of a Map", () => network().setParams(any(new Map([["b1", [1, 2]]]))), [/setParams|params/]],
    ["a number for sgd", () => sgd(any(0.5)), [/learningRate/]],
    ["a number for adam", () => adam(any(0.5)), [/learningRate/]],
    [
      "activation among the options of dense",
      () => dense(8, undefined, any({ activation: "relu" })),
      [/activation/, /second|dense\(8/],
    ],
    [
      "activation there and as an argument",
      () => dense(8, "tanh", any({ activation: "relu" })),
      [/activation/],
    ],
    ["units among the options of dense", () => dense(8, "tanh", any({ units: 5 })), [/units/]],
    ["type among the options of dense", () => dense(8, "tanh", any({ type: "dropout" })), [/type/]],
    ["type among the options of adam", () => adam(any({ type: "sgd" })), [/type/]],
    [
      "type among the options of a schedule",
      () => stepDecay(any({ type: "warmup", learningRate: 1, every: 1 })),
      [/type/],
    ],
    ["type among the options of batchNorm", () => batchNorm(any({ type: "layerNorm" })), [/type/]],
    [
      "options beside a list of sizes",
      () => Reflect.construct(Network, [[2, 1], { seed: 3 }]),
      [/options|inputs/],
    ],
    [
      "a second argument of Network",
      () => Reflect.construct(Network, [{ inputs: 1, layers: [dense(1)] }, { seed: 3 }]),
    ],
    ["a path for save", () => network().save(any("model.bin")), [/saveFile/]],
    ["a path for checkpoint", () => network().checkpoint(any("model.bin")), [/saveCheckpoint/]],
    [
      "layers beside the article's parameters",
      () => article.fromArticle(article.init_params([2, 1]), any({ layers: [dense(1)] })),
      [/layers/],
    ],
    [
      "loss beside the article's parameters",
      () => article.fromArticle(article.init_params([2, 1]), any({ loss: "hinge" })),
      [/loss/],
    ],
    [
      "inputs beside the article's parameters",
      () => article.fromArticle(article.init_params([2, 1]), any({ inputs: 7 })),
      [/inputs/],
    ],
    [
      "extra keys of the article's parameters",
      () => article.fromArticle(any({ ...article.init_params([2, 1]), foo: [[1]] })),
      [/foo/],
    ],
    [
      "an extra pair of the article's parameters",
      () => article.fromArticle(any({ ...article.init_params([2, 1]), W9: [[1]], b9: [[1]] })),
      [/W9|W2/],
    ],
    [
      "extra keys in forward_prop",
      () => article.forward_prop([[1], [2]], any({ ...article.init_params([2, 1]), foo: [[1]] })),
      [/foo/],
    ],
    [
      "train without lr",
      () => (article.train as (...args: unknown[]) => unknown)([[1, 2]], [[0, 1]], [1, 1], 5),
      [/\blr\b/, /undefined/],
    ],
    [
      "train without epochs",
      () => (article.train as (...args: unknown[]) => unknown)([[1, 2]], [[0, 1]], [1, 1]),
      [/epochs/],
    ],
    [
      "update_parameters without learning_rate",
      () => {
        const params = article.init_params([2, 1]);
        const grads = { dW1: params.W1, db1: params.b1 };
        (article.update_parameters as (...args: unknown[]) => unknown)(params, grads);
      },
      [/learning_rate/],
    ],
    ...WRITERS.map(([name, write]): [string, () => unknown] => [
      `unknown options for ${name}`,
      () => write(network(), { [UNKNOWN]: 11 }),
    ]),
    [
      "options for loss",
      () =>
        (network().loss as (...args: unknown[]) => unknown).call(network(), x, y, {
          sampleWeight: [1, 1, 1],
        }),
    ],
    [
      "options for predictClasses",
      () =>
        (network().predictClasses as (...args: unknown[]) => unknown).call(network(), x, { threshold: 0.3 }),
    ],
    ["options for dropout", () => dropout(any({ rate: 0.5 })), [/rate/]],
    ["options for activation", () => activation(any({ activation: "relu" })), [/activation/]],
  ];
  test.each(cases)("%s: refused", async (_, call, parts = []) => {
    const { message } = await errorOf(call);
    for (const part of parts) expect(message).toMatch(part);
  });

  for (const key of [
    "",
    "0x0",
    " 1",
    "1 ",
    "1.0",
    "1e0",
    "-0",
    "00",
    "+1",
    "0b1",
    "Infinity",
    "length",
    "balanced",
  ]) {
    test(`the class ${JSON.stringify(key)} of classWeight: refused`, async () => {
      await expectRefusal(() => single().fitSync(x, y, { classWeight: { [key]: 2 } }), SpecError, [
        /classWeight/,
      ]);
    });
  }

  test("trainOnBatch takes sampleWeight", async () => {
    const [weighted, twin] = [single(), single()];
    const loss = weighted.trainOnBatch(x, y, { sampleWeight: [1, 0, 0] });
    expect(loss).toBeCloseTo(twin.trainOnBatch(x.slice(0, 1), y.slice(0, 1)), 6);
    const [a, b] = [weighted, twin].map((n) => (n as unknown as Network).predict(x));
    for (const [i, value] of a.entries()) expect(value).toBeCloseTo(b[i], 5);
    const [once, batch] = [single(), single()];
    once.trainOnBatch(x, y, { sampleWeight: [1, 2, 3] });
    batch.fitSync(x, y, { sampleWeight: [1, 2, 3], batchSize: "full" });
    expect(once.getParams()).toEqual(batch.getParams());
    await expectRefusal(() => single().trainOnBatch(x, y, any({ batchSize: 2 })), SpecError, [/batchSize/]);
    expect((await errorOf(() => single().trainOnBatch(x, y, { sampleWeight: [1, 2] }))).name).toBe(
      "ShapeError",
    );
  });

  test.each<[string, (n: Network, seen: unknown[]) => unknown]>([
    [
      "fit(source, undefined, options)",
      (n, seen) =>
        n.fit(batches() as never, undefined as never, { epochs: 2, onEpoch: (r) => void seen.push(r) }),
    ],
    [
      "fitSync(source, undefined, options)",
      (n, seen) =>
        n.fitSync(batches() as never, undefined as never, { epochs: 2, onEpoch: (r) => void seen.push(r) }),
    ],
    [
      "fit(source, options, options)",
      (n, seen) => n.fit(batches() as never, {} as never, { epochs: 2, onEpoch: (r) => void seen.push(r) }),
    ],
    [
      "epochs(source, options)",
      async (n, seen) => {
        for await (const report of n.epochs(batches() as never, { epochs: 2 } as never)) seen.push(report);
      },
    ],
    [
      "epochs(source)",
      async (n, seen) => {
        for await (const report of n.epochs(batches() as never, undefined as never))
          seen.push(report, report);
      },
    ],
    [
      "partialFit(source)",
      (n, seen) => {
        seen.push(n.partialFit(batches() as never, undefined as never), 0);
      },
    ],
  ])("%s: used or refused", async (_, call) => {
    const made = network();
    const seen: unknown[] = [];
    const error = await (async () => call(made, seen))().then(
      () => undefined,
      (reason) => reason,
    );
    if (error) {
      expect(error).toBeInstanceOf(DenselyError);
      expect(error.message).not.toMatch(/^x is|y is undefined/);
    } else {
      expect(seen).toHaveLength(2);
      expect(made.step).toBeGreaterThan(1);
    }
  });

  test("JSON.stringify may pass its key to toJSON", () => {
    expect(JSON.parse(JSON.stringify({ network: network() })).network.format).toBe("densely");
  });
});
