import { describe, expect, test } from "vitest";
import {
  type ArticleParameters,
  backprop,
  cost_function,
  DivergenceError,
  forward_prop,
  init_params,
  train,
  update_parameters,
} from "../../src/article.js";
import { dense, Network, sgd } from "../../src/index.js";
import { bits, expectNear, matrix, transpose, XOR } from "./helpers.js";

const X = matrix(6, 40, 1);
const Y = bits(2, 40, 2);
const LAYER_DIMS = [6, 10, 2];

function trainByHand(epochs: number, lr: number): [ArticleParameters, number[]] {
  let params = init_params(LAYER_DIMS);
  const cost_history: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const [AL, caches] = forward_prop(X, params);
    cost_history.push(cost_function(AL, Y));
    params = update_parameters(params, backprop(AL, Y, caches), lr);
  }
  return [params, cost_history];
}

test("train agrees with the functions called one by one, within float32 rounding", () => {
  const [params, cost_history] = train(X, Y, LAYER_DIMS, 300, 1);
  const [byHand, historyByHand] = trainByHand(300, 1);
  expect(cost_history.at(-1)).toBeLessThan(0.97 * cost_history[0]);
  expectNear([cost_history], [historyByHand], 1e-5, 1e-2);
  for (const name of Object.keys(byHand) as (keyof ArticleParameters)[]) {
    expectNear(params[name], byHand[name], 1e-4, 0.1);
  }
});

describe("XOR", () => {
  test("from the initial parameters of the article, the cost stays at ln 2", () => {
    const [, cost_history] = train(XOR.X, XOR.Y, [2, 4, 1], 20_000, 0.5);
    expect(cost_history.length).toBe(20_000);
    expect(Math.max(...cost_history.map((cost) => Math.abs(cost - Math.LN2)))).toBeLessThan(1e-4);
  });

  test("from the default initial parameters of Network, the same network learns", () => {
    const layers = [dense(4, "sigmoid"), dense(1, "sigmoid")];
    const optimizer = sgd({ learningRate: 0.5 });
    const network = new Network({ inputs: 2, layers, optimizer, seed: 3 });
    const [x, y] = [transpose(XOR.X), transpose(XOR.Y)];
    const { loss } = network.fitSync(x, y, { epochs: 20_000, batchSize: "full" });
    expect(loss.at(-1)).toBeLessThan(0.05);
    expect(Array.from(network.predictClasses(x))).toEqual([0, 1, 1, 0]);
  });
});

describe("options", () => {
  const whole = train(X, Y, LAYER_DIMS, 2500, 0.5);

  test("no epochs, or a learning rate of 0, leave the initial parameters", () => {
    expect(train(X, Y, LAYER_DIMS, 0, 0.5)).toEqual([init_params(LAYER_DIMS), []]);
    expect(train(X, Y, LAYER_DIMS, 3, 0)[0]).toEqual(init_params(LAYER_DIMS));
  });

  test("onEpoch gets every epoch and does not change the results", () => {
    const reports: number[] = [];
    const result = train(X, Y, LAYER_DIMS, 2500, 0.5, {
      onEpoch: ({ epoch, epochs, cost }) => {
        expect([epochs, epoch]).toEqual([2500, reports.length + 1]);
        reports.push(cost);
      },
    });
    expect(reports).toEqual(whole[1]);
    expect(result).toEqual(whole);
  });

  test("training stops when onEpoch returns false or the signal is aborted, and returns the parameters so far", () => {
    const seven = train(X, Y, LAYER_DIMS, 7, 0.5);
    expect(train(X, Y, LAYER_DIMS, 100, 0.5, { onEpoch: ({ epoch }) => epoch < 7 })).toEqual(seven);
    const controller = new AbortController();
    const onEpoch = ({ epoch }: { epoch: number }) => epoch === 7 && controller.abort() === undefined;
    const aborted = train(X, Y, LAYER_DIMS, 100, 0.5, {
      signal: controller.signal,
      onEpoch: (report) => void onEpoch(report),
    });
    expect(aborted).toEqual(seven);
    expect(train(X, Y, LAYER_DIMS, 100, 0.5, { signal: AbortSignal.abort() })[1]).toEqual([]);
  });

  test("onEpoch may call the other functions", () => {
    const wide = matrix(6, 5000, 3);
    const result = train(X, Y, LAYER_DIMS, 20, 0.5, {
      onEpoch: () => void forward_prop(wide, init_params([6, 64, 2])),
    });
    expect(result).toEqual(train(X, Y, LAYER_DIMS, 20, 0.5));
  });

  test("another seed gives other initial parameters", () => {
    const [params] = train(X, Y, LAYER_DIMS, 0, 0.5, { seed: 4 });
    expect(params).toEqual(init_params(LAYER_DIMS, 4));
  });

  test("a cost that becomes infinite is a DivergenceError", () => {
    expect(() => train([[1e30]], [[0]], [1, 1], 10, 1e30)).toThrow(DivergenceError);
  });
});

test("every sample of a batch counts, for any number of samples", () => {
  for (const samples of [1, 2, 3, 5, 8, 9, 65, 300]) {
    const [x, y] = [matrix(3, samples, samples), bits(1, samples, samples)];
    const [, [cost]] = train(x, y, [3, 2, 1], 1, 0.1);
    const reversed = (rows: number[][]) => rows.map((row) => [...row].reverse());
    const [, [other]] = train(reversed(x), reversed(y), [3, 2, 1], 1, 0.1);
    expect(other).toBeCloseTo(cost, 6);
  }
});
