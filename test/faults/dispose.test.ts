/** dispose gives the memory back at once, and says so to whoever calls afterwards. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { checkGradients } from "../../src/check.js";
import { dense, Network, StateError } from "../../src/index.js";
import { saveCheckpoint, saveFile } from "../../src/node.js";
import { WRITERS } from "./conversions.js";
import { errorOf, expectRefusal } from "./tools.js";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

const x = [
  [1, 2],
  [3, 4],
];
const y = [0, 1];

describe("After dispose", () => {
  const disposed = () => {
    const network = new Network([2, 4, 1]);
    network.fitSync(x, y);
    network.dispose();
    return network;
  };

  test("memoryBytes is 0, and dispose may be called again", () => {
    const network = disposed();
    expect(network.memoryBytes).toBe(0);
    network.dispose();
    network[Symbol.dispose]();
    expect(network.memoryBytes).toBe(0);
  });

  const members: Record<string, (n: Network) => unknown> = {
    math: (n) => n.math,
    step: (n) => n.step,
    spec: (n) => n.spec,
    learningRate: (n) => n.learningRate,
    "learningRate, set": (n) => {
      n.learningRate = 0.1;
    },
    fit: (n) => n.fit(x, y),
    fitSync: (n) => n.fitSync(x, y),
    "fit of a source": (n) => n.fit([[x, y] as const].values()),
    epochs: (n) => n.epochs(x, y).next(),
    partialFit: (n) => n.partialFit(x, y),
    trainOnBatch: (n) => n.trainOnBatch(x, y),
    predict: (n) => n.predict(x),
    predictClasses: (n) => n.predictClasses(x),
    activations: (n) => n.activations(x, 0),
    evaluate: (n) => n.evaluate(x, y),
    loss: (n) => n.loss(x, y),
    gradients: (n) => n.gradients(x, y),
    backward: (n) => n.backward(x, [[1], [1]]),
    applyGradients: (n) => n.applyGradients({}),
    outputGradients: (n) => n.outputGradients(x),
    params: (n) => n.params(0),
    getState: (n) => n.getState(),
    setState: (n) => n.setState({}),
    compile: (n) => n.compile({}),
    freeze: (n) => n.freeze(0),
    unfreeze: (n) => n.unfreeze(0),
    getParams: (n) => n.getParams(),
    setParams: (n) => n.setParams({}),
    clone: (n) => n.clone(),
    copyFrom: (n) => n.copyFrom(n),
    summary: (n) => n.summary(),
    explain: (n) => n.explain(),
    toJSON: (n) => n.toJSON(),
    "JSON.stringify": (n) => JSON.stringify(n),
    save: (n) => n.save(),
    checkpoint: (n) => n.checkpoint(),
    ...Object.fromEntries(WRITERS),
    checkGradients: (n) => checkGradients(n, x, y),
    saveFile: (n) => saveFile(n, "/tmp/never"),
    saveCheckpoint: (n) => saveCheckpoint(n, "/tmp/never"),
  };
  test.each(Object.entries(members))("%s throws StateError", async (_, call) => {
    await expectRefusal(() => call(disposed()), StateError, [/dispose/]);
  });

  /** Members that may be called after dispose, and those that only say what to call instead. */
  const USABLE = ["constructor", "dispose", "memoryBytes", "metadata", "toString"];
  const FOREIGN = ["train", "run"];
  test("each member of Network is in the list above", () => {
    const classes: object[] = [];
    for (let owner = Network.prototype; owner !== Object.prototype; owner = Object.getPrototypeOf(owner)) {
      classes.push(owner);
    }
    const names = classes.flatMap(Object.getOwnPropertyNames);
    const known = [...Object.keys(members), ...USABLE, ...FOREIGN];
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
  });

  test("wrong arguments are not looked at", async () => {
    expect((await errorOf(() => disposed().predict(null as never))).name).toBe("StateError");
    expect((await errorOf(() => disposed().fit(null as never, null as never))).name).toBe("StateError");
  });
});

describe("The memory goes though the network is still referenced", () => {
  test("ten disposed networks hold none", () => {
    const kept: Network[] = [];
    const rows = new Float32Array(2_000_000).fill(0.5);
    /** Bytes of this process that are in use. */
    const used = () => {
      for (let i = 0; i < 3; i++) collect();
      return process.memoryUsage().rss;
    };
    const make = () => {
      const network = new Network({ inputs: 1000, layers: [dense(1000, "relu"), dense(1)] });
      network.predict(rows);
      return network;
    };
    make().dispose();
    const before = used();
    for (let i = 0; i < 10; i++) {
      const network = make();
      expect(network.memoryBytes).toBeGreaterThan(10e6);
      network.dispose();
      kept.push(network);
    }
    expect((used() - before) / 2 ** 20).toBeLessThan(60);
    expect(kept.every(({ memoryBytes }) => memoryBytes === 0)).toBe(true);
  });

  test("during a fit: it rejects, and the memory goes", async () => {
    const network = new Network([2, 4, 1]);
    const running = network.fit(x, y, { epochs: 1e7 });
    network.dispose();
    expect(network.memoryBytes).toBe(0);
    await expectRefusal(() => running, StateError, [/dispose/]);
    expect(network.memoryBytes).toBe(0);
  });

  test("while an epoch of epochs() is waited for", async () => {
    const network = new Network([2, 4, 1]);
    const loop = network.epochs(x, y, { epochs: 5 });
    await loop.next();
    network.dispose();
    await expectRefusal(() => loop.next(), StateError, [/dispose/]);
    expect(network.memoryBytes).toBe(0);
  });

  test("using lets it go at the end of the block", () => {
    let outer: Network;
    {
      using network = new Network([2, 4, 1]);
      outer = network;
      expect(outer.memoryBytes).toBeGreaterThan(0);
    }
    expect(outer.memoryBytes).toBe(0);
  });
});
