/** Every public function of every door, as a call with arguments. */

import fc from "fast-check";
import * as article from "../../src/article.js";
import { checkGradients } from "../../src/check.js";
import { fromPyTorch, fromTFJS, toModule, toTFJS } from "../../src/formats.js";
import { Network } from "../../src/index.js";
import { checkpointTo, loadFile, resumeFile, saveCheckpoint, saveFile } from "../../src/node.js";
import { WRITERS } from "../faults/conversions.js";
import {
  activation,
  activations,
  batchNorm,
  callback,
  DENSE,
  dense,
  dropout,
  FIT,
  flag,
  GOOD_LABELS,
  GOOD_X,
  gaussianNoise,
  LOOP,
  layerNorm,
  layers,
  math,
  metrics,
  NETWORKS,
  name,
  network,
  OPTIMIZER,
  optimizers,
  pair,
  prelu,
  rate,
  real,
  SCHEDULE,
  scale,
  schedules,
  TRAINING,
  weights,
  whole,
  x,
  y,
} from "./arguments.js";
import { anything, mostly, type Named, named, options, table } from "./values.js";

/** A function to be called, with its arguments and, where it has them, the network that it is a method of. */
export interface Call {
  name: string;
  /** The network that must be as before after an error. */
  network?: Named<Network>;
  args: readonly Named[];
  run: (network: Network, args: readonly unknown[]) => unknown;
  /** True if the call trains, so that the network may change where it succeeds. */
  trains: boolean;
}

type Method = (network: Network, args: readonly unknown[]) => unknown;

/** A method by its name; `this` is the network. */
const method =
  (key: string): Method =>
  (made, args) =>
    (made as unknown as Record<string, (...args: unknown[]) => unknown>)[key](...args);

function call(
  name: string,
  args: readonly fc.Arbitrary<Named>[],
  run: Method,
  { trains = false, hasNetwork = true } = {},
): fc.Arbitrary<Call> {
  const all = fc.tuple(network, fc.tuple(...args));
  return all.map(([made, list]) => {
    const text = `${name}(${list.map((entry) => entry.name).join(", ")})`;
    const described = { name: hasNetwork ? `${made.name}: ${text}` : text, args: list, run, trains };
    return Object.assign(hasNetwork ? { ...described, network: made } : described, {
      [fc.toStringMethod]: () => described.name,
    });
  });
}

/** A function of a door, without a network. */
const plain = (name: string, args: readonly fc.Arbitrary<Named>[], run: (...args: never[]) => unknown) =>
  call(name, args, (_, list) => run(...(list as never[])), { hasNetwork: false });

const trains = { trains: true };
const few = { maxSteps: named("4", () => 4) };
/** Options of fit: those that come last win, so a maxSteps that is odd stands beside few epochs. */
const fitOptions = fc.oneof(options(FIT, few), options({ ...FIT, epochs: fc.constant(named("2", () => 2)) }));
const batches = mostly(
  [
    named(
      "a Set of batches",
      () =>
        new Set([
          [GOOD_X, GOOD_LABELS],
          [GOOD_X, GOOD_LABELS],
        ]),
    ),
    named("a generator of batches", () =>
      (function* () {
        for (let i = 0; i < 3; i++) yield [GOOD_X, GOOD_LABELS];
      })(),
    ),
    named("an async generator of batches", () =>
      (async function* () {
        for (let i = 0; i < 3; i++) yield [GOOD_X, GOOD_LABELS];
      })(),
    ),
  ],
  pair.map((batch) => named(`a Set of ${batch.name}`, () => new Set([batch.make()]))),
);

const methods: fc.Arbitrary<Call>[] = [
  call("fit", [x, y, fitOptions], method("fit"), trains),
  call("fitSync", [x, y, fitOptions], method("fitSync"), trains),
  call("fit", [batches, options(LOOP, few)], method("fit"), trains),
  call("fitSync", [batches, options(LOOP, few)], method("fitSync"), trains),
  call(
    "epochs",
    [x, y, fitOptions],
    async (made, args) => {
      const reports: unknown[] = [];
      for await (const report of method("epochs")(made, args) as AsyncIterable<unknown>) reports.push(report);
      return reports;
    },
    trains,
  ),
  call(
    "partialFit",
    [x, y, options({ batchSize: whole(1, 4), sampleWeight: weights })],
    method("partialFit"),
    trains,
  ),
  call("trainOnBatch", [x, y, options({ sampleWeight: weights })], method("trainOnBatch"), trains),
  call(
    "predict",
    [
      x,
      options({
        out: mostly([
          named("out of 6", () => new Float32Array(6)),
          named("out of 12", () => new Float32Array(12)),
        ]),
      }),
    ],
    method("predict"),
  ),
  call("predictClasses", [x], method("predictClasses")),
  call("activations", [x, whole(0, 1, 2)], method("activations")),
  call("evaluate", [x, y, options({ metrics, sampleWeight: weights })], method("evaluate")),
  call("loss", [x, y], method("loss")),
  call("gradients", [x, y, options({ training: flag })], method("gradients")),
  call("getParams", [], method("getParams")),
  call(
    "setParams",
    [
      options({
        W1: table("W1", 3, 2, (r, c) => r - c),
        b1: mostly([named("[1, 2, 3]", () => [1, 2, 3])]),
        W2: anything,
        mean1: anything,
        variance1: table("variance", 2, 1, (r) => r),
      }),
    ],
    method("setParams"),
    trains,
  ),
  call(
    "learningRate =",
    [rate],
    (made, [value]) => {
      made.learningRate = value as number;
    },
    trains,
  ),
  call("toJSON", [anything], method("toJSON")),
  call("save", [options({ metadata: mostly([named('{ a: "b" }', () => ({ a: "b" }))]) })], method("save")),
  call("checkpoint", [options({ metadata: anything })], method("checkpoint")),
  ...WRITERS.map(([name, write]) => call(name, [], (made) => write(made))),
  call("summary", [], method("summary")),
  call("explain", [options({ batchSize: fc.oneof(whole(1, 32), anything) })], method("explain")),
  call("spec", [], (made) => made.spec),
  call("checkGradients", [x, y, options({ training: flag, limit: whole(1, 5) })], (made, args) =>
    (checkGradients as (...args: unknown[]) => unknown)(made, ...args),
  ),
  call("toModule", [options({ format: name("js", "ts", "c") })], (made, args) =>
    (toModule as (...args: unknown[]) => unknown)(made, ...args),
  ),
  call("saveFile", [name("fuzz-file"), options({ metadata: anything })], (made, args) =>
    (saveFile as (...args: unknown[]) => unknown)(made, ...args),
  ),
  call("saveCheckpoint", [name("fuzz-file")], (made, args) =>
    (saveCheckpoint as (...args: unknown[]) => unknown)(made, ...args),
  ),
  call(
    "checkpointTo",
    [name("fuzz-file"), mostly([named("bytes", () => new Uint8Array(9))])],
    (_, [path, bytes]) => checkpointTo(path as string)(bytes as Uint8Array),
  ),
];

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

const functions: fc.Arbitrary<Call>[] = [
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
  plain("checkGradients", [networks, x, y, options({ training: flag })], checkGradients),
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

/** A call of any public function. */
export const calls: fc.Arbitrary<Call> = fc.oneof(fc.oneof(...methods), fc.oneof(...functions));

/** A call of a method. */
export const methodCalls: fc.Arbitrary<Call> = fc.oneof(...methods);
