/** Calls of functions that make networks and parts of them, or read, write and compute without one. */

import fc from "fast-check";
import * as article from "../../src/article.js";
import { checkGradients } from "../../src/check.js";
import { integratedGradients, lastStep } from "../../src/explain.js";
import { fromPyTorch, fromTFJS, toModule, toTFJS } from "../../src/formats.js";
import { Network, workers } from "../../src/index.js";
import { loadFile, progress, resumeFile, saveCheckpoint, saveFile, together } from "../../src/node.js";
import { accelerate } from "../../src/tfjs.js";
import { threads } from "../../src/threads.js";
import { chart, network } from "../../src/ui.js";
import { WRITERS } from "../faults/conversions.js";
import { callback, flag, math, name, real, whole, x, y } from "./arguments.js";
import { type Call, plain } from "./call.js";
import {
  activation,
  batchNorm,
  dense,
  dropout,
  gaussianNoise,
  layerNorm,
  NETWORKS,
  optimizers,
  prelu,
  scale,
  schedules,
} from "./networks.js";
import { anything, named } from "./odd.js";
import { activations, DENSE, layers, OPTIMIZER, SCHEDULE, TRAINING } from "./settings.js";
import { mostly, options, table } from "./values.js";

const bytes = mostly([
  named("a saved network", () => new Network([2, 1]).save()),
  named("a checkpoint", () => new Network([2, 1]).checkpoint()),
  named("an ArrayBuffer", () => new Network([2, 1]).save().buffer),
]);
const tfjs = toTFJS(new Network([2, 1]));
const matrix = (rows: number, cols: number) =>
  table(`${rows} x ${cols}`, rows, cols, (r, c) => Math.abs(Math.sin(r + 2 * c + 1)));
const params = options(
  { W1: matrix(1, 2), b1: matrix(1, 1) },
  { W1: named("[[1, 2]]", () => [[1, 2]]), b1: named("[[0]]", () => [[0]]) },
);
const dims = mostly([named("[2, 1]", () => [2, 1]), named("[2, 3, 1]", () => [2, 3, 1])]);
const cache = mostly([named("a cache", () => [[[[1], [2]], [[1, 2]], [[0]]], [[5]]])]);
const networks = mostly(NETWORKS);

export const functions: fc.Arbitrary<Call>[] = [
  plain(
    "new Network",
    [
      options(
        { inputs: whole(1, 2), layers, ...TRAINING },
        { inputs: named("2", () => 2), layers: named("[dense(1)]", () => [dense(1)]) },
      ),
    ],
    (o: never) => new Network(o),
  ),
  plain("new Network", [mostly([named("[2, 3]", () => [2, 3])])], (o: never) => new Network(o)),
  plain("workers", [options({ size: whole(1, 2) })], (given: never) => {
    const before = workers();
    try {
      return workers(given);
    } finally {
      workers(before);
    }
  }),
  plain("threads", [whole(1, 2)], threads),
  plain("dense", [whole(1, 2), activations, options(DENSE)], dense),
  plain("activation", [activations], activation),
  plain("dropout", [fc.oneof(real(0.5), options(SCHEDULE))], dropout),
  plain("gaussianNoise", [real(0.1)], gaussianNoise),
  plain("batchNorm", [options({ momentum: real(0.1), epsilon: real(1e-5), trainable: flag })], batchNorm),
  plain("layerNorm", [options({ epsilon: real(1e-5), trainable: flag, rate: real(1) })], layerNorm),
  plain("prelu", [options({ init: real(0.25), trainable: flag, rate: real(1) })], prelu),
  plain("scale", [options({ init: real(1), trainable: flag, rate: real(6), decay: real(0) })], scale),
  ...Object.entries(optimizers).map(([key, make]) => plain(key, [options(OPTIMIZER)], make)),
  ...Object.entries(schedules).map(([key, make]) =>
    plain(
      key,
      [options(SCHEDULE, { learningRate: named("0.1", () => 0.1), steps: named("2", () => 2) })],
      make,
    ),
  ),
  plain("Network.load", [bytes, options({ math })], Network.load),
  plain("Network.resume", [bytes, options({ math })], Network.resume),
  plain(
    "Network.fromJSON",
    [
      mostly([
        named("JSON", () => new Network([2, 1]).toJSON()),
        named("text of JSON", () => JSON.stringify(new Network([2, 1]))),
      ]),
      options({ math }),
    ],
    Network.fromJSON,
  ),
  plain(
    "fromArticle",
    [params, options({ optimizer: TRAINING.optimizer, seed: whole(0), inputScale: real(1), math })],
    article.fromArticle,
  ),
  plain(
    "accelerate",
    [
      options({
        LayersModel: mostly([named("a class", () => class {})]),
        CallbackList: mostly([named("a class", () => class {})]),
        tensor: callback,
        tidy: callback,
      }),
    ],
    accelerate,
  ),
  plain("checkGradients", [networks, x, y, options({ training: flag })], checkGradients),
  plain("lastStep", [networks], lastStep),
  plain(
    "integratedGradients",
    [networks, x, options({ baseline: x, steps: whole(1, 40), output: whole(0, 1) })],
    integratedGradients,
  ),
  ...WRITERS.map(([name, write]) => plain(name, [networks], write)),
  plain("toModule", [networks, options({ format: name("js", "ts", "c") })], toModule),
  plain(
    "fromTFJS",
    [
      mostly([named("model", () => tfjs.model), named("text of model", () => JSON.stringify(tfjs.model))]),
      mostly([named("weights", () => tfjs.weights), named("[weights]", () => [tfjs.weights])]),
      options(TRAINING),
    ],
    fromTFJS,
  ),
  plain(
    "fromPyTorch",
    [
      bytes,
      options({
        activations: mostly([
          named('["relu"]', () => ["relu"]),
          named('{ fc1: "relu" }', () => ({ fc1: "relu" })),
        ]),
        epsilon: mostly([named("1e-3", () => 1e-3)]),
        ...TRAINING,
      }),
    ],
    fromPyTorch,
  ),
  plain("saveFile", [networks, name("fuzz-file")], saveFile),
  plain("saveCheckpoint", [networks, name("fuzz-file")], saveCheckpoint),
  plain("loadFile", [name("fuzz-file", "fuzz-none"), options({ math })], loadFile),
  plain("resumeFile", [name("fuzz-file", "fuzz-none"), options({ math })], resumeFile),
  plain(
    "progress",
    [options({ stream: mostly([named("a stream", () => ({ write() {} }))]), batches: flag })],
    progress,
  ),
  // Without a page there is no element that they could take.
  plain("chart", [anything], chart),
  plain("network", [anything, networks], network),
  plain(
    "together",
    [mostly([named("[callbacks]", () => [{ onEpoch() {} }, {}]), named("[7]", () => [7])])],
    together,
  ),
  plain("init_params", [dims, whole(3)], article.init_params),
  plain("sigmoid", [matrix(2, 3)], article.sigmoid),
  plain("forward_prop", [matrix(2, 3), params], article.forward_prop),
  plain("cost_function", [matrix(1, 3), matrix(1, 3)], article.cost_function),
  plain("one_layer_backward", [matrix(1, 1), cache], article.one_layer_backward),
  plain(
    "backprop",
    [matrix(1, 1), matrix(1, 1), cache.map((entry) => named(`[${entry.name}]`, () => [entry.make()]))],
    article.backprop,
  ),
  plain(
    "update_parameters",
    [
      params,
      options(
        { dW1: matrix(1, 2), db1: matrix(1, 1) },
        { dW1: named("[[1, 2]]", () => [[1, 2]]), db1: named("[[0]]", () => [[0]]) },
      ),
      real(0.1),
    ],
    article.update_parameters,
  ),
  plain(
    "train",
    [
      matrix(2, 3),
      matrix(1, 3),
      dims,
      whole(1, 2),
      real(0.1),
      options({ seed: whole(3), onEpoch: callback, signal: anything }),
    ],
    article.train,
  ),
  plain(
    "plot",
    [mostly([named("[3, 2, 1]", () => [3, 2, 1]), named("Float64Array", () => Float64Array.of(3, 2))])],
    article.plot,
  ),
];
