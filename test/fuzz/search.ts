/** Calls of densely/search: folds, searches and ensembles. */

import fc from "fast-check";
import { Network } from "../../src/index.js";
import {
  asha,
  choice,
  crossValidate,
  Ensemble,
  ensemble,
  folds,
  real as realSetting,
  search,
  split,
  whole as wholeSetting,
} from "../../src/search.js";
import { callback, FIT, flag, metrics, name, real, whole, x, y } from "./arguments.js";
import { type Call, plain } from "./call.js";
import { GOOD_LABELS, NETWORKS } from "./networks.js";
import { anything, bounded, type Named, named } from "./odd.js";
import { mostly, options, table } from "./values.js";

const labels = mostly([
  named("labels", () => [...GOOD_LABELS]),
  named("texts", () => GOOD_LABELS.map(String)),
]);
const stratify = fc.oneof(flag, labels);
const FOLDS = {
  folds: whole(2, 3),
  stratify: labels,
  groups: labels,
  repeats: whole(1, 2),
  series: flag,
  gap: whole(0, 1),
  seed: whole(0, 5),
};
const scale = options({ log: flag });
const dimension: fc.Arbitrary<Named> = mostly(
  [
    named("choice([2, 3])", () => choice([2, 3])),
    named("whole(1, 4)", () => wholeSetting(1, 4)),
    named("real(0.1, 1)", () => realSetting(0.1, 1)),
    named("() => whole(1, 2)", () => () => wholeSetting(1, 2)),
    named("a constant", () => 2),
  ],
  bounded,
);
const space = options({ units: dimension, rate: dimension, trial: dimension });
const make = mostly([
  named("() => a network", () => () => new Network([2, 3, 1])),
  named("() => a network of two outputs", () => () => new Network([2, 3, 2])),
  named(
    "units => a network",
    () => (settings: { units?: number } | undefined) => new Network([2, settings?.units ?? 2, 1]),
  ),
  named("() => undefined", () => () => undefined),
]);
const two = { epochs: named("2", () => 2) };
const TRIALS = {
  folds: fc.oneof(whole(2, 3), options(FOLDS)),
  stratify,
  seed: whole(0, 5),
  metrics,
  batchSize: FIT.batchSize,
  shuffle: flag,
  classWeight: FIT.classWeight,
  signal: FIT.signal,
};
const scheduler = mostly([named("asha()", () => asha({ steps: 1, factor: 2 }))]);

const member = fc.constantFrom(...NETWORKS);
const networks = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(member, { maxLength: 3 })
      .map((list) => named(`[${list.map((entry) => entry.name)}]`, () => list.map((entry) => entry.make()))),
  },
  { weight: 1, arbitrary: anything },
);
/** A method of an ensemble of two networks. */
const ofEnsemble = (
  name: string,
  args: readonly fc.Arbitrary<Named>[],
  run: (made: Ensemble, ...args: never[]) => unknown,
) => plain(name, args, (...list) => run(ensemble([new Network([2, 3, 1]), new Network([2, 1])]), ...list));

export const searches: fc.Arbitrary<Call>[] = [
  plain("folds", [whole(6, 12), options(FOLDS)], folds),
  plain(
    "split",
    [x, y, options({ test: real(0.2, 0.5), stratify, seed: whole(0, 5), rows: whole(6) })],
    (...args) => {
      // Rows come back as they were given, so only their indices are judged.
      const { train, test } = split(...(args as unknown as Parameters<typeof split>));
      return [train.rows, test.rows];
    },
  ),
  plain("choice", [mostly([named("[1, 2]", () => [1, 2])])], choice),
  plain("whole", [whole(1), whole(4), scale], wholeSetting),
  plain("real", [real(0.1), real(1), scale], realSetting),
  plain("asha", [options({ steps: whole(1, 9), factor: whole(2, 3) })], asha),
  plain("crossValidate", [make, x, y, options(TRIALS, two)], async (...args) => {
    // Rows that no fold tests have no prediction, and one fold has no deviation.
    const { mean } = await crossValidate(...(args as unknown as Parameters<typeof crossValidate>));
    return mean;
  }),
  plain(
    "search",
    [
      space,
      make,
      x,
      y,
      options(
        {
          ...TRIALS,
          trials: whole(1, 2, 3),
          monitor: name("loss", "accuracy"),
          mode: name("min", "max", "auto"),
          sampler: name("tpe", "random"),
          scheduler,
          onTrial: callback,
        },
        { ...two, trials: named("2", () => 2) },
      ),
    ],
    async (...args) => {
      const { best } = await search(...(args as unknown as Parameters<typeof search>));
      return best.trial;
    },
  ),
  plain("ensemble", [networks], (given: never) => ensemble(given).predict([[1, 2]])),
  plain("new Ensemble", [networks], (given: never) => new Ensemble(given).predictClasses([[1, 2]])),
  plain(
    "Ensemble.load",
    [
      mostly([
        named("a saved ensemble", () => ensemble([new Network([2, 1])]).save()),
        named("a saved network", () => new Network([2, 1]).save()),
      ]),
    ],
    Ensemble.load,
  ),
  ofEnsemble("predict", [x], (made, rows: never) => made.predict(rows)),
  ofEnsemble("predictClasses", [x], (made, rows: never) => made.predictClasses(rows)),
  ofEnsemble("toModule", [options({ format: name("js", "ts") })], (made, given: never) =>
    made.toModule(given),
  ),
  ofEnsemble("save", [], (made) => Ensemble.load(made.save()).predict([[1, 2]])),
  ofEnsemble("toONNX", [], (made) => made.toONNX().length),
  ofEnsemble("dispose", [table("x", 2, 2, (r, c) => r + c)], (made, rows: never) => {
    made.dispose();
    return made.predict(rows);
  }),
];
