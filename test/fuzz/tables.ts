/** Calls of densely/table: estimators of rows of every form. */

import fc from "fast-check";
import { Classifier, load, Regressor } from "../../src/table.js";
import { callback, flag, name, real, whole } from "./arguments.js";
import { type Call, plain, unchanged } from "./call.js";
import { anything, bounded, type Named, named } from "./odd.js";
import { mostly, options } from "./values.js";

const SIZE = 12;
const record = (r: number): Record<string, unknown> => ({
  size: (r % 5) + 10 * (r % 2),
  colour: ["red", "green", "blue"][r % 3],
  kind: r % 2 === 0 ? "small" : "large",
  price: 3 * (r % 5) + 5,
});
const records = () => Array.from({ length: SIZE }, (_, r) => record(r));
const NAMES = Object.keys(record(0));
const column = (key: string) => records().map((row) => row[key]);

/** A table in every form, with now and then one odd cell, row or column. */
const rows: fc.Arbitrary<Named> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      named("records", records),
      named("columns", () => Object.fromEntries(NAMES.map((key) => [key, column(key)]))),
      named("an iterable of records", () => new Set(records())),
      named("arrays", () => records().map((row) => Object.values(row))),
      named("CSV", () => [NAMES, ...records().map((row) => Object.values(row))].join("\n")),
      named("no records", () => []),
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.nat(SIZE - 1), fc.constantFrom(...NAMES, "more"), bounded)
      .map(([r, key, odd]) =>
        named(`records with ${odd.name} as ${key} of ${r}`, () =>
          records().map((row, i) => (i === r ? { ...row, [key]: odd.make() } : row)),
        ),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.nat(SIZE - 1), bounded)
      .map(([r, odd]) =>
        named(`records with row ${r} ${odd.name}`, () =>
          records().map((row, i) => (i === r ? odd.make() : row)),
        ),
      ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...NAMES), bounded).map(([key, odd]) =>
      named(`columns with ${odd.name} as ${key}`, () => ({
        ...Object.fromEntries(NAMES.map((key) => [key, column(key)])),
        [key]: odd.make(),
      })),
    ),
  },
  { weight: 1, arbitrary: anything },
);
const row = fc.oneof(
  { weight: 3, arbitrary: fc.constant(named("a record", () => record(3))) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...NAMES, "more"), bounded)
      .map(([key, odd]) =>
        named(`a record with ${odd.name} as ${key}`, () => ({ ...record(3), [key]: odd.make() })),
      ),
  },
  { weight: 1, arbitrary: anything },
);
const targets = mostly([
  named("kinds", () => column("kind")),
  named("prices", () => column("price")),
  named("Float64Array of prices", () => Float64Array.from(column("price") as number[])),
]);
const target = fc.oneof(
  name("kind", "price", "none"),
  mostly([named('["kind", "price"]', () => ["kind", "price"])]),
);
const kind = name("number", "category", "date", "text", "ignore");
const OPTIONS = {
  target,
  names: mostly([named("names", () => [...NAMES])]),
  columns: options({ size: kind, colour: kind, kind }),
  missing: mostly([named('["red", 3]', () => ["red", 3])]),
  maxLevels: whole(2, 9),
  features: whole(4, 16),
  groups: name("colour", "none"),
  time: name("size", "none"),
  seed: whole(0, 3),
  recipe: name("starts", "realmlp", "lbfgs"),
  hidden: mostly([named("[3]", () => [3]), named("[]", () => [])]),
  activation: name("relu", "tanh"),
  batchSize: whole(2, 8),
  learningRate: real(0.01, 0),
  validation: real(0, 0.3),
  bins: whole(0, 3),
  labelSmoothing: real(0, 0.1),
  decide: name("probable", "balanced"),
  transform: name("none", "log"),
  clamp: flag,
};
/** Options that make a training short. */
const SHORT = { epochs: named("2", () => 2), members: named("1", () => 1) };
const FIT = {
  onEpoch: callback,
  onPrepared: callback,
  signal: mostly([named("a signal", () => new AbortController().signal)]),
  validationData: fc.oneof(rows, anything),
  sampleWeight: mostly([named("weights", () => new Array(SIZE).fill(0.5))]),
  folds: whole(0, 2),
};

type Model = Classifier | Regressor;
const settings = { epochs: 2, members: 1, hidden: [3] };
const fitted = async (model: Model): Promise<Uint8Array> => {
  await model.fit(records());
  return model.save();
};
/** Trained models as files, each of which is read for every call. */
const FILES: readonly Named<Uint8Array>[] = await Promise.all(
  Object.entries({
    "a classifier": new Classifier({ target: "kind", ...settings }),
    "a regressor": new Regressor({ target: "price", recipe: "lbfgs", ...settings }),
  }).map(async ([name, model]) => {
    const bytes = await fitted(model);
    return named(name, () => bytes);
  }),
);

/** A method of a trained model, which it does not change unless it trains. */
function ofModel(
  name: string,
  args: readonly fc.Arbitrary<Named>[],
  run: (model: Model, ...args: never[]) => unknown,
  trains = false,
): fc.Arbitrary<Call> {
  return plain(name, [fc.constantFrom(...FILES), ...args], async (bytes: never, ...list: never[]) => {
    const model = load(bytes);
    const bits = () => Buffer.from(model.save()).toString("base64");
    return unchanged(bits, !trains, () => run(model, ...list));
  });
}

const fit = async (model: Model, ...args: never[]) => {
  await (model.fit as (...args: never[]) => Promise<unknown>)(...args);
  return [model.summary(), load(model.save()).spec];
};

const own = (name: string, make: (given: never) => Model) =>
  plain(name, [options(OPTIONS, SHORT), rows], (given: never, table: never) => fit(make(given), table));
const predictions = [
  ofModel("predict", [row], (model, given: never) => model.predict(given)),
  ofModel("predict", [rows], (model, given: never) => model.predict(given)),
  ofModel("probabilities", [fc.oneof(row, rows)], (model, given: never) =>
    (model as Classifier).probabilities?.(given),
  ),
  ofModel("evaluate", [rows], (model, given: never) => model.evaluate(given)),
  ofModel("evaluate", [rows, targets], (model, given: never, more: never) => model.evaluate(given, more)),
];
const bytes = mostly([...FILES, named("an empty file", () => new Uint8Array())]);

export const tables: fc.Arbitrary<Call>[] = [
  own("new Classifier", (given) => new Classifier(given)),
  own("new Regressor", (given) => new Regressor(given)),
  plain("load", [bytes], (file: never) => load(file).predict(record(3))),
  plain("Classifier.load", [bytes], (file: never) => Classifier.load(file).predict(record(3))),
  plain("Regressor.load", [bytes], (file: never) => Regressor.load(file).predict(record(3))),
  ofModel("fit", [rows, options(FIT)], fit, true),
  ofModel("fit", [rows, targets, options(FIT)], fit, true),
  ...predictions,
  ofModel("importance", [rows, options({ repeats: whole(1, 2) })], (model, given: never, more: never) =>
    model.importance(given, more),
  ),
  ofModel("explain", [row], (model, given: never) => {
    // A value is the user's own, NaN where it is missing.
    const { contributions } = model.explain(given) as { contributions: { value: unknown }[] };
    return contributions.map(({ value: _, ...others }) => others);
  }),
  ofModel("toModule", [options({ format: name("js", "ts") })], (model, given: never) =>
    model.toModule(given),
  ),
  ofModel("toONNX", [], (model) => model.toONNX().length),
  ofModel("summary", [], (model) => model.summary()),
  ofModel("save", [], (model) => load(model.save()).predict(record(3))),
  plain("dispose", [rows], (given: never) => {
    const model = load(FILES[0].make());
    model.dispose();
    return model.predict(given);
  }),
];
