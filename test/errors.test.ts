/** Errors of making a network: each has its class and, in one sentence, the value and the remedy. */

import { test } from "vitest";
import { adam, dense, Network, type NetworkOptions, RuntimeError, SpecError, sgd } from "../src/index.js";
import { ACTIVATIONS } from "../src/model/names.js";
import { expectError, lists, type Parts, wrong } from "./helpers.js";

const layers = [dense(3, "softmax")];
const make = (options: Record<string, unknown>) => () =>
  new Network(wrong<NetworkOptions>({ inputs: 4, layers, ...options }));

const CONSTRUCTION: [string, () => unknown, Parts][] = [
  [
    "an unknown activation",
    () => dense(4, wrong("rellu")),
    ['activation "rellu"', 'did you mean "relu"?', lists("linear")],
  ],
  ["an activation in capitals", () => dense(4, wrong("Sigmoid")), ['"Sigmoid"', 'did you mean "sigmoid"?']],
  [
    "an activation beyond guessing",
    () => dense(4, wrong("xyzzyxyzzy")),
    ['"xyzzyxyzzy"', `: use one of ${ACTIVATIONS.join(", ")}.`],
  ],
  [
    "an activation with two letters exchanged for others",
    () => dense(4, wrong("zigmoit")),
    ['did you mean "sigmoid"?'],
  ],
  ["an activation of one letter", () => dense(4, wrong("s")), [`"s": use one of ${ACTIVATIONS.join(", ")}.`]],
  ["an activation that is no text", () => dense(4, wrong(7)), ["activation 7", "use one of"]],
  [
    "an activation in plain data",
    make({ layers: [{ units: 3, activation: "tahn" }] }),
    ['"tahn"', 'did you mean "tanh"?'],
  ],
  [
    "an unknown loss",
    make({ loss: "meanSquareError" }),
    ['loss "meanSquareError"', 'did you mean "meanSquaredError"?'],
  ],
  [
    "an unknown optimizer",
    make({ optimizer: "adm" }),
    ['optimizer "adm"', 'did you mean "adam"?', lists("sgd")],
  ],
  ["an optimizer of unknown type", make({ optimizer: { type: "sdg" } }), ['"sdg"', 'did you mean "sgd"?']],
  ["an optimizer that is none", make({ optimizer: 5 }), ["optimizer is 5", "adam({ learningRate: 0.001 })"]],
  [
    "an unknown option of the network",
    make({ optimiser: "adam" }),
    ['option "optimiser"', 'did you mean "optimizer"?'],
  ],
  [
    "an unknown option of a layer",
    make({ layers: [{ units: 3, activaton: "relu" }] }),
    ['"activaton" of layer 1', '"activation"?'],
  ],
  [
    "an unknown type of layer",
    make({ layers: [{ type: "dens", units: 3 }] }),
    ['"dens"', 'did you mean "dense"?'],
  ],
  [
    "an unknown option of sgd",
    () => sgd(wrong({ momentun: 0.9 })),
    ['"momentun" of sgd', 'did you mean "momentum"?'],
  ],
  ["an unknown option of adam", () => adam(wrong({ lr: 0.9 })), ['option "lr" of adam', "learningRate"]],
  [
    "an option of an initializer without any",
    () => dense(4, "relu", wrong({ init: { type: "zeros", gain: 2 } })),
    ['option "gain" of zeros', "it takes none"],
  ],
  [
    "a schedule of one's own without a function",
    () => sgd({ learningRate: wrong({ type: "custom", rate: 0.1 }) }),
    ["rate of custom is 0.1", "a function of the step"],
  ],
  ["no options", () => new Network(wrong(null)), ["null", "object of options"]],
  [
    "no inputs",
    make({ inputs: undefined }),
    ["inputs of Network is undefined", "whole number of at least 1"],
  ],
  ["inputs of 0", make({ inputs: 0 }), ["inputs of Network is 0", "at least 1"]],
  ["half an input", make({ inputs: 2.5 }), ["inputs of Network is 2.5", "whole number"]],
  ["units of 0", () => dense(0), ["units of dense is 0", "at least 1"]],
  ["units as text", () => dense(wrong("16")), ['is "16"', "whole number"]],
  ["no layers", make({ layers: [] }), ["an array of 0", 'dense(16, "relu")']],
  ["layers that are none", make({ layers: 3 }), ["layers of Network is 3", "at least one layer"]],
  ["a layer that is none", make({ layers: [16] }), ["Entry 0 of layers is 16", 'dense(16, "relu")']],
  ["a shorthand of one size", () => new Network([4]), ["1 sizes", "[4, 16, 3]"]],
  ["a shorthand with a wrong size", () => new Network([4, -3, 1]), ["-3", "at least 1"]],
  ["a negative seed", make({ seed: -1 }), ["seed of Network is -1", "at least 0"]],
  [
    "a seed beyond exact numbers",
    make({ seed: 2 ** 53 }),
    ["seed of Network is 9007199254740992", "whole number"],
  ],
  ["an inputScale of 0", make({ inputScale: 0 }), ["inputScale of Network is 0", "give a number"]],
  [
    "an inputScale of NaN",
    make({ inputScale: Number.NaN }),
    ["inputScale of Network is NaN", "give a number"],
  ],
  ["a negative learning rate", () => sgd({ learningRate: -1 }), ["learningRate of sgd is -1", "at least 0"]],
  [
    "an infinite learning rate",
    () => adam({ learningRate: Infinity }),
    ["learningRate of adam is Infinity", "at least 0"],
  ],
  [
    "a negative weight decay",
    () => adam({ weightDecay: -0.1 }),
    ["weightDecay of adam is -0.1", "at least 0"],
  ],
  ["a momentum of 1", () => sgd({ momentum: 1 }), ["momentum of sgd is 1", "from 0 to below 1"]],
  ["a beta of 1", () => adam({ beta1: 1 }), ["beta1 of adam is 1", "below 1"]],
  ["a beta2 as text", () => adam({ beta2: wrong("0.9") }), ['beta2 of adam is "0.9"', "below 1"]],
  ["a negative epsilon", () => adam({ epsilon: -1 }), ["epsilon of adam is -1", "at least 0"]],
  [
    "nesterov as a number",
    () => sgd({ momentum: 0.9, nesterov: wrong(1) }),
    ["nesterov of sgd is 1", "true or false"],
  ],
  ["nesterov without momentum", () => sgd({ nesterov: true }), ["momentum 0", "such as 0.9"]],
  [
    "classes of one unit",
    make({ layers: [dense(1)], loss: "categoricalCrossentropy" }),
    ["has 1", 'dense(1, "sigmoid")'],
  ],
  [
    "a softmax over one unit",
    make({ layers: [dense(1, "softmax"), dense(3)] }),
    ["Layer 1", 'dense(1, "sigmoid")'],
  ],
  ["JSON of another format", () => Network.fromJSON({ format: "other", version: 1 }), ['"other"', "toJSON"]],
  [
    "JSON of another version",
    () => Network.fromJSON({ ...new Network([2, 1]).toJSON(), version: 9 }),
    ["version 9", "toJSON"],
  ],
  [
    "JSON with an unknown key",
    () => Network.fromJSON({ ...new Network([2, 1]).toJSON(), sed: 1 }),
    ['"sed"', '"seed"?'],
  ],
  ["JSON that is none", () => Network.fromJSON("{ not json"), ["not json", "toJSON"]],
  ["JSON without an object", () => Network.fromJSON(5), ["5", "fromJSON"]],
  [
    "JSON without parameters",
    () => Network.fromJSON({ ...new Network([2, 1]).toJSON(), params: undefined }),
    ["params", "undefined"],
  ],
  [
    "JSON without one parameter",
    () => Network.fromJSON({ ...new Network([2, 1]).toJSON(), params: { W1: [1, 2] } }),
    ["b1", "toJSON"],
  ],
];

test.each(CONSTRUCTION)("SpecError: %s", async (_, call, parts) => {
  await expectError(call, SpecError, parts);
});

test("RuntimeError: a network beyond the memory of the host", async () => {
  const call = () => new Network({ inputs: 60_000, layers: [dense(60_000)] });
  await expectError(call, RuntimeError, [/\d+ MB of memory were needed/, "smaller batchSize or network"]);
});
