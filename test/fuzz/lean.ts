/** Calls of densely/core, whose Network has fewer methods and options. */

import type fc from "fast-check";
import { Network as LeanNetwork } from "../../src/core.js";
import { FIT, flag, math, x, y } from "./arguments.js";
import { type Call, plain, unchanged } from "./call.js";
import { type Named, named } from "./odd.js";
import { layers, rate, TRAINING } from "./settings.js";
import { mostly, options } from "./values.js";

/** A method of a small network, which an error must leave as it was. */
const ofLean = (
  name: string,
  args: readonly fc.Arbitrary<Named>[],
  run: (network: LeanNetwork, ...args: never[]) => unknown,
): fc.Arbitrary<Call> =>
  plain(name, args, async (...list) => {
    const network = new LeanNetwork([2, 3, 1]);
    return unchanged(
      () => JSON.stringify(network),
      false,
      () => run(network, ...list),
    );
  });

const { epochs, batchSize, shuffle, validationSplit, onEpoch, signal } = FIT;
const accuracy = mostly([named('["accuracy"]', () => ["accuracy"])]);
const fit = options({ epochs, batchSize, shuffle, validationSplit, onEpoch, signal, metrics: accuracy });
const given = { inputs: named("2", () => 2), layers: named("[1]", () => [{ type: "dense", units: 1 }]) };

export const leanCalls: fc.Arbitrary<Call>[] = [
  plain("new core.Network", [options({ layers, ...TRAINING }, given)], (all: never) => new LeanNetwork(all)),
  plain(
    "core.Network.fromJSON",
    [mostly([named("JSON", () => new LeanNetwork([2, 1]).toJSON())]), options({ math })],
    LeanNetwork.fromJSON,
  ),
  ofLean("core fit", [x, y, fit], (network, a: never, b: never, c: never) => network.fit(a, b, c)),
  ofLean("core fitSync", [x, y, fit], (network, a: never, b: never, c: never) => network.fitSync(a, b, c)),
  ofLean("core evaluate", [x, y, options({ metrics: accuracy, shuffle: flag })], (network, a, b, c) =>
    network.evaluate(a, b, c),
  ),
  ofLean("core loss", [x, y], (network, a: never, b: never) => network.loss(a, b)),
  ofLean("core predict", [x], (network, a: never) => network.predict(a)),
  ofLean("core predictClasses", [x], (network, a: never) => network.predictClasses(a)),
  ofLean("core learningRate =", [rate], (network, value: never) => {
    network.learningRate = value;
  }),
];
