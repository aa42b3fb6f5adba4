/** No message repeats more than some 80 characters of a value, and files are told apart by what they are. */

import { describe, expect, test } from "vitest";
import * as article from "../../src/article.js";
import { checkGradients } from "../../src/check.js";
import { fromPyTorch, fromTFJS, toModule, toTFJS } from "../../src/formats.js";
import {
  activation,
  dense,
  dropout,
  Network,
  oneCycle,
  reduceOnPlateau,
  SpecError,
  sgd,
} from "../../src/index.js";
import { wrong } from "../helpers.js";
import { errorOf, expectRefusal, file, open, tamper } from "./tools.js";

const network = () => new Network([2, 2]);
const x = [
  [1, 2],
  [3, 4],
];

describe("No message repeats more than 80 characters of a value", () => {
  const long = "y".repeat(5000);
  const digits = 10n ** 3000n;
  const named = { [long]: 1 };
  const bytes = new Network([2, 2]).save();
  const header = JSON.parse(open(bytes).header);
  const withTensor = (entry: object) => file({ ...header, [long]: entry }, open(bytes).values);
  const { model, weights } = toTFJS(network());
  const changed = (change: (text: string) => string) => JSON.parse(change(JSON.stringify(model)));

  const cases: [string, () => unknown][] = [
    ["an activation", () => dense(1, wrong(long))],
    ["an activation as a layer", () => activation(wrong(long))],
    ["an option of dense", () => dense(1, "relu", wrong(named))],
    ["units", () => dense(wrong(long))],
    ["a rate", () => dropout(wrong(long))],
    ["an initializer", () => dense(1, "relu", { init: wrong(long) })],
    ["the type of a layer", () => new Network({ inputs: 1, layers: [wrong({ type: long })] })],
    ["a loss", () => new Network({ inputs: 1, layers: [dense(1)], loss: wrong(long) })],
    ["an optimizer", () => new Network({ inputs: 1, layers: [dense(1)], optimizer: wrong(long) })],
    ["a learning rate", () => sgd({ learningRate: wrong(long) })],
    ["an option of a schedule", () => oneCycle(wrong({ learningRate: 1, steps: 1, ...named }))],
    ["a monitor", () => network().fitSync(x, [0, 1], { earlyStopping: { monitor: long } })],
    [
      "the monitor of a schedule",
      () => {
        const made = network();
        made.learningRate = reduceOnPlateau({ learningRate: 1, monitor: long });
        made.fitSync(x, [0, 1]);
      },
    ],
    ["an option of fit", () => network().fitSync(x, [0, 1], wrong(named))],
    ["batchSize", () => network().fitSync(x, [0, 1], { batchSize: wrong(long) })],
    ["a metric", () => network().evaluate(x, [0, 1], { metrics: [wrong(long)] })],
    [
      "a metric twice",
      () => {
        const own = { name: long, measure: () => 1 };
        network().evaluate(x, [0, 1], { metrics: [own, own] });
      },
    ],
    ["a label", () => network().fitSync(x, wrong([long, long]))],
    ["a cell", () => network().predict(wrong([[long, 1]]))],
    ["a BigInt", () => network().predict(wrong([[digits, 1]]))],
    ["a class of classWeight", () => network().fitSync(x, [0, 1], { classWeight: wrong(named) })],
    ["a parameter's name", () => network().setParams(wrong(named))],
    [
      "many parameters' names",
      () =>
        network().setParams(
          wrong(Object.fromEntries(Array.from({ length: 999 }, (_, i) => [`name${i}`, [1]]))),
        ),
    ],
    ["x", () => network().predict(wrong(long))],
    [
      "the name of a function",
      () => network().predict(wrong(Object.defineProperty(() => 1, "name", { value: long }))),
    ],
    [
      "the name of a class",
      () =>
        network().predict(
          wrong(
            new (class extends Float32Array {
              static override get name() {
                return long;
              }
            })(3),
          ),
        ),
    ],
    ["a symbol", () => dense(wrong(Symbol(long)))],
    ["load of text", () => Network.load(wrong(long))],
    ["load of JSON", () => Network.load(wrong(JSON.stringify(network())))],
    ["resume of text", () => Network.resume(wrong(long))],
    ["fromJSON of text", () => Network.fromJSON(long)],
    ["fromJSON, a key", () => Network.fromJSON({ ...network().toJSON(), ...named })],
    ["fromJSON, the format", () => Network.fromJSON({ ...network().toJSON(), format: long })],
    ["fromJSON, the version", () => Network.fromJSON({ ...network().toJSON(), version: long })],
    ["a tensor's name", () => Network.load(withTensor({ dtype: "F32", shape: [0], data_offsets: [0, 0] }))],
    ["a dtype", () => Network.load(withTensor({ dtype: long, shape: [1], data_offsets: [0, 4] }))],
    [
      "a shape",
      () => Network.load(withTensor({ dtype: "F32", shape: Array(4000).fill(1), data_offsets: [0, 8] })),
    ],
    ["the version of a file", () => Network.load(tamper(bytes, { densely: () => long }))],
    ["the spec of a file", () => Network.load(tamper(bytes, { spec: () => long }))],
    [
      "a name in the spec of a file",
      () => Network.load(tamper(bytes, { spec: (text) => text.replace("softmax", long) })),
    ],
    ["fromTFJS of text", () => fromTFJS(long, weights)],
    [
      "the class of a Keras layer",
      () =>
        fromTFJS(
          changed((text) => text.replace('"Dense"', `"${long}"`)),
          weights,
        ),
    ],
    [
      "the activation of a Keras layer",
      () =>
        fromTFJS(
          changed((text) => text.replace('"softmax"', `"${long}"`)),
          weights,
        ),
    ],
    [
      "the name of a Keras weight",
      () =>
        fromTFJS(
          changed((text) => text.replace(/"name":"[^"]*kernel"/, `"name":"${long}"`)),
          weights,
        ),
    ],
    [
      "fromPyTorch, a tensor's name",
      () =>
        fromPyTorch(file({ [long]: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }, new Uint8Array(4)), {
          activations: ["relu"],
        }),
    ],
    ["fromPyTorch, an activation", () => fromPyTorch(new Uint8Array(9), { activations: [wrong(long)] })],
    ["fromPyTorch, an option", () => fromPyTorch(new Uint8Array(9), wrong({ activations: [], ...named }))],
    ["the format of toModule", () => toModule(network(), { format: wrong(long) })],
    ["an option of checkGradients", () => checkGradients(network(), x, [0, 1], wrong(named))],
    ["worker", () => network().fit(x, [0, 1], { worker: wrong({ toString: () => long }) })],
    ["params of the article", () => article.forward_prop([[1]], wrong(named))],
    ["grads of the article", () => article.update_parameters(article.init_params([1, 1]), wrong(named), 1)],
    ["layer_dims of the article", () => article.init_params(wrong([long, 1]))],
    ["an option of train", () => article.train([[1]], [[1]], [1, 1], 1, 1, wrong(named))],
  ];

  test.each(cases)("%s", async (_, call) => {
    const { message } = await errorOf(call);
    expect(message).not.toMatch(/y{90}|0{90}|1( x 1|, 1|,1){60}/);
    expect(message.length).toBeLessThan(600);
    expect(message).toMatch(/^[^\n]+\.$/);
  });
});

describe("A number as text", () => {
  test("a learning rate as text is told to be a number", async () => {
    const makers: ((learningRate: never) => unknown)[] = [
      (learningRate) => sgd({ learningRate }),
      (learningRate) => {
        network().learningRate = learningRate;
      },
    ];
    for (const make of makers) {
      await expectRefusal(
        () => make(wrong("0.1")),
        SpecError,
        [/learningRate/, /"0\.1"/, /number/],
        [/cosineDecay|schedule/],
      );
      for (const rate of ["", "abc", true, [], 1n]) {
        await expectRefusal(() => make(wrong(rate)), SpecError, [/learningRate/, /number/]);
      }
    }
  });
});
