/** Calls that do not fit the state of the network, and training that leaves the finite numbers. */

import { describe, expect, test } from "vitest";
import { DivergenceError, dense, type FitOptions, Network, StateError, sgd } from "../../src/index.js";
import { expectError, expectSameBits, floats, type Parts, parametersOf, wholes } from "../helpers.js";

const ROWS = 30;
const x = floats(ROWS * 4, 1);
const y = wholes(ROWS, 2, 3);
const classifier = (): Network => new Network([4, 8, 3]);

describe("DivergenceError", () => {
  const wild = () =>
    new Network({ inputs: 4, layers: [dense(5, "tanh"), dense(2)], optimizer: sgd({ learningRate: 1e30 }) });
  const y2 = floats(ROWS * 2, 3);
  const huge = floats(ROWS * 4, 1, 3e38);

  async function expectRestored(network: Network, call: () => unknown, parts: Parts): Promise<void> {
    const before = parametersOf(network);
    const loss = network.loss(x, y2);
    await expectError(call, DivergenceError, parts);
    expectSameBits(parametersOf(network), before);
    expect(network.loss(x, y2)).toBe(loss);
  }

  const parts = ["as they were before fit", "learningRate of sgd (1e+30)"];

  test.each(["fit", "fitSync"] as const)("%s restores the parameters", async (call) => {
    const network = wild();
    await expectRestored(
      network,
      () => {
        const options = { epochs: 3, batchSize: 4 };
        return call === "fit" ? network.fit(x, y2, options) : network.fitSync(x, y2, options);
      },
      parts,
    );
  });

  test.each<[string, FitOptions]>([
    ["at the end", {}],
    ["after onEpoch said false", { onEpoch: () => false }],
  ])("a last update beyond float32 is noticed %s", async (_, options) => {
    const network = new Network({ inputs: 4, layers: [dense(2)], optimizer: sgd({ learningRate: 3e38 }) });
    const call = () =>
      network.fit(
        x,
        Array.from(y2, (value) => value * 1000),
        { batchSize: "full", ...options },
      );
    await expectRestored(network, call, [/became -?Infinity/, "learningRate of sgd (3e+38)"]);
  });

  test("trainOnBatch makes no update from a loss that is not finite", async () => {
    const network = new Network({ inputs: 4, layers: [dense(2)] });
    const call = () => network.trainOnBatch(huge, y2);
    await expectRestored(network, call, [/loss of this batch is (Infinity|NaN)/, "lower the learningRate"]);
  });

  test("training goes on after it as if it had not been", () => {
    const [network, twin] = [0, 1].map(() => {
      const made = new Network({ inputs: 4, layers: [dense(2)], optimizer: sgd({ momentum: 0.9 }) });
      made.fitSync(x, y2);
      return made;
    });
    expect(() => network.fitSync(huge, y2, { batchSize: 8 })).toThrow(DivergenceError);
    expect(network.fitSync(x, y2)).toEqual(twin.fitSync(x, y2));
    expectSameBits(parametersOf(network), parametersOf(twin));
  });
});

describe("StateError", () => {
  const CALLS: Record<string, (network: Network) => unknown> = {
    fit: (network) => network.fit(x, y),
    fitSync: (network) => network.fitSync(x, y),
    trainOnBatch: (network) => network.trainOnBatch(x, y),
    predict: (network) => network.predict(x),
    predictClasses: (network) => network.predictClasses(x),
    evaluate: (network) => network.evaluate(x, y),
    gradients: (network) => network.gradients(x, y),
    getParams: (network) => network.getParams(),
    setParams: (network) => network.setParams({}),
    toJSON: (network) => network.toJSON(),
    summary: (network) => network.summary(),
    explain: (network) => network.explain(),
  };

  test.each(Object.entries(CALLS))("%s after dispose", async (name, call) => {
    const network = classifier();
    network.dispose();
    network.dispose();
    await expectError(() => call(network), StateError, [name, "disposed of", "make a new one"]);
  });

  test.each(["fit", "fitSync", "trainOnBatch"])("%s while fit is training", async (name) => {
    const [network, twin] = [classifier(), classifier()];
    const running = network.fit(x, y, { epochs: 3 });
    await expectError(() => CALLS[name](network), StateError, [name, "while fit is running", "wait until"]);
    expect(await running).toEqual(twin.fitSync(x, y, { epochs: 3 }));
    expectSameBits(parametersOf(network), parametersOf(twin));
    network.fitSync(x, y);
  });

  test("fit after a dispose in the middle of it", async () => {
    const network = classifier();
    const running = () => network.fit(x, y, { epochs: 5, onEpoch: () => network.dispose() });
    await expectError(running, StateError, ["fit", "disposed of"]);
  });
});
