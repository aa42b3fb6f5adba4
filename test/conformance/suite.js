/**
 * The conformance suite: real training on the package as its users get it. It needs nothing of its host except the
 * language, Web Crypto and a timer, so that the same file runs everywhere.
 */

import { expected, throws } from "./expect.js";
import { differences, hashWeights, totalOf } from "./hash.js";
import { aroundLoss, layerArguments, numbers } from "./networks.js";
import { activations, layers, losses, optimizers } from "./vocabulary.js";

const XOR = { x: [[0, 0], [0, 1], [1, 0], [1, 1]], y: [0, 1, 1, 0] }; // biome-ignore format: a table
const ROUNDS = { epochs: 500, batchSize: "full" };

/** A network that learns exclusive or. `options` replace its own. */
function small({ densely, Network }, options = {}) {
  const { adam, dense } = densely;
  return new Network({
    inputs: 2,
    layers: [dense(8, "tanh"), dense(1, "sigmoid")],
    optimizer: adam({ learningRate: 0.05 }),
    ...options,
  });
}

/** The tests by name. Each gets the doors of the package, and `Network`, a class Network of the math under test. */
const tests = {
  async "fit learns, and lets timers run"(library) {
    const network = small(library);
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const history = await network.fit(numbers(60_000, 2), new Float32Array(60_000).fill(1), { epochs: 40 });
    clearInterval(timer);
    expected(history.stopped === "completed" && history.epochs === 40, "a complete history");
    expected(history.loss[39] < history.loss[0], "a falling loss");
    expected(turns > 0, "timers that run during fit");
  },

  async "fit and fitSync give the same bits"(library) {
    const [a, b] = [small(library), small(library)];
    await a.fit(XOR.x, XOR.y, ROUNDS);
    b.fitSync(XOR.x, XOR.y, ROUNDS);
    expected(JSON.stringify(a) === JSON.stringify(b), "equal parameters");
    expected(b.predictClasses(XOR.x).join() === "0,1,1,0", "exclusive or");
  },

  "every layer and activation learns": (library) => {
    const { densely } = library;
    const middle = [
      ...activations.map((name) => [name, densely.dense(8, name)]),
      ...layers.map((name) => [name, densely[name](...layerArguments(name))]),
    ];
    for (const [name, layer] of middle) {
      const network = small(library, {
        layers: [densely.dense(8, "tanh"), layer, densely.dense(1, "sigmoid")],
      });
      const before = network.loss(XOR.x, XOR.y);
      network.fitSync(XOR.x, XOR.y, { epochs: 100, batchSize: "full" });
      expected(network.loss(XOR.x, XOR.y) < before, `a lower loss with ${name}`);
    }
  },

  "every optimizer and loss learns": (library) => {
    const { densely } = library;
    const specs = [
      ...optimizers.map((name) => ({ optimizer: name })),
      // One output cannot be a choice between classes, and has no direction.
      ...losses
        .filter((loss) => aroundLoss(loss)[0] !== "softmax" && loss !== "cosineSimilarity")
        .map((loss) => ({
          loss,
          layers: [densely.dense(4, "tanh"), densely.dense(1, aroundLoss(loss)[0])],
        })),
    ];
    for (const spec of specs) {
      const network = small(library, spec);
      const before = network.loss(XOR.x, XOR.y);
      network.fitSync(XOR.x, XOR.y, { epochs: 100, batchSize: "full" });
      expected(network.loss(XOR.x, XOR.y) < before, `a lower loss with ${JSON.stringify(spec)}`);
    }
  },

  "500 networks train, more than a page has memories for": (library) => {
    const networks = Array.from({ length: 500 }, (_, seed) => small(library, { seed: seed % 5 }));
    for (let round = 0; round < 2; round++) {
      for (const network of networks) network.fitSync(XOR.x, XOR.y, { epochs: 5 });
    }
    const learned = networks.map((network) => JSON.stringify(network.getParams()));
    expected(new Set(learned.slice(0, 5)).size === 5, "different networks");
    expected(
      learned.every((params, i) => params === learned[i % 5]),
      "the same parameters from the same seed",
    );
  },

  "bytes, class indices, validation and metrics": ({ densely, Network }) => {
    const network = new Network({ inputs: 4, layers: [densely.dense(3, "softmax")] });
    const x = new Uint8Array(400).map((_, i) => (i * 37) % 256);
    const y = new Int32Array(100).map((_, i) => i % 3);
    const options = { epochs: 2, validationSplit: 0.2, metrics: ["accuracy"] };
    const { valLoss, accuracy } = network.fitSync(x, y, options);
    expected(valLoss.length === 2 && accuracy.length === 2, "one number an epoch");
    expected(network.evaluate(x, y, { metrics: ["accuracy"] }).accuracy <= 1, "an accuracy of at most 1");
  },

  "gradients agree with the loss": (library) => {
    const network = small(library);
    const { W1, loss } = network.gradients(XOR.x, XOR.y);
    const params = network.getParams();
    const h = 1 / 64;
    params.W1[0] -= h;
    network.setParams(params);
    const slope = (loss - network.loss(XOR.x, XOR.y)) / h;
    expected(Math.abs(slope - W1[0]) < 0.01, `a slope of ${W1[0]}, not ${slope}`);
  },

  "JSON keeps what was learnt": (library) => {
    const network = small(library);
    network.fitSync(XOR.x, XOR.y, ROUNDS);
    const copy = library.Network.fromJSON(JSON.stringify(network));
    expected(copy.predict(XOR.x).join() === network.predict(XOR.x).join(), "the same predictions");
  },

  "other formats and files keep what was learnt": ({ formats, files, ...library }) => {
    const network = small(library);
    network.fitSync(XOR.x, XOR.y, ROUNDS);
    const { model, weights } = formats?.toTFJS(network) ?? {};
    files?.saveFile(network, "network.safetensors");
    const copies = [
      library.Network.load(network.save()),
      formats?.fromTFJS(model, weights),
      files?.loadFile("network.safetensors"),
    ];
    const { Network } = library.densely;
    for (const copy of copies.filter(Boolean)) {
      expected(copy instanceof Network, "a Network of the same class");
      expected(copy.predictClasses(XOR.x).join() === "0,1,1,0", "the same predictions");
    }
  },

  "a checkpoint goes on to the same bits": (library) => {
    const network = small(library);
    network.fitSync(XOR.x, XOR.y, { epochs: 3 });
    const resumed = library.Network.resume(network.checkpoint());
    for (const each of [network, resumed]) each.fitSync(XOR.x, XOR.y, { epochs: 5 });
    expected(JSON.stringify(resumed) === JSON.stringify(network), "equal parameters");
  },

  "callbacks and signals stop fit": async (library) => {
    const network = small(library);
    const options = { epochs: 9, onEpoch: ({ epoch }) => epoch < 2 };
    expected((await network.fit(XOR.x, XOR.y, options)).epochs === 2, "two epochs");
    const controller = new AbortController();
    const { signal } = controller;
    const aborted = network.fit(XOR.x, XOR.y, { epochs: 9, signal, onEpoch: () => controller.abort() });
    expected((await aborted).stopped === "aborted", "an abort");
  },

  "fit in a worker gives the same bits": async (library) => {
    const { warn } = console;
    const warnings = [];
    console.warn = (text) => warnings.push(text);
    try {
      const [here, there] = [small(library), small(library)];
      for (const network of [here, there]) network.learningRate = () => 0.05;
      const seen = [[], []];
      const look = (i) => async (report) => void seen[i].push(report.loss);
      const a = await here.fit(XOR.x, XOR.y, { ...ROUNDS, epochs: 50, onEpoch: look(0) });
      const b = await there.fit(XOR.x, XOR.y, { ...ROUNDS, epochs: 50, onEpoch: look(1), worker: true });
      expected(JSON.stringify(a) === JSON.stringify(b), "the same history");
      expected(seen[0].join() === seen[1].join(), "the same reports");
      there.fitSync(XOR.x, XOR.y);
      here.fitSync(XOR.x, XOR.y);
      expected(String(here.getParams().W1) === String(there.getParams().W1), "the same weights");
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 20);
      const options = { epochs: 1e8, worker: true, signal: controller.signal };
      expected((await there.fit(XOR.x, XOR.y, options)).stopped === "aborted", "an abort");
    } finally {
      console.warn = warn;
    }
    const has = globalThis.navigator?.userAgent !== "Cloudflare-Workers";
    expected(!has || warnings.length === 0, `a worker and not "${warnings}"`);
  },

  "errors are named and say what to do": (library) => {
    const { densely } = library;
    const network = small(library);
    throws(() => densely.dense(3, "rleu"), densely.SpecError, 'did you mean "relu"');
    throws(() => network.predict([[1, 2, 3]]), densely.ShapeError, "give 2 values a row");
    throws(() => network.fitSync([[Number.NaN, 1]], [1]), densely.DataError, "x is NaN in row 0");
    throws(() => small(library, { math: "fast" }), densely.SpecError, "densely/relaxed");
  },

  "a diverging training keeps the parameters of before": (library) => {
    const { DivergenceError, dense, sgd } = library.densely;
    const network = small(library, { layers: [dense(1)], optimizer: sgd({ learningRate: 1e30 }) });
    const before = JSON.stringify(network);
    throws(() => network.fitSync(XOR.x, XOR.y, { epochs: 50 }), DivergenceError, "learningRate");
    expected(JSON.stringify(network) === before, "the parameters of before");
  },

  "memory goes with dispose": (library) => {
    for (let i = 0; i < 200; i++) {
      const network = small(library);
      network.trainOnBatch(XOR.x, XOR.y);
      network.dispose();
      throws(() => network.predict(XOR.x), library.densely.StateError, "disposed");
    }
  },

  "memory that there is not is asked for in vain": ({ densely, Network }) => {
    const huge = () => new Network({ inputs: 50_000, layers: [densely.dense(50_000)] });
    throws(huge, densely.RuntimeError, "MB of memory were needed and");
  },

  "explain and summary print the network": (library) => {
    const network = small(library);
    expected(network.explain().includes("Z1 = W1·A0 + b1"), "the equation of layer 1");
    expected(network.summary().includes("33 parameters"), "33 parameters");
  },

  "the article trains": ({ article }) => {
    const [X, Y] = [[[0, 0, 1, 1], [0, 1, 0, 1]], [[0, 1, 1, 1]]]; // biome-ignore format: a table
    const [, costs] = article.train(X, Y, [2, 3, 1], 200, 1);
    expected(costs[199] < costs[0], "a falling cost");
    throws(() => article.train([[1, 2]], Y, [2, 3, 1], 1, 1), article.ShapeError, "transpose X");
  },
};

/** A class Network whose networks compute in `math`. */
function inMath(library, math) {
  const { Network } = library.densely;
  return class extends Network {
    constructor(options) {
      super({ math, ...options });
    }
    static fromJSON(json) {
      return Network.fromJSON(json, { math });
    }
    static load(bytes) {
      return Network.load(bytes, { math });
    }
    static resume(bytes) {
      return Network.resume(bytes, { math });
    }
  };
}

/**
 * Runs every test in strict and in relaxed math.
 * @param doors the modules of the package. `formats` is undefined where it has no build, `files` (densely/node) where there
 * is no file system.
 * @returns the messages of failed tests, the number of passed ones, and of the strict weights the hash of each network
 * (`parts`) and of all (`hash`).
 */
export async function conform({ densely, article, relaxed, formats, files }) {
  const failures = [];
  let passed = 0;
  const attempt = async (name, test) => {
    try {
      await test();
      passed++;
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? `${error.name}: ${error.message}` : error}`);
    }
  };

  for (const [name, math] of Object.entries({ strict: undefined, relaxed })) {
    const library = { densely, article, formats, files, Network: inMath({ densely }, math) };
    for (const [test, run] of Object.entries(tests)) await attempt(`${test} (${name})`, () => run(library));
    await attempt(`every weight is finite (${name})`, () => hashWeights(library));
  }
  const weights = { hash: "", parts: {} };
  await attempt("the weights hash to the constants", async () => {
    weights.parts = await hashWeights({ densely, article, Network: densely.Network });
    weights.hash = await totalOf(weights.parts);
    const different = differences(weights.parts);
    if (different.length > 0) throw new Error(different.join(" "));
  });
  const { math } = new densely.Network({ inputs: 1, layers: [densely.dense(1)], math: relaxed });
  return { math, passed, failures, ...weights };
}
