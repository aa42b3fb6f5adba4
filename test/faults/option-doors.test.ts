/** Options are plain objects with own keys, and null is a value like any other wrong one. */

import { describe, expect, test } from "vitest";
import * as article from "../../src/article.js";
import { checkGradients } from "../../src/check.js";
import { fromPyTorch, fromTFJS, toModule, toTFJS } from "../../src/formats.js";
import {
  adam,
  type Batch,
  batchNorm,
  cosineDecay,
  dense,
  dropout,
  gaussianNoise,
  layerNorm,
  Network,
  oneCycle,
  piecewise,
  reduceOnPlateau,
  SpecError,
  sgd,
  stepDecay,
  warmup,
} from "../../src/index.js";
import { loadFile, resumeFile } from "../../src/node.js";
import { wrong } from "../helpers.js";
import { errorOf, expectNoChange, stateOf } from "./tools.js";

const x = [
  [1, 2],
  [3, 4],
  [5, 6],
];
const y = [0, 1, 1];
const network = () => new Network([2, 2]);
const batches = () =>
  new Set<Batch>([
    [x, y],
    [x, y],
  ]);
const any = (value: unknown) => wrong<never>(value);
const { model, weights } = toTFJS(network());

/** Every place that takes options. */
const options: Record<string, (options: never) => unknown> = {
  Network: (o) => new Network(o),
  "dense, third": (o) => dense(2, "relu", o),
  batchNorm: (o) => batchNorm(o),
  layerNorm: (o) => layerNorm(o),
  "a loss": (loss) => new Network({ inputs: 1, layers: [dense(1)], loss }),
  "a layer": (layer) => new Network({ inputs: 1, layers: [layer] }),
  "an optimizer": (optimizer) => new Network({ inputs: 1, layers: [dense(1)], optimizer }),
  sgd: (o) => sgd(o),
  adam: (o) => adam(o),
  stepDecay: (o) => stepDecay(o),
  cosineDecay: (o) => cosineDecay(o),
  oneCycle: (o) => oneCycle(o),
  warmup: (o) => warmup(o),
  piecewise: (o) => piecewise(o),
  reduceOnPlateau: (o) => reduceOnPlateau(o),
  fit: (o) => network().fit(x, y, o),
  fitSync: (o) => network().fitSync(x, y, o),
  "fit of a source": (o) => network().fit(batches(), o),
  "fitSync of a source": (o) => network().fitSync(batches(), o),
  epochs: (o) => network().epochs(x, y, o).next(),
  partialFit: (o) => network().partialFit(x, y, o),
  trainOnBatch: (o) => network().trainOnBatch(x, y, o),
  predict: (o) => network().predict(x, o),
  evaluate: (o) => network().evaluate(x, y, o),
  gradients: (o) => network().gradients(x, y, o),
  explain: (o) => network().explain(o),
  save: (o) => network().save(o),
  checkpoint: (o) => network().checkpoint(o),
  load: (o) => Network.load(network().save(), o),
  resume: (o) => Network.resume(network().checkpoint(), o),
  fromJSON: (o) => Network.fromJSON(network().toJSON(), o),
  fromArticle: (o) => article.fromArticle(article.init_params([2, 1]), o),
  earlyStopping: (earlyStopping) => network().fitSync(x, y, { earlyStopping }),
  "a metric": (metric) => network().evaluate(x, y, { metrics: [metric] }),
  checkGradients: (o) => checkGradients(network(), x, y, o),
  toModule: (o) => toModule(network(), o),
  fromTFJS: (o) => fromTFJS(model, weights, o),
  fromPyTorch: (o) => fromPyTorch(network().save(), o),
  train: (o) => article.train([[1, 2]], [[0, 1]], [1, 1], 1, 1, o),
  loadFile: (o) => loadFile("/nowhere/else", o),
  resumeFile: (o) => resumeFile("/nowhere/else", o),
  setParams: (o) => network().setParams(o),
};

describe("Options are plain objects: anything else is refused, with what to give", () => {
  class Options {
    learningRate = 1;
  }
  const values: [string, () => unknown][] = [
    ["null", () => null],
    ["a Map", () => new Map([["epochs", 5]])],
    ["a Set", () => new Set()],
    ["an array", () => []],
    ["an array of names", () => ["accuracy"]],
    ["a Date", () => new Date()],
    ["a class's instance", () => new Options()],
    ["inherited options", () => Object.create({ epochs: 5 })],
    ["a typed array", () => new Float32Array(6)],
    ["a promise", () => Promise.resolve({})],
    ["a function", () => () => 1],
    ["a number", () => 0.5],
    ["true", () => true],
    ["text", () => "a path"],
    ["a BigInt", () => 1n],
    ["a symbol", () => Symbol("s")],
  ];
  const TAKES: Record<string, string[]> = {
    Network: ["an array"],
    "a loss": ["text"],
    "an optimizer": ["text"],
    "a metric": ["text"],
  };
  const cases = Object.entries(options).flatMap(([door, call]) =>
    values.map(([name, make]) => [door, name, call, make] as const),
  );

  test.each(cases)("%s: %s", async (door, name, call, make) => {
    const { name: kind, message } = await errorOf(() => call(any(make())));
    // Text names a kind there, and an array lists sizes; both are refused for what they say.
    if (!TAKES[door]?.includes(name)) expect(kind).toBe("SpecError");
    expect(message).not.toMatch(/undefined is not|Cannot read|not iterable/);
    expect(message.length).toBeLessThan(600);
  });

  test("without a prototype, or of another realm, they are options", async () => {
    const bare = Object.assign(Object.create(null), { epochs: 2 });
    expect(network().fitSync(x, y, bare).epochs).toBe(2);
    const { runInNewContext } = await import("node:vm");
    expect(network().fitSync(x, y, runInNewContext("({ epochs: 2, metrics: ['accuracy'] })")).epochs).toBe(2);
    const file = network().save({ metadata: runInNewContext("({ made: 'elsewhere' })") });
    expect(Network.load(file).metadata).toEqual({ made: "elsewhere" });
    expect(sgd(Object.assign(Object.create(null), { momentum: 0.5 })).momentum).toBe(0.5);
  });

  test("undefined is the default everywhere, key by key", () => {
    const none = undefined;
    expect(network().fitSync(x, y, none).epochs).toBe(1);
    const keys = [
      "epochs",
      "batchSize",
      "shuffle",
      "metrics",
      "sampleWeight",
      "classWeight",
      "earlyStopping",
      "validationData",
    ];
    const given = Object.fromEntries(
      [...keys, "validationSplit", "signal", "onEpoch", "worker"].map((key) => [key, none]),
    );
    expect(network().fitSync(x, y, given)).toEqual(network().fitSync(x, y));
    expect(sgd(any({ learningRate: none, momentum: none }))).toEqual(sgd());
    expect(dense(2, any(none), any({ init: none, bias: none, l2: none }))).toEqual(dense(2));
    expect(dropout(none)).toEqual(dropout());
    const spec = {
      inputs: 2,
      layers: [dense(1)],
      loss: none,
      optimizer: none,
      seed: none,
      inputScale: none,
      math: none,
    };
    expect(new Network(spec).spec).toEqual(new Network({ inputs: 2, layers: [dense(1)] }).spec);
  });
});

describe("null is refused like any other wrong value, in every option", () => {
  const nulls: [string, (value: never) => unknown][] = [
    ...[
      "epochs",
      "initialEpoch",
      "batchSize",
      "stepsPerEpoch",
      "maxSteps",
      "shuffle",
      "validationSplit",
      "validationData",
      "sampleWeight",
      "classWeight",
      "metrics",
      "earlyStopping",
      "onEpoch",
      "onBatch",
      "onTrainBegin",
      "onTrainEnd",
      "onCheckpoint",
      "checkpointEvery",
      "signal",
      "worker",
    ].map((key): [string, (value: never) => unknown] => [
      key,
      (value) => network().fit(x, y, { [key]: value }),
    ]),
    ...["loss", "optimizer", "seed", "inputScale", "math", "inputs", "layers"].map(
      (key): [string, (value: never) => unknown] => [
        key,
        (value) => new Network({ inputs: 2, layers: [dense(2)], [key]: value }),
      ],
    ),
    ...["monitor", "mode", "patience", "minDelta", "restoreBest"].map(
      (key): [string, (value: never) => unknown] => [
        key,
        (value) => network().fitSync(x, y, { earlyStopping: { [key]: value } }),
      ],
    ),
    ...["learningRate", "beta1", "epsilon", "amsgrad", "weightDecay", "clipNorm"].map(
      (key): [string, (value: never) => unknown] => [key, (value) => adam({ [key]: value })],
    ),
    ...["init", "bias", "l1", "maxNorm", "trainable"].map((key): [string, (value: never) => unknown] => [
      key,
      (value) => dense(1, "relu", { [key]: value }),
    ]),
    ["activation", (value) => dense(1, value)],
    ["units", (value) => dense(value)],
    ["rate", (value) => dropout(value)],
    ["stddev", (value) => gaussianNoise(value)],
    ["momentum", (value) => batchNorm({ momentum: value })],
    ["epsilon", (value) => layerNorm({ epsilon: value })],
    ["out", (value) => network().predict(x, { out: value })],
    ["training", (value) => network().gradients(x, y, { training: value })],
    ["batchSize", (value) => network().explain({ batchSize: value })],
    ["sampleWeight", (value) => network().evaluate(x, y, { sampleWeight: value })],
    ["format", (value) => toModule(network(), { format: value })],
    ["limit", (value) => checkGradients(network(), x, y, { limit: value })],
    ["lr", (value) => article.train([[1, 2]], [[0, 1]], [1, 1], 1, value)],
    ["seed", (value) => article.train([[1, 2]], [[0, 1]], [1, 1], 1, 1, { seed: value })],
    ["onEpoch", (value) => article.train([[1, 2]], [[0, 1]], [1, 1], 1, 1, { onEpoch: value })],
    ["end", (value) => cosineDecay({ learningRate: 1, steps: 2, end: value })],
    [
      "delta",
      (value) => new Network({ inputs: 1, layers: [dense(1)], loss: { type: "huber", delta: value } }),
    ],
    ["k", (value) => network().evaluate(x, y, { metrics: [{ type: "topKAccuracy", k: value }] })],
    ["stddev", (value) => dense(1, "relu", { init: { type: "normal", stddev: value } })],
  ];

  test.each(nulls)("%s", async (key, call) => {
    const { message } = await errorOf(() => call(any(null)));
    expect(message).toMatch(/\bnull\b/);
    expect(message).toMatch(new RegExp(key === "activation" ? "activation" : `\\b${key}\\b`));
  });
});

describe("Options that do not fit each other change nothing", () => {
  test("whatever is wrong is said before anything is done", async () => {
    const made = network();
    const before = stateOf(made);
    for (const [key, value] of Object.entries({
      epochs: -1,
      batchSize: 0,
      metrics: ["f2"],
      worker: 7,
      shuffle: 1,
      maxSteps: 0.5,
    })) {
      await expectNoChange(made, () => made.fit(x, y, { [key]: value } as never), SpecError);
    }
    expect(stateOf(made)).toBe(before);
  });
});
