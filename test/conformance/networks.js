/**
 * The fixed networks, at least one for every name of the vocabulary: how each is made and trained. Their data are whole
 * numbers and powers of two, which are the same on every engine.
 */

import * as options from "./options.js";
import { activations, initializers, layers, losses, optimizers, schedules } from "./vocabulary.js";

const { NEEDED } = options;

/** Arguments of the function of a layer. */
export const layerArguments = (name) => options.layers[name] ?? NEEDED.layer;

/** The last activation before a loss, and the kind of its targets. */
export const aroundLoss = (name) => options.losses[name] ?? NEEDED.loss;

/** The number at place i of a fixed sequence of whole numbers, at least 0 and below `limit`. */
function whole(i, limit) {
  let bits = Math.imul(i + 1, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 15), 0x85ebca77);
  return ((bits ^ (bits >>> 13)) >>> 8) % limit;
}

function sequence(length, value) {
  return Float32Array.from({ length }, (_, i) => value(i));
}

function flat(rows) {
  return Float32Array.from(rows.flatMap((row) => Array.from(row)));
}

/** `rows` x `cols` inputs from -1 to 1, from place `from` of the sequence on. */
export function numbers(rows, cols, from = 0) {
  return sequence(rows * cols, (i) => whole(from + i, 2048) / 1024 - 1);
}

/** Bytes of which four of five are 0. */
function pixels(rows, cols) {
  const bytes = sequence(rows * cols, (i) => (whole(i, 5) ? 0 : whole(i + 7, 256)));
  return new Uint8Array(bytes);
}

/** Targets by kind, for `rows` samples and `units` outputs. */
const targets = {
  numbers: (rows, units) => numbers(rows, units, 90_000),
  bits: (rows, units) => sequence(rows * units, (i) => whole(i, 2)),
  counts: (rows, units) => sequence(rows * units, (i) => whole(i, 4)),
  /** Three shares that add up to 1: x, 1/2 - x and 1/2. */
  shares: (rows, units) =>
    sequence(rows * units, (i) => {
      const share = whole(Math.floor(i / units), 512) / 1024;
      return [share, 0.5 - share, 0.5][i % units];
    }),
  classes: (rows, units) => new Int32Array(sequence(rows, (i) => whole(i, units))),
};

const ROWS = 23;
const INPUTS = 5;
const UNITS = 3;

/** A small classifier with `layer` in the middle. */
function classifier(densely, layer, optimizer = densely.adam({ learningRate: 0.01 })) {
  return {
    inputs: INPUTS,
    layers: [densely.dense(7, "relu"), layer, densely.dense(UNITS, "softmax")],
    optimizer,
    seed: 3,
  };
}

/** Trains on 23 rows in batches of 8, so that the last batch of each epoch is shorter. */
function train(network, y, fitOptions = {}) {
  network.fitSync(numbers(ROWS, INPUTS), y, { epochs: 3, batchSize: 8, ...fitOptions });
  return network.getParams();
}

/** A network of the size of one for MNIST, with a short last batch and inputs that are mostly 0. */
function digits(Network, densely, batchSize) {
  const rows = 100;
  const network = new Network({
    inputs: 784,
    layers: [densely.dense(130, "relu"), densely.dense(10, "softmax")],
  });
  network.fitSync(pixels(rows, 784), targets.classes(rows, 10), {
    epochs: 1,
    batchSize,
    validationSplit: 0.1,
  });
  return network.getParams();
}

/**
 * All networks by name, each a function that trains it and returns its parameters.
 * @param library the doors of the package, and `Network`, a class Network of the math under test.
 */
export function networks({ densely, article, Network }) {
  const y = targets.classes(ROWS, UNITS);
  const all = {};
  for (const name of activations) {
    all[`activation ${name}`] = () => train(new Network(classifier(densely, densely.dense(9, name))), y);
  }
  for (const activation of options.sloped) {
    const { type, alpha } = activation;
    all[`activation ${type} ${alpha}`] = () =>
      train(new Network(classifier(densely, densely.dense(9, activation))), y);
  }
  for (const name of layers) {
    const layer = densely[name](...layerArguments(name));
    all[`layer ${name}`] = () => train(new Network(classifier(densely, layer)), y);
  }
  for (const name of optimizers) {
    const batchSize = name === "lbfgs" ? "full" : 8;
    for (const variant of options.optimizers[name] ?? NEEDED.optimizer) {
      const spec = classifier(densely, densely.dense(9, "tanh"), densely[name](variant));
      all[`optimizer ${name} ${JSON.stringify(variant)}`] = () => train(new Network(spec), y, { batchSize });
    }
  }
  for (const init of initializers) {
    const layer = densely.dense(9, "tanh", { init });
    all[`init ${init}`] = () => train(new Network(classifier(densely, layer)), y);
  }
  for (const name of schedules) {
    const learningRate = densely[name](options.schedules[name] ?? NEEDED.schedule);
    const spec = classifier(densely, densely.dense(9, "tanh"), densely.sgd({ learningRate }));
    all[`schedule ${name}`] = () => train(new Network(spec), y);
  }
  all["rate and decay factors"] = () => {
    const factors = { rate: { W: 0.5, b: 0.125 }, decay: { b: 0 } };
    const optimizer = densely.adamw({ learningRate: 0.01, weightDecay: 0.125 });
    return train(new Network(classifier(densely, densely.dense(9, "tanh", factors), optimizer)), y);
  };
  all["scheduled dropout and decay"] = () => {
    const falling = (learningRate) => densely.flatCosine({ learningRate, steps: 9 });
    const optimizer = densely.sgd({ learningRate: 0.1, momentum: 0.5, weightDecay: falling(0.125) });
    return train(new Network(classifier(densely, densely.dropout(falling(0.5)), optimizer)), y);
  };
  all["biased running variance"] = () =>
    train(new Network(classifier(densely, densely.batchNorm({ variance: "biased" }))), y);
  for (const distribution of ["uniform", "normal"]) {
    const init = { type: "varianceScaling", scale: 2, mode: "average", distribution };
    all[`init varianceScaling ${distribution}`] = () =>
      train(new Network(classifier(densely, densely.dense(9, "tanh", { init }))), y);
  }
  for (const init of [
    { type: "uniform", limit: 0.5, mean: 0.25 },
    { type: "truncatedNormal", stddev: 0.5, mean: -0.25 },
  ]) {
    all[`init ${init.type} with a mean`] = () =>
      train(new Network(classifier(densely, densely.dense(9, "tanh", { init }))), y);
  }
  all["signed weights"] = () => {
    const sampleWeight = sequence(ROWS, (i) => whole(i, 8) - 4);
    return train(new Network(classifier(densely, densely.dense(9, "tanh"))), y, {
      sampleWeight,
      allowNegative: true,
    });
  };
  all["weighted samples"] = () => {
    const sampleWeight = sequence(ROWS, (i) => whole(i, 4) + 1);
    const weights = { sampleWeight, classWeight: "balanced" };
    return train(new Network(classifier(densely, densely.dense(9, "tanh"))), y, weights);
  };
  for (const loss of losses) {
    const [last, kind] = aroundLoss(loss);
    const spec = { inputs: INPUTS, layers: [densely.dense(9, "tanh"), densely.dense(UNITS, last)], loss };
    all[`loss ${loss}`] = () => train(new Network(spec), targets[kind](ROWS, UNITS));
  }
  const squares = {
    name: "squares",
    value: (a, t) => a.reduce((sum, output, i) => sum + (output - t[i]) ** 2, 0) / a.length,
    gradient(a, t, out) {
      for (let i = 0; i < out.length; i++) out[i] = (2 * (a[i] - t[i])) / out.length;
    },
  };
  const codes = { inputs: INPUTS, layers: [densely.dense(9, "tanh"), densely.dense(UNITS)], loss: squares };
  all["loss in code"] = () => train(new Network(codes), targets.numbers(ROWS, UNITS));
  all["gradients in and out"] = () => {
    const network = new Network(classifier(densely, densely.dense(9, "tanh")));
    for (let i = 0; i < 4; i++) {
      const x = numbers(ROWS, INPUTS);
      network.applyGradients(network.backward(x, numbers(ROWS, UNITS), { training: true, of: "logits" }));
    }
    return network.getParams();
  };
  for (const batchSize of [1, 4, 33, "full"]) {
    all[`digits, batch ${batchSize}`] = () => digits(Network, densely, batchSize);
  }
  all["the article"] = () => {
    const x = numbers(ROWS, INPUTS);
    const X = Array.from({ length: INPUTS }, (_, feature) => x.filter((_, i) => i % INPUTS === feature));
    const [params] = article.train(X, [targets.bits(ROWS, 1)], [INPUTS, 4, 1], 20, 0.5);
    return Object.fromEntries(Object.entries(params).map(([name, rows]) => [name, flat(rows)]));
  };
  return all;
}
