/** Hosts that lack what newer ones have, bytes that are no pictures, and what the pages owe to others. */

import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { Network } from "../../src/index.js";
import { expectClose, parametersOf } from "../helpers.js";
import { apart, type Doors } from "./tools.js";

/** Everything that a page may do: an epoch, a stop, a file and back, a checkpoint and back, exports. */
async function everything({
  Network,
  dense,
  dropout,
  toONNX,
  toTFJS,
  fromTFJS,
  toModule,
  checkGradients,
  article,
}: Doors) {
  const x = Array.from({ length: 60 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]);
  const y = x.map(([a, b]) => Number(a > b));
  const make = () =>
    new Network({ inputs: 2, layers: [dense(8, "relu"), dropout(0.1), dense(2, "softmax")] });
  const network = make();
  const options = {
    epochs: 6,
    validationSplit: 0.2,
    metrics: ["accuracy", { name: "ü", measure: () => 1 }],
  } as const;
  await network.fit(x, y, { ...options, maxSteps: 7, onEpoch() {}, earlyStopping: {} });
  const resumed = Network.resume(network.checkpoint());
  const { loss } = await resumed.fit(x, y, options);
  for await (const { seconds } of resumed.epochs(x, y, { epochs: 2, onBatch() {} }))
    if (!(seconds >= 0)) throw new Error("clock");
  const loaded = Network.load(resumed.save());
  const again = Network.fromJSON(JSON.stringify(loaded));
  const { model, weights } = toTFJS(again);
  const back = fromTFJS(JSON.stringify(model), weights);
  article.train([[0, 1]], [[0, 1]], [1, 2, 1], 3, 1);
  checkGradients(make(), x.slice(0, 3), y.slice(0, 3));
  const name = (() => {
    try {
      resumed.predict([[1]]);
    } catch (error) {
      return (error as Error).name;
    }
    return "";
  })();
  return {
    loss,
    outputs: [loaded, again, back].map((copy) => [...copy.predict(x)]),
    wanted: [...resumed.predict(x)],
    sizes: [toONNX(resumed).length > 99, toModule(resumed).length > 99],
    name,
  };
}

describe("Hosts that lack what newer ones have", () => {
  const GLOBALS = [
    "structuredClone",
    "TextEncoder",
    "TextDecoder",
    "performance",
    "setImmediate",
    "MessageChannel",
    "queueMicrotask",
    "AbortSignal",
    "AbortController",
    "Blob",
    "Worker",
    "navigator",
    "crypto",
  ];
  const without = (names: readonly string[]) =>
    names
      .map(
        (name) =>
          `Object.defineProperty(globalThis, ${JSON.stringify(name)}, { value: undefined, configurable: true, writable: true });`,
      )
      .join("\n");
  const preludes: [string, string][] = [
    ...GLOBALS.map((name): [string, string] => [name, without([name])]),
    ["Object.hasOwn", "delete Object.hasOwn;"],
    [
      "Array.prototype.at",
      "delete Array.prototype.at; delete Object.getPrototypeOf(Int8Array).prototype.at;",
    ],
    ["Error.captureStackTrace", "delete Error.captureStackTrace;"],
    ["Symbol.dispose", "try { delete Symbol.dispose; } catch {}"],
    [
      "all that Jest's jsdom lacks",
      without([
        "structuredClone",
        "TextEncoder",
        "TextDecoder",
        "setImmediate",
        "MessageChannel",
        "performance",
      ]),
    ],
  ];

  let wanted: Awaited<ReturnType<typeof everything>>;
  beforeAll(async () => {
    wanted = await apart(everything);
  });
  test.each(preludes)("it trains, saves and resumes without %s", async (_, prelude) => {
    const got = await apart(everything, { prelude });
    expect(got).toEqual(wanted);
    expect(got.name).toBe("ShapeError");
    for (const outputs of got.outputs) expectClose(outputs, got.wanted, 1e-5);
  });

  test("arrays and buffers of another realm are data, as Jest's environments have them", async () => {
    const { runInNewContext } = await import("node:vm");
    const { x, flat, y, options, w } = runInNewContext(`({
      x: [[1, 2], [3, 4], [5, 6]], flat: Float32Array.of(1, 2, 3, 4, 5, 6), y: Int32Array.of(0, 1, 1), w: [1, 2, 3],
      options: { epochs: 2, metrics: ["accuracy"], earlyStopping: { monitor: "loss" } } })`);
    const network = new Network([2, 4, 2]);
    expect(network.fitSync(x, y, { ...options, sampleWeight: w }).epochs).toBe(2);
    expect((await network.fit(flat, y, options)).epochs).toBe(2);
    expect(network.predict(x)).toEqual(network.predict(flat));
    const bytes = runInNewContext("bytes => Uint8Array.from(bytes)")(network.save());
    expect(parametersOf(Network.load(bytes))).toEqual(parametersOf(network));
    const params = runInNewContext("text => JSON.parse(text)")(JSON.stringify(network.toJSON())).params;
    network.setParams(params);
    const layers = runInNewContext("layers => JSON.parse(JSON.stringify(layers))")(network.spec.layers);
    expect(new Network({ inputs: 2, layers }).spec.layers).toEqual(network.spec.layers);
  });
});

describe("Bytes are pictures unless they are said to be something else", () => {
  test("bytes none of which is above 1 are no picture: that is said once", async () => {
    const warnings = await apart(
      ({ Network, dense }) => {
        const network = new Network({ inputs: 2, layers: [dense(1)] });
        const lines = () => (globalThis as unknown as { lines: string[] }).lines.length;
        const counts: number[] = [];
        const note = (act: () => unknown) => {
          act();
          counts.push(lines());
        };
        note(() => network.predict(Uint8Array.of(0, 200, 3, 4)));
        note(() => network.fitSync(Float32Array.of(0, 1, 1, 0), [1, 2]));
        note(() =>
          new Network({ inputs: 2, layers: [dense(1)], inputScale: 1 }).fitSync(
            Uint8Array.of(0, 1, 1, 0),
            [1, 2],
          ),
        );
        note(() => network.fitSync(Uint8Array.of(0, 1, 1, 0), [1, 2]));
        note(() => network.fitSync(Uint8Array.of(0, 1, 1, 0), [1, 2]));
        note(() => network.fitSync([Uint8Array.of(0, 1), Uint8Array.of(1, 0)], [1, 2]));
        return { counts, lines: (globalThis as unknown as { lines: string[] }).lines };
      },
      { prelude: "globalThis.lines = []; console.warn = (text) => globalThis.lines.push(String(text));" },
    );
    expect(warnings.counts).toEqual([0, 0, 0, 1, 1, 1]);
    expect(warnings.lines[0]).toMatch(/Uint8Array.*inputScale|inputScale.*Uint8Array/);
  });

  test("Uint8ClampedArray is scaled as Uint8Array is, and the pages say so", () => {
    const network = new Network([2, 1]);
    expect(network.predict(Uint8ClampedArray.of(0, 255))).toEqual(network.predict([0, 1]));
    expect(network.predict(Uint8Array.of(0, 255))).toEqual(network.predict([0, 1]));
    expect(`${readFileSync("README.md")}${readFileSync("docs/vocabulary.md")}`).toContain(
      "Uint8ClampedArray",
    );
  });
});

describe("What the pages owe to others", () => {
  test("docs/article.md names the article's author and address", () => {
    const text = readFileSync("docs/article.md", "utf8");
    expect(text).toMatch(/https:\/\/[^\s)]+/);
    expect(text).toMatch(/\bby [A-Z]/);
  });

  test("every package of the lockfiles has its integrity", () => {
    for (const path of ["package-lock.json", ".ci/package-lock.json"]) {
      const { packages } = JSON.parse(readFileSync(path, "utf8")) as {
        packages: Record<string, Record<string, unknown>>;
      };
      const bare = Object.entries(packages).filter(
        ([name, entry]) => name !== "" && !entry.link && !entry.integrity && !entry.inBundle,
      );
      expect(bare.map(([name]) => name)).toEqual([]);
    }
  });
});
