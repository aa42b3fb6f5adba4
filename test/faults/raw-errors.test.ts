/** No error from inside comes out: whatever goes in, the answer is a sentence of one of the named classes. */

import { describe, expect, test } from "vitest";
import * as article from "../../src/article.js";
import { checkGradients } from "../../src/check.js";
import { fromPyTorch, fromTFJS, toTFJS } from "../../src/formats.js";
import { type Batch, dense, Network } from "../../src/index.js";
import { checkpointTo, loadFile, resumeFile, saveCheckpoint, saveFile } from "../../src/node.js";
import { type ErrorClass, wrong } from "../helpers.js";
import { READERS, WRITERS } from "./conversions.js";
import { errorOf } from "./tools.js";

const any = (value: unknown) => wrong<never>(value);
const x = [
  [1, 2],
  [3, 4],
];
const y = [0, 1];
const network = () => new Network([2, 2]);

const ODD: [string, () => unknown][] = [
  ["null", () => null],
  ["undefined", () => undefined],
  ["an object", () => ({})],
  ["an object with a spec", () => ({ spec: {} })],
  ["an object with spec null", () => ({ spec: null, getParams: null })],
  ["a number", () => 7],
  ["text", () => "text"],
  ["a symbol", () => Symbol("s")],
  ["a BigInt", () => 7n],
  ["an array", () => [1]],
  ["a function", () => () => ({})],
  ["an object without a prototype", () => Object.create(null)],
  ["a Proxy of nothing", () => new Proxy({}, {})],
  ["a Map", () => new Map()],
  ["a class", () => Network],
];

describe("A function that wants a network is given something else", () => {
  const calls: [string, (value: never) => unknown][] = [
    ["checkGradients", (value) => checkGradients(value, x, y)],
    ...WRITERS,
    ["saveFile", (value) => saveFile(value, "/tmp/densely-never")],
    ["saveCheckpoint", (value) => saveCheckpoint(value, "/tmp/densely-never")],
  ];
  const cases = calls.flatMap(([name, call]) => ODD.map(([kind, make]) => [name, kind, call, make] as const));
  test.each(cases)("%s of %s", async (_, __, call, make) => {
    const { name, message } = await errorOf(() => call(any(make())));
    expect(name).toBe("SpecError");
    expect(message).toMatch(/[Nn]etwork/);
  });
});

describe("A function that reads another form is given something else", () => {
  const cases = READERS.flatMap(([name, read]) =>
    ODD.filter(([kind]) => kind !== "a Proxy of nothing").map(
      ([kind, make]) => [name, kind, read, make] as const,
    ),
  );
  test.each(cases)("%s of %s", async (_, __, read, make) => {
    const { name } = await errorOf(() => read(make(), make()));
    expect(name).toMatch(/^(Spec|Format|Shape|Data)Error$/);
  });
});

describe("A path is text or a file's URL", () => {
  const calls: [string, (path: never) => unknown][] = [
    ["saveFile", (path) => saveFile(network(), path)],
    ["saveCheckpoint", (path) => saveCheckpoint(network(), path)],
    ["loadFile", (path) => loadFile(path)],
    ["resumeFile", (path) => resumeFile(path)],
    ["checkpointTo", (path) => checkpointTo(path)],
  ];
  const wrongs: [string, unknown][] = [
    ...ODD.filter(([kind]) => kind !== "text").map(([kind, make]): [string, unknown] => [kind, make()]),
    ["empty text", ""],
    ["a URL of the web", new URL("https://example.com/file")],
    ["text with a zero", "a\0b"],
    ["a file descriptor", 0],
  ];
  const cases = calls.flatMap(([name, call]) =>
    wrongs.map(([kind, value]) => [name, kind, call, value] as const),
  );
  test.each(cases)("%s of %s: SpecError", async (_, __, call, value) => {
    const { name, message } = await errorOf(() => call(any(value)));
    expect(name).toBe("SpecError");
    expect(message).toMatch(/path/);
  });

  test("a URL of a file is a path", async () => {
    const { mkdtempSync } = await import("node:fs");
    const { pathToFileURL } = await import("node:url");
    const url = any(pathToFileURL(`${mkdtempSync("/tmp/densely-")}/a file`));
    const made = network();
    saveFile(made, url);
    expect(loadFile(url).getParams()).toEqual(made.getParams());
    saveCheckpoint(made, url);
    expect(resumeFile(url).step).toBe(0);
    checkpointTo(url)(made.checkpoint());
  });
});

describe("math is a build of the library, or is refused", () => {
  const wrongs: [string, unknown][] = [
    ["no code", {}],
    ["code null", { code: null }],
    ["a name and code null", { name: "relaxed", code: null }],
    ["a name and other text", { name: "relaxed", code: "text" }],
    ["a name and a number", { name: "relaxed", code: 7 }],
    ["a name and bytes", { name: "strict", code: new Uint8Array(8) }],
    [
      "a name and a module of something else",
      { name: "strict", code: new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)) },
    ],
    ["its name", "relaxed"],
    ["null", null],
    [
      "a getter that throws",
      Object.defineProperty({}, "code", {
        get() {
          throw new TypeError("mine");
        },
      }),
    ],
  ];
  test.each(wrongs)("%s", async (_, math) => {
    const bytes = network().save();
    const params = article.init_params([2, 1]);
    const { model, weights } = toTFJS(network());
    for (const call of [
      () => new Network({ inputs: 1, layers: [dense(1)], math: any(math) }),
      () => Network.load(bytes, { math: any(math) }),
      () => Network.resume(network().checkpoint(), { math: any(math) }),
      () => Network.fromJSON(network().toJSON(), { math: any(math) }),
      () => article.fromArticle(params, { math: any(math) }),
      () => fromTFJS(model, weights, { math: any(math) }),
      () => fromPyTorch(bytes, any({ activations: ["softmax"], math })),
    ]) {
      const error = await (async () => call())().then(
        () => undefined,
        (reason) => reason,
      );
      if (error?.message === "mine") continue;
      expect(error?.name).toMatch(/^(Spec|Format)Error$/);
      expect(error.message).toMatch(/math|strict|relaxed|[Tt]ensor/);
    }
  });
});

describe("A source of batches that is none", () => {
  const batch: Batch = [x, y];
  const bad: [string, () => unknown][] = [
    ["whose iterator is no function", () => ({ [Symbol.iterator]: 7 })],
    ["whose iterator is null", () => ({ [Symbol.iterator]: null })],
    ["whose iterator returns nothing", () => ({ [Symbol.iterator]: () => undefined })],
    ["whose iterator returns a number", () => ({ [Symbol.iterator]: () => 7 })],
    ["whose iterator has no next", () => ({ [Symbol.iterator]: () => ({}) })],
    ["whose next returns nothing", () => ({ [Symbol.iterator]: () => ({ next: () => undefined }) })],
    ["whose next returns a number", () => ({ [Symbol.iterator]: () => ({ next: () => 7 }) })],
    ["whose next returns no value", () => ({ [Symbol.iterator]: () => ({ next: () => ({ done: false }) }) })],
    [
      "whose return is no function",
      () => ({ [Symbol.iterator]: () => ({ next: () => ({ value: batch, done: false }), return: 7 }) }),
    ],
    ["of nothing", () => new Set()],
    ["of numbers", () => new Set([1, 2])],
    ["of null", () => new Set([null])],
    ["of arrays of one", () => new Set([[x]])],
    ["of arrays of four", () => new Set([[x, y, [1, 1], 1]])],
    ["of text", () => new Set(["ab"])],
    ["of objects", () => new Set([{ x, y }])],
    ["of holes", () => new Set([Object.assign(Array(2), { 0: x })])],
    ["whose async iterator returns nothing", () => ({ [Symbol.asyncIterator]: () => undefined })],
    ["whose async next gives no object", () => ({ [Symbol.asyncIterator]: () => ({ next: async () => 7 }) })],
    ["that is text", () => "text"],
    ["that is a Map", () => new Map([[x, y]])],
    [
      "that is a generator function",
      () =>
        function* () {
          yield batch;
        },
    ],
    ["that is a promise of batches", () => Promise.resolve([batch])],
  ];
  test.each(bad)("%s", async (_, make) => {
    for (const call of ["fit", "fitSync"] as const) {
      const made = network();
      const run = () =>
        (made[call] as (...given: unknown[]) => unknown).call(
          made,
          any(make()),
          any({ stepsPerEpoch: 1, epochs: 1 }),
        );
      const error = await (async () => run())().then(
        () => undefined,
        (reason) => reason,
      );
      // A source that is good as far as it is used may be used.
      if (!error && made.step === 1) continue;
      const { name, message } = await errorOf(run);
      expect(name).toMatch(/^(Spec|Shape|Data)Error$/);
      expect(message).toMatch(/source|batch|fit|x is/i);
    }
  });

  test("an error of the source's own comes out as it is", async () => {
    const mine = new RangeError("mine");
    function* source(): Generator<Batch> {
      yield batch;
      throw mine;
    }
    expect(
      await network()
        .fit(source())
        .catch((error) => error),
    ).toBe(mine);
  });
});

describe("Errors that a user's own code throws come out as they are", () => {
  const mine = new RangeError("mine");
  const bad = () => {
    throw mine;
  };
  test.each<[string, () => unknown]>([
    ["a getter of x", () => network().predict([Object.defineProperty([1, 2], 0, { get: bad })])],
    [
      "a getter of options",
      () => network().fitSync(x, y, Object.defineProperty({}, "epochs", { get: bad, enumerable: true })),
    ],
    [
      "a Proxy",
      () => network().fitSync(x, y, new Proxy({}, { ownKeys: bad, getPrototypeOf: () => Object.prototype })),
    ],
    ["a metric", () => network().evaluate(x, y, { metrics: [{ name: "m", measure: bad }] })],
    ["onEpoch", () => network().fitSync(x, y, { onEpoch: bad })],
    ["onEpoch, later", () => network().fit(x, y, { onEpoch: () => Promise.reject(mine) })],
    [
      "a learning rate",
      () => {
        const made = network();
        made.learningRate = bad;
        made.trainOnBatch(x, y);
      },
    ],
    [
      "toJSON of data",
      () =>
        Network.fromJSON(
          Object.defineProperty({ ...network().toJSON() }, "layers", { get: bad, enumerable: true }),
        ),
    ],
    ["the article's onEpoch", () => article.train([[1, 2]], [[0, 1]], [1, 1], 1, 1, { onEpoch: bad })],
  ])("%s", async (_, call) => {
    expect(
      await (async () => call())().then(
        () => undefined,
        (error) => error,
      ),
    ).toBe(mine);
  });

  test("the classes of errors are the library's, with their names", async () => {
    const { DenselyError } = await import("../../src/index.js");
    const error = await errorOf(() => network().predict(any(7)));
    expect(error).toBeInstanceOf(DenselyError as unknown as ErrorClass);
    expect(Object.prototype.toString.call(error)).toBe("[object Error]");
  });
});
