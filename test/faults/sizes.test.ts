/** Sizes and numbers beyond what can be held or drawn. */

import { describe, expect, test } from "vitest";
import * as article from "../../src/article.js";
import { Network, warmup } from "../../src/index.js";
import { wrong } from "../helpers.js";
import { apart, errorOf } from "./tools.js";

const any = (value: unknown) => wrong<never>(value);
const x = [
  [1, 2],
  [3, 4],
];
const y = [0, 1];
const network = () => new Network([2, 2]);

describe("Sizes beyond what a core can hold", () => {
  const sizes: [
    string,
    (doors: typeof import("../../src/index.js") & { article: typeof article }) => unknown,
  ][] = [
    [
      "more outputs than there are addresses",
      ({ Network, dense }) => {
        const network = new Network({ inputs: 1, layers: [dense(70_000)] });
        return network.predict(new Float32Array(70_000));
      },
    ],
    [
      "layers larger than the memory",
      ({ Network, dense }) => new Network({ inputs: 70_000, layers: [dense(70_000)] }),
    ],
    [
      "layers whose size is no exact number",
      ({ Network, dense }) => new Network({ inputs: 2 ** 40, layers: [dense(2 ** 40)] }),
    ],
    [
      "the largest whole numbers",
      ({ Network }) => new Network([Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 1]),
    ],
    [
      "a batch larger than the memory",
      ({ Network, dense }) => {
        const network = new Network({ inputs: 1, layers: [dense(40_000)] });
        return network.gradients(new Float32Array(40_000), new Float32Array(40_000), {});
      },
    ],
    [
      "a batchSize larger than the memory",
      ({ Network, dense }) => new Network({ inputs: 1, layers: [dense(1)] }).explain({ batchSize: 2 ** 40 }),
    ],
    [
      "hundreds of thousands of classes with classWeight",
      ({ Network, dense }) => {
        const network = new Network({ inputs: 1, layers: [dense(200_000, "softmax")] });
        return network.fitSync([1, 2], [0, 199_999], { classWeight: "balanced" });
      },
    ],
    [
      "hundreds of thousands of classes as rows, with classWeight",
      ({ Network, dense }) => {
        const network = new Network({ inputs: 1, layers: [dense(200_000, "softmax")] });
        return network.fitSync([1], new Float32Array(200_000).fill(1, 5, 6), { classWeight: "balanced" });
      },
    ],
    [
      "a confusion matrix of all of them",
      ({ Network, dense }) => {
        const network = new Network({ inputs: 1, layers: [dense(200_000, "softmax")] });
        return network.evaluate([1, 2], [0, 199_999], { metrics: ["confusionMatrix"] });
      },
    ],
    ["init_params of huge layers", ({ article }) => article.init_params([2 ** 31, 2 ** 31])],
    ["init_params of too many numbers", ({ article }) => article.init_params([100_000, 100_000])],
    ["train of huge layers", ({ article }) => article.train([[1, 2]], [[0, 1]], [1, 2 ** 40, 1], 1, 1)],
    [
      "a lbfgs that remembers too much",
      ({ Network, dense }) => {
        const network = new Network({
          inputs: 1,
          layers: [dense(1)],
          optimizer: { type: "lbfgs", historySize: 2 ** 31 },
        });
        return network.fitSync([1, 2], [1, 2], { epochs: 2 });
      },
    ],
    [
      "2,000 warm-ups in one another",
      ({ Network, dense, warmup, sgd }) => {
        let rate: never = 0.1 as never;
        for (let i = 0; i < 2000; i++) rate = warmup({ steps: 1, after: rate }) as never;
        const network = new Network({
          inputs: 1,
          layers: [dense(1)],
          optimizer: sgd({ learningRate: rate }),
        });
        network.fitSync([1, 2], [1, 2], { epochs: 3 });
        return [network.learningRate, network.spec, network.toJSON(), network.save()];
      },
    ],
    [
      "a schedule that is its own",
      ({ Network, dense }) => {
        const after: Record<string, unknown> = { type: "warmup", steps: 1 };
        after.after = after;
        return new Network({
          inputs: 1,
          layers: [dense(1)],
          optimizer: { type: "sgd", learningRate: after as never },
        });
      },
    ],
    [
      "10,000 layers",
      ({ Network, dense }) => new Network({ inputs: 1, layers: Array(10_000).fill(dense(1)) }).predict([1]),
    ],
    [
      "a million epochs in the history",
      ({ Network, dense }) =>
        new Network({ inputs: 1, layers: [dense(1)] }).fitSync([1], [1], { epochs: 1e6 }),
    ],
  ];
  test.each(sizes)("%s: works, or is a named error at once", async (_, run) => {
    const source = `async (doors) => {
      try { await (${run})(doors); return ["", ""]; } catch (error) {
        return [error instanceof doors.DenselyError ? error.name : "raw " + error.name, String(error.message)];
      }
    }`;
    const [name, message] = await apart<string[]>(source, { megabytes: 2048 });
    expect(`${name}: ${message}`).toMatch(/^: $|^(Spec|Runtime|Shape)Error: [^\n]{9,600}\.$/);
  });

  test("twenty warm-ups in one another are fine", () => {
    let rate: number | ReturnType<typeof warmup> = 0.1;
    for (let i = 0; i < 20; i++) rate = warmup({ steps: 1, after: rate });
    const made = network();
    made.learningRate = rate;
    expect(made.fitSync(x, y, { epochs: 30, batchSize: "full" }).learningRate.at(-1)).toBe(0.1);
  });
});

describe("plot draws finite numbers, or refuses", () => {
  test.each<[string, number[]]>([
    ["0 and the largest", [0, 1e308]],
    ["the largest both ways", [-1.7e308, 1.7e308]],
    ["the smallest", [5e-324, 1e-323]],
    ["all the same", [3, 3, 3]],
    ["one", [1]],
    ["0", [0, 0]],
    ["large and near", [1e300, 1.0000001e300]],
    ["very many", Array.from({ length: 200_000 }, (_, i) => 1 / (i + 1))],
  ])("%s", (_, history) => {
    const svg = article.plot(history);
    expect(svg).toMatch(/^<svg/);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  test.each<[string, unknown]>([
    ["nothing", []],
    ["NaN", [1, Number.NaN]],
    ["Infinity", [1, Infinity]],
    ["text", ["1", "2"]],
    ["null", null],
    ["undefined", undefined],
    ["a BigInt", [1n]],
    ["a history", { loss: [1, 2] }],
    ["rows", [[1, 2]]],
  ])("%s: a named error", async (_, history) => {
    const { name } = await errorOf(() => article.plot(any(history)));
    expect(name).toMatch(/^(Spec|Shape|Data)Error$/);
  });
});
