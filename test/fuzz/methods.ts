/** Calls of what is done with a network: its methods, and functions that are given one. */

import fc from "fast-check";
import { checkGradients } from "../../src/check.js";
import { toModule } from "../../src/formats.js";
import { checkpointTo, saveCheckpoint, saveFile } from "../../src/node.js";
import { WRITERS } from "../faults/conversions.js";
import { FIT, flag, LOOP, metrics, name, pair, weights, whole, x, y } from "./arguments.js";
import { type Call, call, method } from "./call.js";
import { GOOD_LABELS, GOOD_X, NETWORKS } from "./networks.js";
import { anything, named } from "./odd.js";
import { rate, TRAINING } from "./settings.js";
import { mostly, options, table } from "./values.js";

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

/** Stands for the gradients of the network that is called. */
const OWN = Symbol("own");

export const methods: fc.Arbitrary<Call>[] = [
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
    [x, y, options({ batchSize: whole(1, 4), sampleWeight: weights, allowNegative: flag })],
    method("partialFit"),
    trains,
  ),
  call(
    "trainOnBatch",
    [x, y, options({ sampleWeight: weights, allowNegative: flag })],
    method("trainOnBatch"),
    trains,
  ),
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
  call(
    "gradients",
    [
      x,
      y,
      options({
        training: flag,
        out: mostly([
          named("{ W1, inputs }", () => ({ W1: new Float32Array(6), inputs: new Float32Array(6) })),
        ]),
      }),
    ],
    method("gradients"),
  ),
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
  call("getState", [], method("getState")),
  call(
    "setState",
    [
      options({
        step: whole(0, 1, 7),
        velocity: options({ W1: table("W1", 3, 2, (r, c) => r - c), b1: anything }),
        mean: options({ b1: mostly([named("[1, 2, 3]", () => [1, 2, 3])]) }),
        meanSquare: options({ W1: table("W1", 3, 2, (r, c) => r + c) }),
      }),
    ],
    method("setState"),
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
  call("backward", [x, y, options({ training: flag, of: name("outputs", "logits") })], method("backward")),
  call(
    "outputGradients",
    [x, options({ output: whole(0, 1), of: name("outputs", "logits") })],
    method("outputGradients"),
  ),
  call(
    "applyGradients",
    [mostly([named("its own", () => OWN)])],
    (made, [given]) =>
      method("applyGradients")(made, [given === OWN ? made.backward(GOOD_X, made.predict(GOOD_X)) : given]),
    trains,
  ),
  call(
    "compile",
    [options({ optimizer: TRAINING.optimizer, loss: TRAINING.loss })],
    method("compile"),
    trains,
  ),
  call("freeze", [whole(0, 1)], method("freeze"), trains),
  call("unfreeze", [whole(0, 1)], method("unfreeze"), trains),
  call("clone", [], method("clone")),
  call("copyFrom", [mostly(NETWORKS)], method("copyFrom"), trains),
  // Names of other libraries, which are answered.
  ...["train", "run"].map((key) => call(key, [x, y], method(key))),
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
