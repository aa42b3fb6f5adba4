/** Networks that share instances: exact results, dispose and collection, and what happens when the host grants no more. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { CustomLoss, Network } from "../../src/index.js";
import { expectSameBits, floats } from "../helpers.js";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

type Library = typeof import("../../src/index.js");

const MB = 2 ** 20;

/** The memories of the instances that were made, as long as they are there. */
let memories: WeakRef<WebAssembly.Memory>[] = [];

/** Loads the library anew, on a host that grants `most` instances in all. */
async function libraryOn(most: number): Promise<Library> {
  memories = [];
  const Instance = new Proxy(WebAssembly.Instance, {
    construct(target, given: ConstructorParameters<typeof WebAssembly.Instance>) {
      if (memories.length === most) throw new RangeError("Out of memory.");
      const instance = new target(...given);
      memories.push(new WeakRef(instance.exports.memory as WebAssembly.Memory));
      return instance;
    },
  });
  vi.stubGlobal("WebAssembly", Object.create(WebAssembly, { Instance: { value: Instance } }));
  vi.resetModules();
  return import("../../src/index.js");
}

beforeEach(() => {
  vi.restoreAllMocks();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** Lets everything go that nothing refers to. */
async function collectAll(): Promise<void> {
  for (let i = 0; i < 5; i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve));
  }
}

const living = (): number => memories.filter((memory) => memory.deref()).length;

const x = floats(12 * 4, 1);
const y = Float32Array.from({ length: 12 }, (_, i) => i % 2);

const make = ({ Network, dense }: Library, seed: number, units = 8) =>
  new Network({ inputs: 4, layers: [dense(units, "tanh"), dense(1, "sigmoid")], seed });

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

/** A network that keeps plans of more than 1 MB, so that a few of them fill the shared part of an instance. */
function makeLarge(library: Library, seed: number): Network {
  const network = make(library, seed);
  network.predict(new Float32Array(4 * 4096).fill(0.5));
  network.gradients(new Float32Array(4 * 4096), new Float32Array(4096));
  expect(network.memoryBytes).toBeGreaterThan(MB);
  return network;
}

/** Trains on so many rows that they do not fit into the shared part of an instance. */
function fitMany(network: Network): void {
  network.fitSync(new Float32Array(4 * 500_000), new Float32Array(500_000), { batchSize: 10_000 });
  expect(network.memoryBytes).toBeGreaterThan(9 * MB);
}

describe("results are those of each network alone", () => {
  test.each([
    ["as many instances as it asks for", Infinity, 64],
    ["3 instances", 3, 3],
  ])("2,000 networks in turn, on a host that grants %s", async (_, granted, most) => {
    const library = await libraryOn(granted);
    const networks = Array.from({ length: 2000 }, (_, seed) => make(library, seed));
    const results = PARTS.map((part) => networks.map(part));
    expect(memories.length).toBe(most);
    for (let seed = 0; seed < 2000; seed += 333) {
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
      const made = networkWith(act);
      const { loss } = made.fitSync(rowsOf(act), [1, 2, 3], { epochs: 2 });
      return [
        Float32Array.from(loss),
        made.predict(rowsOf(act)),
        made.predict(rowsOf(act)[0]),
        made.predict(rowsOf(act)[0]),
        made.gradients(rowsOf(act), [1, 2, 3]).W1,
      ];
    });
    results[0].forEach((result, i) => {
      expectSameBits(result, results[1][i]);
    });
  });

  test("copyFrom between networks that have the same pages", async () => {
    const library = await libraryOn(2);
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
    expect(memories.length).toBe(100);
  });
});

describe("memory", () => {
  test("of a network whose pages others have: the copy, and 0 after dispose", async () => {
    const library = await libraryOn(2);
    const networks = Array.from({ length: 12 }, (_, seed) => makeLarge(library, seed));
    const [first, second, third] = networks;
    expect(first.memoryBytes).toBeGreaterThan(MB);
    expect(first.memoryBytes % 2 ** 16).toBeGreaterThan(0);
    const { loss } = second.evaluate(x, y);
    first.dispose();
    expect(first.memoryBytes).toBe(0);
    expect(() => first.predict(x)).toThrow("disposed");
    third.dispose();
    expect(second.evaluate(x, y).loss).toBe(loss);
  });

  test("is used again after dispose", async () => {
    const library = await libraryOn(Infinity);
    for (let seed = 0; seed < 100; seed++) {
      using network = make(library, seed);
      network.fitSync(x, y);
    }
    expect(memories.length).toBe(1);
  });

  test("is freed after dispose, up to a few instances", async () => {
    const library = await libraryOn(Infinity);
    const networks = Array.from({ length: 70 }, (_, seed) => make(library, seed));
    for (const network of networks) network.predict(x);
    expect(living()).toBe(64);
    for (const network of networks) network.dispose();
    await collectAll();
    expect(living()).toBe(8);
  });

  test("is freed after its networks were collected, up to a few instances", async () => {
    const library = await libraryOn(Infinity);
    const use = () => {
      const networks = Array.from({ length: 70 }, (_, seed) => makeLarge(library, seed));
      for (const network of networks) network.predict(x);
    };
    const kept = make(library, 100);
    const before = kept.predict(x);
    use();
    await collectAll();
    expect(living()).toBe(1);
    expectSameBits(kept.predict(x), before);
  });

  test("is not held for networks that are too large to share, within one turn of the event loop", async () => {
    // Not libraryOn, whose weak references hold memories until the turn ends.
    vi.resetModules();
    const library = await import("../../src/index.js");
    const { external } = process.memoryUsage();
    for (let seed = 0; seed < 8; seed++) fitMany(make(library, seed));
    collect();
    expect(process.memoryUsage().external - external).toBeLessThan(8 * 9 * MB);
  });
});

describe("errors", () => {
  test("no instance at all", async () => {
    const library = await libraryOn(0);
    expect(() => make(library, 1).predict(x)).toThrow("The host grants no memory for another network");
  });

  test("no room for what a network comes back with: it is still there later", async () => {
    const library = await libraryOn(2);
    const networks = Array.from({ length: 12 }, (_, seed) => makeLarge(library, seed));
    const small = make(library, 9);
    small.predict(x);
    const { grow } = WebAssembly.Memory.prototype;
    const spy = vi.spyOn(WebAssembly.Memory.prototype, "grow").mockImplementation(function (
      this: WebAssembly.Memory,
      pages: number,
    ) {
      if (pages > 0) throw new RangeError("no");
      return grow.call(this, pages);
    });
    const away = networks.filter(({ memoryBytes }) => memoryBytes % 2 ** 16 > 0);
    expect(away.length).toBeGreaterThan(2);
    expectSameBits(small.predict(x), small.predict(x));
    spy.mockRestore();
    for (const [seed, network] of networks.entries())
      expectSameBits(network.predict(x), make(library, seed).predict(x));
  });

  test("no room for a copy: the network that has the memory keeps it", async () => {
    const library = await libraryOn(2);
    const networks = Array.from({ length: 12 }, (_, seed) => makeLarge(library, seed));
    const results = networks.map((network) => network.predict(x));
    const Array8 = Uint8Array;
    vi.stubGlobal(
      "Uint8Array",
      new Proxy(Array8, {
        construct(target, given: unknown[], NewTarget) {
          if (typeof given[0] === "number" && given[0] > MB / 2)
            throw new RangeError("Array buffer allocation failed");
          return Reflect.construct(target, given, NewTarget);
        },
      }),
    );
    expect(() => makeLarge(library, 3)).toThrow("Array buffer allocation failed");
    vi.stubGlobal("Uint8Array", Array8);
    networks.forEach((network, i) => {
      expectSameBits(network.predict(x), results[i]);
    });
  });
});
