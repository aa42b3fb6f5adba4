/** The fixed networks: how each is made and trained, from data that are whole numbers and powers of two. */

import { activations, layers, losses, optimizers } from "./vocabulary.js";

/** The i-th of a fixed sequence of whole numbers from 0 to below `limit`. */
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

/** Inputs from -1 to 1. */
export function numbers(rows, cols, from = 0) {
  return sequence(rows * cols, (i) => whole(from + i, 2048) / 1024 - 1);
}

/** Pixels, four of five black. */
function pixels(rows, cols) {
  const bytes = sequence(rows * cols, (i) => (whole(i, 5) ? 0 : whole(i + 7, 256)));
  return new Uint8Array(bytes);
}

/** Targets by name, of rows x units. */
const targets = {
  numbers: (rows, units) => numbers(rows, units, 90_000),
  bits: (rows, units) => sequence(rows * units, (i) => whole(i, 2)),
  classes: (rows, units) => new Int32Array(sequence(rows, (i) => whole(i, units))),
};

const ROWS = 23;
const INPUTS = 5;
const UNITS = 3;

/** A small classifier with this layer in the middle; 23 rows in batches of 8 leave a ragged one. */
function classifier(densely, layer, optimizer = densely.adam({ learningRate: 0.01 })) {
  return {
    inputs: INPUTS,
    layers: [densely.dense(7, "relu"), layer, densely.dense(UNITS, "softmax")],
    optimizer,
    seed: 3,
  };
}

function train(network, y, options = {}) {
  network.fitSync(numbers(ROWS, INPUTS), y, { epochs: 3, batchSize: 8, ...options });
  return network.getParams();
}

/** A network of the size of MNIST's, with ragged batches and inputs that are mostly 0. */
function digits(Network, densely, batchSize) {
  const rows = 100;
  const network = new Network({
    inputs: 784,
    layers: [densely.dense(130, "relu"), densely.dense(10, "softmax")],
  });
  const options = { epochs: 1, batchSize, validationSplit: 0.1 };
  network.fitSync(pixels(rows, 784), targets.classes(rows, 10), options);
  return network.getParams();
}

/**
 * All networks by name, each a function that trains it and returns its parameters.
 * @param Network makes a network, in the math that is wanted.
 */
export function networks({ densely, article, Network }) {
  const y = targets.classes(ROWS, UNITS);
  const all = {};
  for (const name of activations) {
    all[name] = () => train(new Network(classifier(densely, densely.dense(9, name))), y);
  }
  for (const [name, args] of Object.entries(layers)) {
    all[name] = () => train(new Network(classifier(densely, densely[name](...args))), y);
  }
  for (const [name, variants] of Object.entries(optimizers)) {
    for (const options of variants) {
      const layer = densely.dense(9, "tanh");
      all[`${name} ${JSON.stringify(options)}`] = () =>
        train(new Network(classifier(densely, layer, densely[name](options))), y);
    }
  }
  for (const [loss, [activation, kind]] of Object.entries(losses)) {
    const options = { inputs: INPUTS, layers: [densely.dense(9, "tanh"), densely.dense(UNITS, activation)] };
    all[loss] = () => train(new Network({ ...options, loss }), targets[kind](ROWS, UNITS));
  }
  for (const batchSize of [1, 4, 33, "full"]) {
    all[`digits, batch ${batchSize}`] = () => digits(Network, densely, batchSize);
  }
  all.article = () => {
    const x = numbers(ROWS, INPUTS);
    const X = Array.from({ length: INPUTS }, (_, feature) => x.filter((_, i) => i % INPUTS === feature));
    const [params] = article.train(X, [targets.bits(ROWS, 1)], [INPUTS, 4, 1], 20, 0.5);
    return Object.fromEntries(Object.entries(params).map(([name, rows]) => [name, flat(rows)]));
  };
  return all;
}
