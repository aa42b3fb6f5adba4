/** Networks that share instances have the results of each network alone. */

import { afterEach, describe, expect, test, vi } from "vitest";
import type { CustomLoss, Network } from "../../src/index.js";
import { expectSameBits } from "../helpers.js";
import { fitMany, type Library, libraryOn, made, make, makeLarge, x, y } from "./few-memories.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** The parts of the life of a network. */
const PARTS: ((network: Network) => Float32Array)[] = [
  (network) => network.predict([1, 2, 3, 4]),
  (network) => Float32Array.from(network.fitSync(x, y, { epochs: 2, batchSize: 5 }).loss),
  (network) => network.gradients(x, y).W1,
  (network) => Float32Array.of(network.trainOnBatch(x, y), network.evaluate(x, y).loss),
  (network) => network.predict([1, 2, 3, 4]),
  (network) => network.predict(x),
];

/** The results of a network that is alone. */
function resultsOf(library: Library, seed: number): Float32Array[] {
  const network = make(library, seed);
  const results = PARTS.map((part) => part(network));
  network.dispose();
  return results;
}

describe("results are those of each network alone", () => {
  // 400 networks share pages of 64 instances, and are twice the 192 that have pages in 3: these come and go.
  test.each([
    ["as many instances as it asks for", Infinity, 64],
    ["3 instances", 3, 3],
  ])("400 networks in turn, on a host that grants %s", async (_, granted, most) => {
    const library = await libraryOn(granted);
    const networks = Array.from({ length: 400 }, (_, seed) => make(library, seed));
    const results = PARTS.map((part) => networks.map(part));
    expect(made()).toBe(most);
    for (let seed = 0; seed < 400; seed += 57) {
      const alone = resultsOf(library, seed);
      results.forEach((result, part) => {
        expectSameBits(result[seed], alone[part]);
      });
    }
  });

  test("a fit in progress, while 500 others are used", async () => {
    const library = await libraryOn(2);
    const [network, alone] = [make(library, 7), make(library, 7)];
    const others = Array.from({ length: 500 }, (_, seed) => make(library, seed));
    let epochs = 0;
    const use = () => {
      for (const other of others) other.predict([1, 2, 3, 4]);
      epochs++;
    };
    const options = { epochs: 6, batchSize: 5, validationSplit: 0.25 };
    const history = await network.fit(x, y, { ...options, onEpoch: use, onBatch: async () => use() });
    expect(epochs).toBe(6 + 6 * 2);
    expect(history.loss).toEqual(alone.fitSync(x, y, options).loss);
    expectSameBits(network.predict(x), alone.predict(x));
  });

  test("code of the user that uses others within a call", async () => {
    const library = await libraryOn(2);
    const others = Array.from({ length: 200 }, (_, seed) => make(library, seed));
    const use = () => {
      for (const other of others) other.predict([1, 2, 3, 4]);
    };
    const { Network, dense } = library;
    const networkWith = (act: () => void) => {
      const loss: CustomLoss = {
        name: "half",
        value: (outputs, targets) => {
          act();
          return (outputs[0] - targets[0]) ** 2 / 2;
        },
        gradient: (outputs, targets, gradient) => {
          act();
          gradient.forEach((_, i) => {
            gradient[i] = outputs[i] - targets[i];
          });
        },
      };
      const network = new Network({ inputs: 4, layers: [dense(5, "tanh"), dense(1)], loss });
      network.learningRate = () => {
        act();
        return 0.1;
      };
      return network;
    };
    const rowsOf = (act: () => void) =>
      Array.from({ length: 3 }, (_, r) =>
        Object.defineProperty([0, r, 1, 2], 0, {
          get: () => {
            act();
            return r / 3;
          },
        }),
      );
    const results = [use, () => undefined].map((act) => {
      const network = networkWith(act);
      const { loss } = network.fitSync(rowsOf(act), [1, 2, 3], { epochs: 2 });
      return [
        Float32Array.from(loss),
        network.predict(rowsOf(act)),
        network.predict(rowsOf(act)[0]),
        network.predict(rowsOf(act)[0]),
        network.gradients(rowsOf(act), [1, 2, 3]).W1,
      ];
    });
    results[0].forEach((result, i) => {
      expectSameBits(result, results[1][i]);
    });
  });

  test.each([1, 2])("copyFrom between networks on the same pages of %i instances", async (granted) => {
    const library = await libraryOn(granted);
    const networks = Array.from({ length: 12 }, (_, seed) => makeLarge(library, seed));
    for (const [from, to] of [
      [0, 1],
      [0, 4],
      [3, 2],
      [4, 3],
    ]) {
      networks[to].copyFrom(networks[from]);
      expectSameBits(networks[to].predict(x), networks[from].predict(x));
    }
  });

  test("a network that grows beyond the shared part of its instance", async () => {
    const library = await libraryOn(1);
    const [grown, other] = [make(library, 1), make(library, 2)];
    for (const network of [grown, other]) network.predict(x);
    const before = other.predict(x);
    fitMany(grown);
    // The instance is now its own, and the host grants no other.
    expect(() => other.predict(x)).toThrow("The host grants no memory");
    grown.dispose();
    vi.unstubAllGlobals();
    expectSameBits(other.predict(x), before);
  });

  test("two builds", async () => {
    const library = await libraryOn(2);
    const { relaxed } = await import("../../src/relaxed.js");
    const networks = Array.from({ length: 300 }, (_, i) => {
      const math = i % 2 ? relaxed : undefined;
      return new library.Network({ inputs: 4, layers: [library.dense(3)], seed: i, math });
    });
    const first = networks.map((network) => network.predict(x));
    networks.forEach((network, i) => {
      expectSameBits(network.predict(x), first[i]);
    });
  });

  test("a host that does not tell what was collected", async () => {
    vi.stubGlobal("FinalizationRegistry", undefined);
    const library = await libraryOn(Infinity);
    const networks = Array.from({ length: 100 }, (_, seed) => make(library, seed));
    for (const network of networks) network.predict(x);
    expect(made()).toBe(100);
  });
});
