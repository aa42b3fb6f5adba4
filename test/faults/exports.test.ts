/**
 * Every function and method of every door: its errors lead to the line of the caller, and it refuses arguments and options
 * that it does not have. A new door or function is found by itself; RIGHT asks for the arguments of one with options.
 */

import { describe, expect, test } from "vitest";
import { ENTRIES } from "../../scripts/entries.js";
import { init_params } from "../../src/article.js";
import { toTFJS } from "../../src/formats.js";
import { DenselyError, dense, Network, SpecError } from "../../src/index.js";
import { thrown } from "./tools.js";

type Call = (...values: unknown[]) => unknown;
type Class = new (...values: unknown[]) => object;

/** Doors that are programs and export nothing. */
const PROGRAMS = ["worker"];

const isClass = (value: unknown): value is Class =>
  typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));

const functions: [name: string, call: Call][] = [];
const classes: [name: string, owner: Class][] = [];
for (const door of Object.keys(ENTRIES).filter((name) => !PROGRAMS.includes(name))) {
  const members: Record<string, unknown> = await import(`../../src/${door}.ts`);
  for (const [name, value] of Object.entries(members)) {
    if (isClass(value)) classes.push([`${door}: ${name}`, value]);
    else if (typeof value === "function") functions.push([`${door}: ${name}`, value as Call]);
  }
}

const network = () => new Network({ inputs: 2, layers: [dense(1, "sigmoid")], seed: 1 });
const x = [[1, 2]];
const model = () => toTFJS(network());

/** The arguments before the options, of each function that has options besides others. */
const RIGHT: Readonly<Record<string, () => unknown[]>> = {
  dense: () => [3, "relu"],
  checkGradients: () => [network(), x, [1]],
  integratedGradients: () => [network(), x],
  lastStep: () => [network()],
  fromTFJS: () => [model().model, model().weights],
  fromPyTorch: () => [network().save()],
  toModule: () => [network()],
  progress: () => [{ nodeType: 1 }],
  chart: () => [{ nodeType: 1 }],
  network: () => [{ nodeType: 1 }, network()],
  saveFile: () => [network(), "/nowhere/network.safetensors"],
  saveCheckpoint: () => [network(), "/nowhere/network.safetensors"],
  loadFile: () => ["/nowhere/network.safetensors"],
  resumeFile: () => ["/nowhere/network.safetensors"],
  folds: () => [10],
  split: () => [
    [[1], [2], [3]],
    [1, 2, 3],
  ],
  whole: () => [1, 5],
  real: () => [1, 5],
  crossValidate: () => [network, x, [1]],
  work: () => [{ url: "redis://127.0.0.1:1" }],
  source: () => ["/nowhere"],
  search: () => [{}, network, x, [1]],
  fromArticle: () => [init_params([2, 1])],
  train: () => [[[1, 0]], [[1, 0]], [1, 1], 1, 0.1],
};

/** Checks that an error is one of the library and that its stack begins in this file. */
function expectFromHere(error: unknown): string {
  expect(error).toBeInstanceOf(DenselyError);
  const { name, message, stack = "" } = error as DenselyError;
  expect(stack.startsWith(`${name}: ${message}`)).toBe(true);
  expect(stack.split("\n").find((line) => /^\s+at /.test(line))).toContain("exports.test");
  return message;
}

/** The parameters of a function, as its message to a call with too many says them. */
function parametersOf(name: string, call: Call): string[] {
  const error = thrown(() => call(...Array.from({ length: 20 }, () => undefined), "too many"));
  const [, parameters] = new RegExp(`call ${name}\\((.*)\\)\\.$`).exec(expectFromHere(error)) ?? [];
  return parameters?.split(", ") ?? [];
}

test("All doors are looked at", () => {
  expect(functions.length).toBeGreaterThan(40);
  expect(classes.map(([name]) => name)).toContain("core: Network");
});

describe.each(functions)("%s", (title, call) => {
  const name = title.slice(title.indexOf(" ") + 1);
  const parameters = parametersOf(name, call);
  const right = () => (parameters[0] === "options" ? [] : RIGHT[name]());

  test("refuses one argument more than it has, and says how it is called", () => {
    expect(call.name).toBe(name);
    const error = thrown(() => call(...parameters.map(() => undefined), 7));
    expect(error).toBeInstanceOf(SpecError);
    expect(expectFromHere(error)).toBe(
      `${name} was given 7 too, which it does not take: call ${name}(${parameters.join(", ")}).`,
    );
  });

  test("refuses a wrong first argument", () => {
    expectFromHere(thrown(() => call(Symbol("wrong"))));
  });

  test.runIf(parameters.includes("options"))("refuses an option that it does not have, and null", () => {
    const error = thrown(() => call(...right(), { nonsense: 1 }));
    expect(error).toBeInstanceOf(SpecError);
    expect(expectFromHere(error)).toContain("nonsense");
    expectFromHere(thrown(() => call(...right(), null)));
  });
});

/** Classes that ignore arguments which they do not have, as those of brain.js do. */
const LENIENT = ["brain: NeuralNetwork", "brain: CrossValidate"];

/** Members that others call: JSON.stringify, the console, and templates. */
const CALLED_BY_OTHERS = ["toJSON", "toString", "asymmetricMatch"];

describe.each(classes)("%s", (title, owner) => {
  const isOurs = (object: object | null): object is object =>
    ![null, Error.prototype, Object.prototype, Function.prototype, Error].includes(object as null);
  /** Members of an object and of those that it inherits from, except of its language. */
  const membersOf = (object: object | null): [string, PropertyDescriptor][] =>
    isOurs(object)
      ? [
          ...Object.entries(Object.getOwnPropertyDescriptors(object)),
          ...membersOf(Object.getPrototypeOf(object)),
        ].filter(([name]) => name !== "constructor" && name !== "prototype")
      : [];

  test("the errors of its methods and accessors lead to their caller", async () => {
    for (const [, { value, get, set }] of membersOf(owner.prototype)) {
      for (const call of [value, get, set].filter((part) => typeof part === "function")) {
        expectFromHere(await (async () => call.call({}, x, [1]))().catch((reason: unknown) => reason));
      }
    }
  });

  test.skipIf(LENIENT.includes(title))("its methods refuse one argument more than they have", async () => {
    const subject = owner.name.endsWith("Network") ? new owner([2, 1]) : owner.prototype;
    for (const [object, members] of [
      [owner, membersOf(owner)],
      [subject, membersOf(owner.prototype)],
    ] as const) {
      for (const [name, { value }] of members) {
        if (typeof value !== "function" || CALLED_BY_OTHERS.includes(name)) continue;
        const many = [...Array.from({ length: 20 }, () => undefined), "too many"];
        const error = await (async () => value.apply(object, many))().catch((reason: unknown) => reason);
        const message = expectFromHere(error);
        expect(message).toMatch(
          ["train", "run"].includes(name)
            ? /is no method of this library/
            : `${name} was given "too many" too, which it does not take: call ${name}(`,
        );
      }
    }
  });
});
