/** Networks in stores of frameworks, and errors and networks as they are printed. */

import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { DenselyError, dense, dropout, layerNorm, Network, ShapeError, StateError } from "../../src/index.js";
import { floats, wrong } from "../helpers.js";
import { WRITERS } from "./conversions.js";
import { errorOf, thrown } from "./tools.js";

/** A network in a proxy that passes on everything, as stores of frameworks make them. */
function wrap<T extends object>(target: T): T {
  return new Proxy(target, {
    get: (object, key, receiver) => Reflect.get(object, key, receiver),
    set: (object, key, value, receiver) => Reflect.set(object, key, value, receiver),
    has: (object, key) => Reflect.has(object, key),
    ownKeys: (object) => Reflect.ownKeys(object),
  });
}

/** As reactive() of Vue 3: proxies of plain objects and whatever calls itself Object, unless it is marked. */
function reactive<T extends object>(target: T): T {
  const type = Object.prototype.toString.call(target).slice(8, -1);
  const isSkipped = (target as { __v_skip?: boolean }).__v_skip || !Object.isExtensible(target);
  if (isSkipped || !["Object", "Array", "Map", "Set", "WeakMap", "WeakSet"].includes(type)) return target;
  return wrap(target);
}

describe("A network in the store of a framework works, or says in one sentence what to do", () => {
  const x = [
    [1, 2],
    [3, 4],
  ];
  const y = [0, 1];
  const calls: [string, (n: Network) => unknown][] = [
    ["fit", (n) => n.fit(x, y)],
    ["fitSync", (n) => n.fitSync(x, y)],
    ["predict", (n) => n.predict(x)],
    ["evaluate", (n) => n.evaluate(x, y)],
    ["trainOnBatch", (n) => n.trainOnBatch(x, y)],
    ["getParams", (n) => n.getParams()],
    ["save", (n) => n.save()],
    ["JSON.stringify", (n) => JSON.stringify(n)],
    ["step", (n) => n.step],
    ["memoryBytes", (n) => n.memoryBytes],
    ["learningRate", (n) => n.learningRate],
    [
      "set learningRate",
      (n) => {
        n.learningRate = 0.5;
      },
    ],
    ["spec", (n) => n.spec],
    ["summary", (n) => n.summary()],
    ["text", (n) => `${n}`],
    ...WRITERS,
    ["dispose", (n) => n.dispose()],
  ];
  const stores: [string, <T extends object>(target: T) => T][] = [
    ["Vue's reactive", reactive],
    ["a Proxy", wrap],
    ["Object.create", (target) => Object.create(target)],
  ];
  const cases = stores.flatMap(([store, put]) =>
    calls.map(([name, call]) => [store, name, put, call] as const),
  );

  test.each(cases)("%s: %s", async (store, _, put, call) => {
    // The article has only sigmoid layers.
    const network = new Network({ inputs: 2, layers: [dense(4, "sigmoid"), dense(1, "sigmoid")] });
    const stored = put({ network: put(network) }).network;
    const error = await (async () => call(stored))().then(
      () => undefined,
      (reason) => reason,
    );
    if (!error) return;
    expect(store).not.toBe("Vue's reactive");
    expect(error).toBeInstanceOf(DenselyError);
    expect(error.message).toMatch(/markRaw/);
    expect(error.message).toMatch(/^[^\n]{9,600}\.$/);
  });

  test("a deep copy of one says so too", async () => {
    for (const copy of [
      { ...new Network([2, 1]) },
      Object.assign(Object.create(Network.prototype), {}),
      structuredClone({}),
    ]) {
      const error = thrown(() => Network.prototype.predict.call(wrong(copy), x));
      expect(error).toBeInstanceOf(DenselyError);
    }
    const { predict, fit } = new Network([2, 1]);
    expect(thrown(() => predict(x))).toBeInstanceOf(DenselyError);
    expect(await errorOf(() => fit(x, y))).toBeInstanceOf(DenselyError);
  });
});

describe("Errors lead to the line of whoever called", () => {
  const network = new Network([2, 2]);
  const x = [
    [1, 2],
    [3, 4],
  ];
  /** The first frame below the message. */
  const firstFrame = (error: unknown): string =>
    (error as Error).stack?.split("\n").find((line) => /^\s+at /.test(line)) ?? "";
  const calls: [string, () => unknown][] = [
    ["predict", () => network.predict([[1]])],
    ["fitSync", () => network.fitSync(x, [0, 7])],
    ["fitSync, an option", () => network.fitSync(x, [0, 1], wrong({ epoch: 1 }))],
    ["trainOnBatch", () => network.trainOnBatch(x, [0])],
    ["partialFit", () => network.partialFit(x, [0])],
    ["evaluate", () => network.evaluate(x, [0, 1], { metrics: [wrong("acurracy")] })],
    ["setParams", () => network.setParams({ W1: [1] })],
    ["new Network", () => new Network({ inputs: 0, layers: [] })],
    ["a layer in it", () => new Network({ inputs: 1, layers: [{ type: "dropout", rate: 7 }] })],
    ["load", () => Network.load(new Uint8Array(3))],
    ["resume", () => Network.resume(new Uint8Array(3))],
    ["fromJSON", () => Network.fromJSON("{}")],
    [
      "set learningRate",
      () => {
        network.learningRate = -1;
      },
    ],
  ];

  test.each(calls)("%s", (_, call) => {
    const error = thrown(call);
    expect(firstFrame(error)).toContain("stores-and-printing.test");
    expect((error as Error).stack?.split("\n")[0]).toMatch(/^[A-Z][a-z]+Error: /);
  });

  test("fit, which is async", async () => {
    const error = await errorOf(() => network.fit(x, [0, 7]));
    expect(firstFrame(error)).toContain("stores-and-printing.test");
  });

  test("classes and names", () => {
    const error = thrown(() => network.predict([[1]])) as Error;
    expect([error.name, error.constructor.name, `${error}`.split(":")[0]]).toEqual([
      "ShapeError",
      "ShapeError",
      "ShapeError",
    ]);
    expect(inspect(error)).toMatch(/^ShapeError: /);
    expect(Network.name).toBe("Network");
    expect(new ShapeError("x")).toBeInstanceOf(DenselyError);
    expect(new StateError("x", { cause: 7 } as never)).toBeInstanceOf(Error);
  });
});

describe("A network is printed as what it is", () => {
  const network = new Network({ inputs: 784, layers: [dense(128, "relu"), dense(10, "softmax")] });

  test("on the console and in a text", () => {
    const said = /^Network 784-128-10, 101,770 parameters, adam, 0 steps$/;
    expect(inspect(network)).toMatch(said);
    expect(`${network}`).toMatch(said);
    expect(String(network)).toMatch(said);
    expect(inspect({ network })).toContain("Network 784-128-10");
    expect(inspect(network, { depth: 0, colors: true })).toContain("784-128-10");
  });

  test("with its steps, its optimizer and its other layers", () => {
    const small = new Network({
      inputs: 2,
      layers: [dense(3), dropout(), layerNorm(), dense(1)],
      optimizer: "sgd",
    });
    small.fitSync(floats(2 * 1500, 1), floats(1500, 2), { batchSize: 1 });
    expect(`${small}`).toBe("Network 2-3-1, 19 parameters, sgd, 1,500 steps");
    small.trainOnBatch([1, 2], [3]);
    expect(inspect(small)).toContain("1,501 steps");
  });

  test("after dispose too, without an error", () => {
    const small = new Network([2, 1]);
    small.dispose();
    expect(inspect(small)).toMatch(/^Network .*disposed/);
    expect(`${small}`).toMatch(/^Network .*disposed/);
  });

  test("and its data stays its data", () => {
    expect(Object.keys(network)).toEqual([]);
    expect(JSON.parse(JSON.stringify(network)).format).toBe("densely");
  });
});
