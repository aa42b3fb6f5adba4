/**
 * Everything that a name of the library needs besides its entry in a table: an export, a row in docs/vocabulary.md with its
 * options, values or an example, a gradient check. The names come from the tables, so a new one fails here by name.
 */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkGradients } from "../../src/check.js";
import { FORMULAS } from "../../src/formulas/activations.js";
import { float64 } from "../../src/formulas/float64.js";
import * as densely from "../../src/index.js";
import { dense, type LayerInput, Network } from "../../src/index.js";
import { lbfgs } from "../../src/lbfgs.js";
import { INITIALIZERS } from "../../src/model/initializer-kinds.js";
import { LOSS_KINDS } from "../../src/model/loss-kinds.js";
import { ACTIVATIONS } from "../../src/model/names.js";
import { rateAt } from "../../src/model/rates.js";
import SCHEDULES from "../../src/model/schedules.js";
import LAYERS from "../../src/program/layers/index.js";
import OPTIMIZERS from "../../src/program/optimizers.js";
import { METRICS, type MetricName } from "../../src/record/metrics.js";
import { layerArguments } from "../conformance/networks.js";
import { floats, optionsOf, wrong } from "../helpers.js";

/** The exports of the library by name. */
const exported: Record<string, unknown> = { ...densely, lbfgs };

const PAGE = readFileSync("docs/vocabulary.md", "utf8");
const README = readFileSync("README.md", "utf8");
const UNKNOWN = "nothing like it";

/** The sections of the page by title. */
const SECTIONS = Object.fromEntries(PAGE.split(/^## /m).map((part) => [part.split("\n")[0], part]));

/** The cells of all rows of a section, without headings of columns. */
function rowsOf(title: string): string[][] {
  const lines = SECTIONS[title].split("\n").filter((line) => /^\| (?!Here|Option)/.test(line));
  return lines.map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

type Options = Record<string, unknown>;
const network = (options: Options): Network =>
  new Network(wrong({ inputs: 2, layers: [dense(2, "softmax")], ...options }));
const evaluate = (metric: unknown) => network({}).evaluate([1, 2], [1], { metrics: wrong([metric]) });

/** How to give a value of each kind to the library, which checks it. */
const GIVE: Record<string, (value: unknown) => unknown> = {
  Layers: (value) => network({ layers: [value] }),
  Losses: (loss) => network({ loss }),
  Optimizers: (optimizer) => network({ optimizer }),
  Schedules: (learningRate) => network({ optimizer: { type: "sgd", learningRate } }),
  Initializers: (init) => network({ layers: [{ units: 2, init }] }),
  Metrics: evaluate,
};

/** All names by kind. */
const NAMES: Record<string, string[]> = {
  Layers: Object.keys(LAYERS),
  Activations: [...ACTIVATIONS],
  Losses: Object.keys(LOSS_KINDS),
  Optimizers: Object.keys(OPTIMIZERS),
  Schedules: Object.keys(SCHEDULES),
  Initializers: Object.keys(INITIALIZERS),
  Metrics: Object.keys(METRICS),
};

/** Backticks of a name, alone or with what it is called with. */
const named = (name: string): RegExp => new RegExp(`\`(\\w+\\.)?${name}\\b[^\`]*\``);

/** The names that the text does not have in backticks. */
const missing = (names: readonly string[], text: string): string[] =>
  names.filter((name) => !named(name).test(text));

describe.each(Object.entries(NAMES))("%s", (title, names) => {
  test("have a row each", () => {
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !rowsOf(title).some(([first]) => named(name).test(first)))).toEqual([]);
  });

  const give = GIVE[title];
  if (!give) return;
  test.each(names)("have the options of %s", (type) => {
    const options = optionsOf(() => give({ type, [UNKNOWN]: 1 }));
    expect(missing(options, SECTIONS[title])).toEqual([]);
  });
});

test("the names in README.md are names of the library", () => {
  const rows = [...README.matchAll(/^\| (\w+) \| (`.+) \.\.\. \|$/gm)];
  expect(rows.map(([, title]) => title)).toEqual([
    "Layers",
    "Activations",
    "Losses",
    "Optimizers",
    "Schedules",
  ]);
  const shown = (cells: string) => [...cells.matchAll(/`(\w+)/g)].map(([, name]) => name);
  for (const [, title, cells] of rows) {
    expect(shown(cells).filter((name) => !NAMES[title].includes(name))).toEqual([]);
  }
});

test("options of fit and of early stopping are on the page", () => {
  const fit = (options: object) => optionsOf(() => network({}).fitSync([1, 2], [1], wrong(options)));
  expect(missing(fit({ [UNKNOWN]: 1 }), SECTIONS.Training)).toEqual([]);
  expect(missing(fit({ earlyStopping: { [UNKNOWN]: 1 } }), SECTIONS.Training)).toEqual([]);
});

test("a name that is missing is found", () => {
  expect(missing(["relu"], SECTIONS.Activations)).toEqual([]);
  expect(missing(["reluu"], SECTIONS.Activations)).toEqual(["reluu"]);
  expect(missing(["batchNorm"], SECTIONS.Layers.replaceAll("batchNorm", ""))).toEqual(["batchNorm"]);
});

test("layers, optimizers and schedules are exported functions", () => {
  // The schedule "custom" is a function that the user gives.
  const names = [LAYERS, OPTIMIZERS, SCHEDULES].flatMap(Object.keys).filter((name) => name !== "custom");
  const isFunction = (name: string) => typeof exported[name] === "function";
  expect(names.filter((name) => !isFunction(name))).toEqual([]);
});

describe("values of activations", () => {
  const rows = rowsOf("Activations");
  test.each(Object.entries(FORMULAS))("%s", (name, formula) => {
    const row = rows.find(([first]) => named(name).test(first)) ?? [];
    [-2, 1.5].forEach((z, i) => {
      // The page shows seven digits.
      const shown = Number(row[4 + i] || Number.NaN);
      expect(formula(z, float64), `the column f(${z}) of ${name}`).toBeCloseTo(shown, 6);
    });
  });
});

describe("rates of schedules", () => {
  /** "name(options)", the steps 0 to 100 as on the page. */
  const examples = rowsOf("Schedules").filter(([first]) => /^`\w+\(/.test(first));
  const STEPS = [0, 25, 50, 75, 100];
  const scope = Object.keys(SCHEDULES).filter((name) => name in exported);

  test("have an example for every schedule", () => {
    expect(scope.filter((name) => !examples.some(([first]) => first.startsWith(`\`${name}(`)))).toEqual([]);
  });

  test.each(examples)("%s", (first, ...wanted) => {
    const code = /`(.+)`/.exec(first)?.[1];
    const make = new Function(...scope, `return ${code};`);
    const schedule = make(...scope.map((name) => exported[name]));
    // The page shows six digits.
    STEPS.forEach((step, i) => {
      const rate = rateAt(schedule, step);
      expect(rate, `step ${step}`).toBeCloseTo(Number(wanted[i]), 6);
    });
  });
});

describe("values of metrics", () => {
  const numbers = (cell: string): number[] => cell.split(",").map(Number);
  const rows = rowsOf("Metrics");
  /** The outputs and targets of the example whose row begins with this text. */
  const exampleOf = (start: string) => {
    const [, outputs, targets] = rows.find(([first]) => first.startsWith(start)) ?? ["", "", ""];
    return { outputs: numbers(outputs), y: numbers(targets) };
  };
  const [decisions, choices, values] = ["decisions", "one of three", "numbers"].map(exampleOf);

  /** A network whose outputs are those of an example, and the inputs for them. */
  const GIVEN = {
    classifiers: {
      layer: dense(1, "sigmoid"),
      x: decisions.outputs.map((p) => Math.log(p / (1 - p))),
      y: decisions.y,
    },
    choices: { layer: dense(3, "softmax"), x: choices.outputs.map(Math.log), y: choices.y },
    all: { layer: dense(1), x: values.outputs, y: values.y },
  };

  test.each(Object.keys(METRICS) as MetricName[])("%s", (name) => {
    const row = rows.find(([first]) => named(name).test(first)) ?? [];
    const { layer, x, y } = GIVEN[METRICS[name].isFor];
    const { units } = layer;
    const net = new Network({ inputs: units, layers: [layer] });
    net.setParams({ W1: Array.from({ length: units ** 2 }, (_, i) => Number(i % (units + 1) === 0)) });
    const metric = name === "topKAccuracy" ? { type: name, k: 2 } : name;
    const measured = net.evaluate(x, y, { metrics: [metric] })[name];
    expect(measured, `the column Example of ${name}`).toBeCloseTo(Number(row[3] || Number.NaN), 4);
  });
});

describe("gradients of layers", () => {
  test.each(Object.keys(LAYERS))("%s", (name) => {
    const make = exported[name] as (...options: unknown[]) => LayerInput;
    const layers = [dense(9, "tanh"), make(...layerArguments(name)), dense(3)];
    const net = new Network({ inputs: 4, layers, seed: 5 });
    const errors = checkGradients(net, floats(9 * 4, 1), floats(9 * 3, 2));
    expect(Object.entries(errors).filter(([, error]) => !(error < 1e-4))).toEqual([]);
  });
});
