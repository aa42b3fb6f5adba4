/** Lengths are checked before memory is taken. */

import { afterEach, describe, expect, test, vi } from "vitest";
import { fromPyTorch, fromTFJS, toTFJS } from "../../src/formats.js";
import { DenselyError, dense, Network } from "../../src/index.js";
import { lbfgs } from "../../src/lbfgs.js";
import { floats, parametersOf } from "../helpers.js";
import { apart, errorOf, fastest, file, tamper } from "./tools.js";

describe("Lengths are checked before memory is taken", () => {
  let grown = 0;
  const { grow } = WebAssembly.Memory.prototype;
  /** Counts the pages that all cores take while it runs. @returns megabytes. */
  async function megabytesOf(act: () => unknown): Promise<number> {
    grown = 0;
    vi.spyOn(WebAssembly.Memory.prototype, "grow").mockImplementation(function (
      this: WebAssembly.Memory,
      pages: number,
    ) {
      grown += pages;
      return grow.call(this, pages);
    });
    await (async () => act())().catch((error) => expect(error).toBeInstanceOf(DenselyError));
    return grown / 16;
  }
  afterEach(() => vi.restoreAllMocks());

  const small = () => new Network([2, 2]);

  test("a short text that names huge layers", async () => {
    const { params, ...spec } = small().toJSON();
    for (const units of [30_000, 2 ** 20, 2 ** 31, 2 ** 40]) {
      const json = { ...spec, layers: [dense(30_000, "relu"), dense(units)], params: {} };
      const megabytes = await megabytesOf(() => errorOf(() => Network.fromJSON(json)));
      expect(megabytes).toBeLessThan(8);
      const partial = { ...json, params: { ...params, W2: [1] } };
      expect(await megabytesOf(() => errorOf(() => Network.fromJSON(JSON.stringify(partial))))).toBeLessThan(
        8,
      );
    }
  });

  test("a file whose spec names huge layers", async () => {
    const bytes = tamper(small().save(), {
      spec: (text) => JSON.stringify({ ...JSON.parse(text), layers: [dense(40_000), dense(40_000)] }),
    });
    for (const read of [Network.load, Network.resume]) {
      expect(await megabytesOf(() => errorOf(() => read(bytes)))).toBeLessThan(8);
    }
  });

  test("Keras and PyTorch files", async () => {
    const { model, weights } = toTFJS(small());
    const huge = JSON.parse(
      JSON.stringify(model).replaceAll('"units":2', '"units":60000').replace("[2,2]", "[60000,60000]"),
    );
    expect(await megabytesOf(() => errorOf(() => fromTFJS(huge, weights)))).toBeLessThan(8);
    const header = {
      "0.weight": { dtype: "F32", shape: [60_000, 60_000], data_offsets: [0, 14_400_000_000] },
    };
    expect(
      await megabytesOf(() => errorOf(() => fromPyTorch(file(header), { activations: ["linear"] }))),
    ).toBeLessThan(8);
  });

  test("the optimizer's states come with the first update", async () => {
    const network = new Network({
      inputs: 100,
      layers: [dense(100)],
      optimizer: lbfgs({ historySize: 1000 }),
    });
    const plain = new Network({ inputs: 100, layers: [dense(100)], optimizer: "sgd" });
    expect(network.memoryBytes - plain.memoryBytes).toBeLessThan(2 ** 20);
    const bytes = network.save();
    const megabytes = await megabytesOf(() => Network.load(bytes).predict(new Float32Array(100)));
    expect(megabytes * 2 ** 20).toBeLessThan(20 * bytes.length + 4 * 2 ** 20);
    const sizes = (["sgd", "adam", "adadelta", "nadam"] as const).map((optimizer) => {
      const made = new Network({ inputs: 500, layers: [dense(500)], optimizer });
      made.predict(new Float32Array(500));
      return made.memoryBytes;
    });
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(2 ** 17);
    network.trainOnBatch(floats(100, 1), floats(100, 2));
    expect(parametersOf(network).every(Number.isFinite)).toBe(true);
  });

  test("a checkpoint of states carries what it needs and no more", async () => {
    const network = new Network({ inputs: 50, layers: [dense(50)], optimizer: lbfgs({ historySize: 500 }) });
    const untrained = network.checkpoint();
    expect(untrained.length).toBeLessThan(4 * network.save().length);
    expect(await megabytesOf(() => Network.resume(untrained))).toBeLessThan(8);
  });

  test("where parameters come along, none are drawn", () => {
    const size = 1200;
    const made = new Network({ inputs: size, layers: [dense(size, "linear", { init: "zeros" })] });
    const timeOf = (init: string) => {
      const bytes = tamper(made.save(), {
        spec: (text) =>
          text.replace(
            '{"type":"zeros"}',
            init === "orthogonal" ? '{"type":"orthogonal","gain":1}' : `{"type":"${init}"}`,
          ),
      });
      expect(JSON.stringify(Network.load(bytes).spec)).toContain(init);
      return fastest(() => Network.load(bytes), 3);
    };
    // Drawing an orthogonal matrix of this size takes some hundred times as long as reading one.
    expect(timeOf("orthogonal")).toBeLessThan(20 * timeOf("zeros"));
  });

  test("a header has a limit, and is not read into more memory than that", async () => {
    const heap = await apart(
      ({ Network }) => {
        const names: string[] = [];
        for (const text of [
          "[".repeat(4e6),
          `{"a":${"[".repeat(4e6)}`,
          `{"__metadata__":{"spec":"${"[".repeat(4e6)}"}}`,
          `{${'"a":1,'.repeat(6e5)}"a":1}`,
        ]) {
          const json = new TextEncoder().encode(text);
          const bytes = new Uint8Array(8 + json.length);
          new DataView(bytes.buffer).setUint32(0, json.length, true);
          bytes.set(json, 8);
          for (const read of [Network.load, Network.resume]) {
            try {
              read(bytes);
            } catch (error) {
              names.push((error as Error).name);
            }
          }
        }
        return names;
      },
      { megabytes: 48 },
    );
    expect(new Set(heap)).toEqual(new Set(["FormatError"]));
    expect(heap).toHaveLength(8);
  });
});
