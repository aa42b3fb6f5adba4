/** The update of every optimizer. An optimizer without a case here fails by name. */

import { describe, expect, test } from "vitest";
import { Op, Optimizer } from "../../assembly/isa.js";
import * as densely from "../../src/index.js";
import { checkOptimizer } from "../../src/model/optimizers.js";
import { checkSpec } from "../../src/model/spec.js";
import { initialState } from "../../src/program/initialize.js";
import { dense } from "../../src/program/layers/index.js";
import OPTIMIZERS, { type OptimizerInput, type OptimizerName } from "../../src/program/optimizers.js";
import { plan } from "../../src/program/plan.js";
import { update } from "../../src/program/update.js";

import { requestOf, storeOf } from "../helpers.js";

const OPTIMIZER_NAMES = Object.keys(OPTIMIZERS) as OptimizerName[];

/** Options of an optimizer, and its update instruction. */
interface Case {
  options: object;
  /** The equation, and the scalars p0 to p4 of assembly/training/optimizer.ts; undefined if it has no instruction. */
  equation?: string;
  scalars?: number[];
  /** The operand that each state is passed as. */
  states: string;
}

const CASES: Record<OptimizerName, Case[]> = {
  sgd: [
    { options: {}, equation: "θ = θ - α·dθ", scalars: [0, 0, 0, 0], states: "" },
    {
      options: { weightDecay: 0.1 },
      equation: "θ = θ - α·(dθ + 0.1·θ)",
      scalars: [0.1, 0, 0, 0],
      states: "",
    },
    {
      options: { momentum: 0.9, nesterov: true, weightDecay: 0.1 },
      equation: "v = 0.9·v + dθ + 0.1·θ, θ = θ - α·(dθ + 0.1·θ + 0.9·v)",
      scalars: [0.1, 0.9, 0, 1],
      states: "c",
    },
    {
      options: { momentum: 0.9 },
      equation: "v = 0.9·v + dθ, θ = θ - α·v",
      scalars: [0, 0.9, 0, 0],
      states: "c",
    },
    {
      options: { momentum: 0.9, dampening: 0.25, weightDecay: 0.1 },
      equation: "v = 0.9·v + 0.75·(dθ + 0.1·θ), θ = θ - α·v",
      scalars: [0.1, 0.9, 0.25, 0],
      states: "c",
    },
    {
      options: { momentum: 0.9, dampening: 0.5 },
      equation: "v = 0.9·v + 0.5·(dθ), θ = θ - α·v",
      scalars: [0, 0.9, 0.5, 0],
      states: "c",
    },
  ],
  rmsprop: [
    { options: { rho: 0.8 }, scalars: [0, 0.8, 1e-8, 0], states: "c" },
    { options: { momentum: 0.9 }, scalars: [0, 0.99, 1e-8, 0.9], states: "ce" },
    { options: { centered: true }, scalars: [0, 0.99, 1e-8, 0], states: "cg" },
    { options: { momentum: 0.9, centered: true }, scalars: [0, 0.99, 1e-8, 0.9], states: "ceg" },
  ],
  adagrad: [{ options: { learningRateDecay: 0.1 }, scalars: [0, 1e-10, 0.1], states: "c" }],
  adadelta: [{ options: { weightDecay: 0.2 }, scalars: [0.2, 0.9, 1e-6], states: "ce" }],
  adam: [
    { options: {}, scalars: [0, 0.9, 0.999, 1e-8], states: "ce" },
    { options: { amsgrad: true }, scalars: [0, 0.9, 0.999, 1e-8], states: "ceg" },
  ],
  adamw: [{ options: { amsgrad: true }, scalars: [0.01, 0.9, 0.999, 1e-8], states: "ceg" }],
  nadam: [{ options: { momentumDecay: 1 }, scalars: [0, 0.9, 0.999, 1e-8, 0.96], states: "ce" }],
  lion: [{ options: {}, scalars: [0, 0.9, 0.99], states: "c" }],
  lbfgs: [{ options: { historySize: 2 }, states: "-------" }],
};

/** The program of the update of a network of one layer whose gradient is stored. */
function updateOf(optimizer: OptimizerInput) {
  // l2 keeps the layer from updating itself.
  const spec = checkSpec({ inputs: 3, layers: [dense(2, "linear", { l2: 0.1 })], optimizer });
  const store = storeOf(spec);
  const made = plan(spec, store, requestOf({ batch: 4 }));
  return { spec, store, made, program: update(spec, made, store) };
}

test.each(OPTIMIZER_NAMES)("%s has a case, and a public function of its name", (name) => {
  expect(Object.keys(CASES)).toContain(name);
  const make = (densely as Record<string, unknown>)[name] as () => unknown;
  expect(make()).toEqual(checkOptimizer(name));
});

test("every optimizer of the core is one of the library", () => {
  const names = Object.keys(Optimizer).filter((key) => Number.isNaN(Number(key)));
  expect([...names, "lbfgs"].sort()).toEqual([...OPTIMIZER_NAMES].sort());
});

describe.each(OPTIMIZER_NAMES.filter((name) => name in CASES))("%s", (name) => {
  test.each(CASES[name])("with $options", ({ options, equation, scalars, states }) => {
    const { store, made, program } = updateOf({ type: name, ...options } as OptimizerInput);
    expect(store.states).toHaveLength(states.length);
    const updates = program.filter(({ op }) => op === Op.update);
    expect(updates).toHaveLength(scalars ? 1 : 0);
    for (const instruction of updates) {
      const operands = Object.fromEntries([...states].map((place, i) => [place, store.states[i].address]));
      expect(instruction).toMatchObject({ f: Optimizer[name as keyof typeof Optimizer], ...operands });
      expect(instruction.equation).toBe(equation ?? `θ = ${name}(θ, dθ, α)`);
      const unused = [0, 0, 0, 0, 0].slice(scalars?.length);
      expect(instruction.p).toEqual([...(scalars ?? []), ...unused, 1]);
      expect([instruction.a, instruction.b]).toMatchObject([
        { address: store.parameters.address },
        made.gradients.address,
      ]);
      expect("ceg".replace(new RegExp(`[${states}]`, "g"), "")).toBe(
        ["c", "e", "g"].filter((place) => instruction[place as "c"] === undefined).join(""),
      );
    }
  });
});

test("adagrad starts from its initial accumulator, other states from 0", () => {
  const starts = (optimizer: OptimizerInput) => {
    const { spec, store } = updateOf(optimizer);
    const first = store.states[0].address;
    const constants = initialState(spec, store);
    for (const { matrix } of constants) {
      expect(matrix.address - first).toBeGreaterThanOrEqual(0);
      expect(matrix.address + matrix.bytes - first).toBeLessThanOrEqual(store.states[0].bytes);
    }
    return constants;
  };
  const accumulators = starts({ type: "adagrad", initialAccumulator: 0.5 });
  expect(accumulators.map(({ matrix, value }) => [matrix.key, value])).toEqual([
    ["W1", 0.5],
    ["b1", 0.5],
  ]);
  expect(starts("adagrad")).toEqual([]);
  expect(starts("adam")).toEqual([]);
});
