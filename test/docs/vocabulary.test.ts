/** docs/vocabulary.md has every name and option that the library takes: the lists come from its own error messages. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { dense, Network } from "../../src/index.js";
import { wrong } from "../helpers.js";

const PAGE = readFileSync("docs/vocabulary.md", "utf8");
const WRONG = "nothing like it";

/** The sections of the page by title. */
const SECTIONS = Object.fromEntries(PAGE.split(/^## /m).map((part) => [part.split("\n")[0], part]));

/** What "use one of ..." lists. */
function listed(call: () => unknown): string[] {
  try {
    call();
  } catch (error) {
    const { message } = error as Error;
    if (message.endsWith("it takes none.")) return [];
    const list = /use one of ([^)]+?)\)?\.$/.exec(message)?.[1];
    if (list) return list.split(", ");
    throw error;
  }
  throw new Error("nothing was refused");
}

type Options = Record<string, unknown>;
const network = (options: Options): Network =>
  new Network(wrong({ inputs: 2, layers: [dense(2, "softmax")], ...options }));
const unknownOption = { [WRONG]: 1 };

const MAKE: [title: string, make: (value: unknown) => unknown][] = [
  ["Layers", (value) => network({ layers: [value] })],
  ["Losses", (loss) => network({ loss })],
  ["Optimizers", (optimizer) => network({ optimizer })],
  ["Schedules", (learningRate) => network({ optimizer: { type: "sgd", learningRate } })],
  ["Initializers", (init) => network({ layers: [{ units: 2, init }] })],
];

/** Backticks of a name, alone or with what it is called with. */
const named = (name: string): RegExp => new RegExp(`\`(\\w+\\.)?${name}\\b[^\`]*\``);

function expectNamed(title: string, names: string[]): void {
  expect(names.filter((name) => !named(name).test(SECTIONS[title]))).toEqual([]);
}

describe.each(MAKE)("%s", (title, make) => {
  const kinds = listed(() => make({ type: WRONG }));

  test("names", () => {
    expect(kinds.length).toBeGreaterThan(5);
    expectNamed(title, kinds);
  });

  test.each(kinds)("options of %s", (type) => {
    expectNamed(
      title,
      listed(() => make({ type, ...unknownOption })),
    );
  });
});

test("activations", () => {
  expectNamed(
    "Activations",
    listed(() => dense(1, wrong(WRONG))),
  );
});

test("metrics", () => {
  const metrics = wrong<["accuracy"]>([WRONG]);
  expectNamed("Metrics", [
    ...listed(() => network({}).evaluate([1, 2], [1], { metrics })),
    "confusionMatrix",
  ]);
});

test("options of fit and of early stopping", () => {
  const fit = (options: object) => listed(() => network({}).fitSync([1, 2], [1], wrong(options)));
  expectNamed("Training", fit(unknownOption));
  expectNamed("Training", fit({ earlyStopping: unknownOption }));
});

test("a name that is missing is found", () => {
  expect(named("relu").test(SECTIONS.Activations)).toBe(true);
  expect(named("reluu").test(SECTIONS.Activations)).toBe(false);
  expect(named("batchNorm").test(SECTIONS.Layers.replaceAll("batchNorm", ""))).toBe(false);
});
