/** Progress in a checkpoint that cannot be. */

import { describe, expect, test } from "vitest";
import { batchNorm, DenselyError, dense, FormatError, Network, SpecError } from "../../src/index.js";
import { floats, parametersOf } from "../helpers.js";
import { expectRefusal, file, open, tamper } from "./tools.js";

describe("resume believes no progress that cannot be", () => {
  const x = floats(40, 1);
  const y = floats(20, 2);
  const make = () => new Network({ inputs: 2, layers: [dense(3, "tanh"), batchNorm(), dense(1)], seed: 1 });
  /** In the middle of a fit, with everything in it that there can be. */
  const bytes = (() => {
    const network = make();
    network.learningRate = { type: "reduceOnPlateau", learningRate: 0.01, monitor: "loss" } as never;
    const options = { validationSplit: 0.2, metrics: ["r2", { name: "own", measure: () => 1 }] } as const;
    network.fitSync(x, y, { ...options, epochs: 9, batchSize: 4, earlyStopping: {}, maxSteps: 10 });
    return network.checkpoint();
  })();

  type Json = Record<string, unknown>;
  const progress = JSON.parse(JSON.parse(open(bytes).header).__metadata__.progress) as Json;
  const withProgress = (change: (text: string) => string) => tamper(bytes, { progress: change });

  /** All places in the progress, as lists of keys. */
  function placesOf(value: unknown, path: string[] = []): string[][] {
    if (typeof value !== "object" || value === null) return [path];
    return [
      ...(path.length > 0 ? [path] : []),
      ...Object.entries(value).flatMap(([key, entry]) => placesOf(entry, [...path, key])),
    ];
  }

  function changed(path: readonly string[], change: (parent: Json, key: string) => void): Uint8Array {
    return withProgress((text) => {
      const data = JSON.parse(text);
      const parent = path.slice(0, -1).reduce((at, key) => at[key], data);
      change(parent, path[path.length - 1]);
      return JSON.stringify(data);
    });
  }

  const changes: [string, (parent: Json, key: string) => void][] = [
    ["is -1", (parent, key) => Object.assign(parent, { [key]: -1 })],
    ["is 2^31", (parent, key) => Object.assign(parent, { [key]: 2 ** 31 })],
    ["is 2^53", (parent, key) => Object.assign(parent, { [key]: 2 ** 53 })],
    ["is 1e300", (parent, key) => Object.assign(parent, { [key]: 1e300 })],
    ["is 0.5", (parent, key) => Object.assign(parent, { [key]: 0.5 })],
    ["is null", (parent, key) => Object.assign(parent, { [key]: null })],
    ["is text", (parent, key) => Object.assign(parent, { [key]: "7" })],
    ["is an object", (parent, key) => Object.assign(parent, { [key]: { length: 4e8 } })],
    ["is an array", (parent, key) => Object.assign(parent, { [key]: [1, 2, 3] })],
    ["is a long array", (parent, key) => Object.assign(parent, { [key]: Array(1e5).fill(1) })],
    ["is missing", (parent, key) => void delete parent[key]],
    ["has another beside it", (parent) => Object.assign(parent, { another: 1 })],
  ];
  const places = placesOf(progress).filter(
    (path) => !/^\d+$/.test(path.at(-1) as string) || path.at(-1) === "0",
  );
  const cases = places.flatMap((path) =>
    changes.map(([name, change]) => [path.join("."), name, path, change] as const),
  );

  test.each(cases)("%s %s: refused, or it trains on to finite numbers", async (_, __, path, change) => {
    const tampered = changed(path, change);
    let resumed: Network;
    try {
      resumed = Network.resume(tampered);
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
      expect((error as Error).message.length).toBeLessThan(600);
      return;
    }
    // A value that was taken can be read, copied and trained on from.
    expect(Number.isSafeInteger(resumed.step) && resumed.step >= 0 && resumed.step < 2 ** 31).toBe(true);
    Network.resume(resumed.checkpoint());
    try {
      const { loss, epochs } = resumed.fitSync(x, y, {
        epochs: 3,
        batchSize: 4,
        validationSplit: 0.2,
        metrics: ["r2"],
        maxSteps: 30,
      });
      expect(loss.every((value) => value !== null && Number.isFinite(value))).toBe(true);
      expect(loss.length).toBe(epochs);
    } catch (error) {
      expect(error).toBeInstanceOf(DenselyError);
    }
    expect(parametersOf(resumed).every(Number.isFinite)).toBe(true);
  });

  test.each<[string, (text: string) => string]>([
    ["no history", (text) => text.replace(/"history":\{[^}]*(\{[^}]*\})?[^}]*\}/, '"history":{}')],
    ["a step of 2^31", (text) => text.replace(/"step":\d+/, '"step":2147483648')],
    ["a step of -1", (text) => text.replace(/"step":\d+/, '"step":-1')],
    ["rows below 0", (text) => text.replace(/"rows":\d+/, '"rows":-5')],
    ["a best of null", (text) => text.replace(/"best":[-\d.e]+/, '"best":null')],
    ["nothing", () => "{}"],
    ["an array", () => "[]"],
    ["text that is no JSON", () => "x"],
    ["nothing at all", () => ""],
  ])("%s: FormatError", async (_, change) => {
    await expectRefusal(() => Network.resume(withProgress(change)), FormatError);
  });

  test("tensors of no one, missing ones, and a name twice", async () => {
    const { header, values } = open(bytes);
    const data = JSON.parse(header);
    const end = values.length;
    const more = (name: string) =>
      file(
        { ...data, [name]: { dtype: "F32", shape: [2], data_offsets: [end, end + 8] } },
        Uint8Array.from([...values, ...Array(8).fill(0)]),
      );
    for (const name of ["foo", "optimizer.9", "layers.7.weight", "", "__proto__x", "constructor"]) {
      await expectRefusal(() => Network.resume(more(name)), FormatError, [/belongs|unknown|no /]);
    }
    for (const name of Object.keys(data).filter((name) => name !== "__metadata__")) {
      const entry = JSON.stringify({ [name]: data[name] }).slice(1, -1);
      // The same name again with the same place, as text: an object would hold it once.
      const twice = header.trimEnd().replace(/\}$/, `,${entry}}`);
      await expectRefusal(() => Network.resume(file(twice, values)), FormatError, [/twice/]);
    }
    const saved = make().save();
    const layer = open(saved);
    const entry = /"layers\.0\.bias":\{[^}]*\}/.exec(layer.header)?.[0] as string;
    await expectRefusal(
      () => Network.load(file(layer.header.trimEnd().replace(/\}$/, `,${entry}}`), layer.values)),
      FormatError,
      [/twice/],
    );
  });

  test("states and the best parameters that are not finite", async () => {
    const { header, values } = open(bytes);
    const data = JSON.parse(header);
    for (const [name, entry] of Object.entries(data) as [string, { data_offsets: number[] }][]) {
      if (name === "__metadata__") continue;
      for (const value of [Number.NaN, Infinity]) {
        const broken = values.slice();
        new DataView(broken.buffer, broken.byteOffset).setFloat32(entry.data_offsets[0], value, true);
        await expectRefusal(() => Network.resume(file(header, broken)), FormatError, [
          new RegExp(`${value}`),
        ]);
      }
    }
  });

  test("a squared state below zero", async () => {
    const network = new Network({
      inputs: 1,
      layers: [dense(1, "linear", { bias: false })],
      optimizer: "adam",
    });
    network.fitSync([1, 2], [1, 2]);
    const { header, values } = open(network.checkpoint());
    const data = JSON.parse(header);
    const states = Object.keys(data).filter((name) => /optimizer/.test(name));
    const broken = values.slice();
    // The second moment of adam; its root would be NaN.
    new DataView(broken.buffer, broken.byteOffset).setFloat32(data[states[1]].data_offsets[0], -1, true);
    await expectRefusal(() => Network.resume(file(header, broken)), FormatError, [/-1/]);
  });

  test("a spec in a file that is not one of a network", async () => {
    for (const spec of [
      "null",
      "[]",
      "7",
      '"x"',
      "{}",
      '{"inputs":2}',
      '{"inputs":2,"layers":[]}',
      '{"__proto__":{"inputs":2}}',
    ]) {
      await expectRefusal(() => Network.load(tamper(make().save(), { spec: () => spec })), FormatError);
    }
    await expectRefusal(() => Network.fromJSON({ ...make().toJSON(), layers: null }), SpecError, [/layers/]);
  });
});
