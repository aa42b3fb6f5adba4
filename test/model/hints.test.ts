/** The names that hints lead to are names of the library. */

import { expect, test } from "vitest";
import { batchNorm, dense, Network } from "../../src/index.js";
import { CALLED, PLACES } from "../../src/model/hints.js";
import { INITIALIZERS } from "../../src/model/initializer-kinds.js";
import { ACTIVATIONS, LOSSES } from "../../src/model/names.js";
import { SPEC_KEYS } from "../../src/model/spec.js";
import LAYERS from "../../src/program/layers/index.js";
import OPTIMIZERS from "../../src/program/optimizers.js";
import { METRICS } from "../../src/record/metrics.js";
import { optionsOf, wrong } from "../helpers.js";

const network = new Network([2, 1]);
const fit = (options: object) => network.fitSync([1, 2], [1], wrong(options));

/** Every name that a user may write for a thing or for an option. */
const REAL = new Set<string>([
  ...[LAYERS, OPTIMIZERS, INITIALIZERS, METRICS].flatMap(Object.keys),
  ...[...ACTIVATIONS, ...LOSSES, ...SPEC_KEYS],
  ...Object.values(OPTIMIZERS).flatMap(({ rules }) => Object.keys(rules)),
  ...Object.keys(dense(1)),
  ...optionsOf(() => dense(1, "linear", wrong({ nothing: 1 }))),
  ...optionsOf(() => fit({ nothing: 1 })),
  ...optionsOf(() => fit({ earlyStopping: { nothing: 1 } })),
  ...optionsOf(() => batchNorm(wrong({ nothing: 1 }))),
  // The metric of evaluate alone.
  "confusionMatrix",
  // The option of toModule.
  "format",
]);

const isReal = (name: string): boolean => REAL.has(name);

/** The lines of a table: the words before the colon, and the text behind it. */
const linesOf = (table: string) =>
  [...table.matchAll(/^([\w ]+): (.+)$/gm)].map(([, words, text]) => [words.split(" "), text] as const);
const placed = linesOf(PLACES);

/** Words that are no name here, but have a hint at the names that are. */
const ANSWERED = placed.filter(([, hint]) => hint.startsWith("use ")).flatMap(([names]) => names);

test.each(linesOf(CALLED).flatMap(([names]) => names))(
  "%s, which other names stand for, is a name of the library",
  (name) => {
    expect(isReal(name) || ANSWERED.includes(name)).toBe(true);
  },
);

test.each(placed.flatMap(([names, hint]) => names.map((name) => [name, hint])))(
  "the hint at %s names what there is",
  (name, hint) => {
    if (!ANSWERED.includes(name)) expect(isReal(name)).toBe(true);
    const quoted = [...hint.matchAll(/"(\w+)"/g)].map(([, word]) => word);
    expect(quoted.filter((word) => !isReal(word))).toEqual([]);
  },
);
