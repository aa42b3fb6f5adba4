/** Arguments of methods: data, measures, callbacks and options of fit; mostly good, and sometimes anything. */

import fc from "fast-check";
import { relaxed } from "../../src/relaxed.js";
import { GOOD_LABELS, GOOD_X, NETWORKS, ROWS } from "./networks.js";
import { anything, bounded, type Named, named } from "./odd.js";
import { mostly, options, table } from "./values.js";

export const x = table("x", ROWS, 2, (r, c) => GOOD_X[r][c]);

/** Targets of every network, of which most do not fit: one column, two or three, or class indices. */
export const y: fc.Arbitrary<Named> = fc.oneof(
  { weight: 3, arbitrary: table("labels", ROWS, 1, (r) => GOOD_LABELS[r]) },
  { weight: 2, arbitrary: table("y of two columns", ROWS, 2, (r, c) => (r + c) % 2) },
  { weight: 2, arbitrary: table("y of three columns", ROWS, 3, (r, c) => Number(r % 3 === c)) },
  { weight: 1, arbitrary: fc.constant(named("Int32Array of labels", () => Int32Array.from(GOOD_LABELS))) },
);

export const whole = (...values: number[]) =>
  mostly(
    values.map((value) => named(String(value), () => value)),
    bounded,
  );
export const flag = mostly([named("true", () => true), named("false", () => false)]);
export const real = (...values: number[]) => mostly(values.map((value) => named(String(value), () => value)));
export const name = (...values: string[]) =>
  mostly(values.map((value) => named(JSON.stringify(value), () => value)));
export const weights = mostly([
  named("weights", () => GOOD_X.map((_, r) => r)),
  named("Float32Array of weights", () => new Float32Array(ROWS).fill(0.5)),
  named("weights of both signs", () => GOOD_X.map((_, r) => r - 2)),
]);

export const own = (answer: unknown) =>
  named(`a metric of ${String(answer)}`, () => ({ name: "own", measure: () => answer }));
export const metric: fc.Arbitrary<Named> = fc.oneof(
  name(
    "accuracy",
    "precision",
    "recall",
    "f1",
    "auc",
    "meanAbsoluteError",
    "rootMeanSquaredError",
    "r2",
    "confusionMatrix",
  ),
  fc.constantFrom(
    own(1),
    own(Number.NaN),
    own("text"),
    own(undefined),
    named("topKAccuracy of 2", () => ({ type: "topKAccuracy", k: 2 })),
  ),
);
export const metrics = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(metric, { maxLength: 3 })
      .map((list) => named(`[${list.map((entry) => entry.name)}]`, () => list.map((entry) => entry.make()))),
  },
  { weight: 1, arbitrary: anything },
);
export const callback = mostly(
  [
    named("() => {}", () => () => {}),
    named("() => false", () => () => false),
    named("async () => {}", () => async () => {}),
  ],
  bounded,
);
export const pair = fc
  .tuple(x, y)
  .map(([a, b]) => named(`[${a.name}, ${b.name}]`, () => [a.make(), b.make()]));

/** Options of fit that cannot make it endless: there are few epochs, or few steps. */
export const LOOP: Record<string, fc.Arbitrary<Named>> = {
  initialEpoch: whole(0, 1),
  stepsPerEpoch: whole(1, 2, 99),
  validationData: fc.oneof({ weight: 3, arbitrary: pair }, { weight: 1, arbitrary: anything }),
  metrics,
  earlyStopping: options({
    monitor: name("loss", "valLoss", "accuracy", "own"),
    mode: name("min", "max", "auto"),
    patience: whole(0, 1),
    minDelta: real(0, 0.1),
    restoreBest: flag,
  }),
  maxSteps: whole(1, 3, 5),
  onCheckpoint: callback,
  checkpointEvery: whole(1, 2),
  allowNegative: flag,
  onTrainBegin: callback,
  onEpochBegin: callback,
  onEpoch: callback,
  onBatchBegin: callback,
  onBatch: callback,
  onTrainEnd: callback,
  signal: mostly([named("a signal", () => new AbortController().signal)]),
  resume: flag,
};
export const FIT: Record<string, fc.Arbitrary<Named>> = {
  ...LOOP,
  epochs: whole(1, 2, 3),
  batchSize: fc.oneof(whole(1, 2, 4, 99), name("full")),
  shuffle: flag,
  validationSplit: real(0, 0.2, 0.5),
  sampleWeight: weights,
  classWeight: mostly([
    named('"balanced"', () => "balanced"),
    named("{ 0: 1, 1: 5 }", () => ({ 0: 1, 1: 5 })),
  ]),
};

export const network = fc.constantFrom(...NETWORKS);
export const math = mostly([named("relaxed", () => relaxed), named("undefined", () => undefined)]);
