/** The instruction of the update of every optimizer. */

import { expect, test } from "vitest";
import { Op, Optimizer } from "../../assembly/isa.js";
import * as densely from "../../src/index.js";
import { lbfgs } from "../../src/lbfgs.js";
import { checkOptimizer } from "../../src/model/optimizers.js";
import { checkSpec } from "../../src/model/spec.js";
import { initialState } from "../../src/program/initialize.js";
import { dense } from "../../src/program/layers/index.js";
import type { OptimizerKind } from "../../src/program/optimizer.js";
import OPTIMIZERS, { type OptimizerInput, type OptimizerName } from "../../src/program/optimizers.js";
import { plan } from "../../src/program/plan.js";
import { update } from "../../src/program/update.js";
import { NEEDED, optimizers } from "../conformance/options.js";
import { requestOf, storeOf } from "../helpers.js";

const OPTIMIZER_NAMES = Object.keys(OPTIMIZERS) as OptimizerName[];

/** The equations of sgd by its options. Those of the others have one form. */
const EQUATIONS: [options: object, equation: string][] = [
  [{}, "θ = θ - α·dθ"],
  [{ weightDecay: 0.1 }, "θ = θ - α·(dθ + 0.1·θ)"],
  [{ momentum: 0.9 }, "v = 0.9·v + dθ, θ = θ - α·v"],
  [{ momentum: 0.9, dampening: 0.5 }, "v = 0.9·v + 0.5·(dθ), θ = θ - α·v"],
  [{ momentum: 0.9, dampening: 0.25, weightDecay: 0.1 }, "v = 0.9·v + 0.75·(dθ + 0.1·θ), θ = θ - α·v"],
  [
    { momentum: 0.9, nesterov: true, weightDecay: 0.1 },
    "v = 0.9·v + dθ + 0.1·θ, θ = θ - α·(dθ + 0.1·θ + 0.9·v)",
  ],
];

/** Every optimizer with its options in the tests of conformance, which use all of its states. */
const VARIANTS = OPTIMIZER_NAMES.flatMap((name) => {
  const known: Partial<Record<OptimizerName, object[]>> = optimizers;
  return (known[name] ?? NEEDED.optimizer).map((options) => ({ type: name, ...options }) as OptimizerInput);
});

/** The program of the update of a network of one layer whose gradient is stored. */
function updateOf(optimizer: OptimizerInput) {
  // l2 keeps the layer from updating itself.
  const spec = checkSpec({ inputs: 3, layers: [dense(2, "linear", { l2: 0.1 })], optimizer });
  const store = storeOf(spec);
  const made = plan(spec, store, requestOf({ batch: 4 }));
  return { spec, store, made, program: update(spec, made, store) };
}

test.each(OPTIMIZER_NAMES)("%s has a public function of its name", (name) => {
  const make = ({ ...densely, lbfgs } as Record<string, unknown>)[name] as () => unknown;
  expect(make()).toEqual(checkOptimizer(name));
});

test("every optimizer of the core is one of the library", () => {
  const names = Object.keys(Optimizer).filter((key) => Number.isNaN(Number(key)));
  expect([...names, "lbfgs"].sort()).toEqual([...OPTIMIZER_NAMES].sort());
});

// The scalars are tested with the kernels, in test/assembly/training/optimizer.test.ts; defaults are part of the hashes of conformance.
test.each(VARIANTS)(
  "%j updates the parameters by one instruction, with each state in its place",
  (optimizer) => {
    const { spec, store, made, program } = updateOf(optimizer);
    const { type } = spec.optimizer;
    const updates = program.filter(({ op }) => op === Op.update);
    if (type === "lbfgs") {
      expect(updates).toEqual([]);
      return;
    }
    const places = (OPTIMIZERS[type] as OptimizerKind<unknown>).states(spec.optimizer);
    const operands = Object.fromEntries(places.map((place, i) => [place, store.states[i].address]));
    const none = { c: undefined, e: undefined, g: undefined };
    expect(store.states).toHaveLength(places.length);
    expect(updates).toHaveLength(1);
    const [{ a, b, c, e, g, f, equation }] = updates;
    expect({ c, e, g, f }).toEqual({ ...none, ...operands, f: Optimizer[type] });
    expect([a, b]).toMatchObject([{ address: store.parameters.address }, made.gradients.address]);
    if (type !== "sgd") expect(equation).toBe(`θ = ${type}(θ, dθ, α)`);
  },
);

test("lbfgs keeps two states for each step of its history, and three more", () => {
  expect(updateOf({ type: "lbfgs", historySize: 2 }).store.states).toHaveLength(7);
});

test.each(EQUATIONS)("sgd with %j: %s", (options, equation) => {
  const { program } = updateOf({ type: "sgd", ...options });
  expect(program.find(({ op }) => op === Op.update)?.equation).toBe(equation);
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
