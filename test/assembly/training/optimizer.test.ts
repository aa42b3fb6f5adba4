/** Optimizers: several updates of a flat vector of parameters, with the instructions of the library, against PyTorch's formulas in float64. */

import { describe, expect, test } from "vitest";
import { Op, Optimizer } from "../../../assembly/isa.js";
import type { Adaptive, Options, SteppingKind } from "../../../src/program/optimizer.js";
import type { LbfgsSpec, OptimizerSpec } from "../../../src/program/optimizers.js";
import TABLE, * as library from "../../../src/program/optimizers.js";
import { BUILDS, expectClose, floats } from "../../helpers.js";
import { Lab } from "../lab.js";
import { namesOf } from "../names.js";

/** Number of parameters, a multiple of a panel. */
const COUNT = 40;
const STEPS = 5;
const RATE = 0.01;

/** A few float32 roundings of values up to 10. */
const TOLERANCE = 5e-6;

type State = "c" | "e" | "g";
type SteppingSpec = Exclude<OptimizerSpec, LbfgsSpec>;

/** The formula of one parameter w; t counts updates from 1. */
type Update = (w: number, g: number, state: Record<State, number>, t: number, rate: number) => number;

/** One optimizer with options: its instruction, as the library makes it, and its formula. */
interface OptimizerCase {
  name: SteppingSpec["type"];
  /** The scalars of the instruction; the first is the weight decay. */
  p: number[];
  states: State[];
  update: Update;
}

const decayOf = ({ weightDecay }: SteppingSpec): number => weightDecay as number;

function caseOf(spec: SteppingSpec, update: Update): OptimizerCase {
  const kind = TABLE[spec.type] as SteppingKind<SteppingSpec>;
  const states = kind.states(spec) as State[];
  return { name: spec.type, p: [decayOf(spec), ...kind.scalars(spec)], states, update };
}

function sgd(options: Options<library.SgdSpec>): OptimizerCase {
  const spec = library.sgd(options);
  const { momentum, dampening, nesterov } = spec;
  return caseOf(spec, (w, gradient, state, t, rate) => {
    const g = gradient + decayOf(spec) * w;
    if (momentum === 0) return w - rate * g;
    state.c = t === 1 ? g : momentum * state.c + (1 - dampening) * g;
    return w - rate * (nesterov ? g + momentum * state.c : state.c);
  });
}

/** The root of x with ε behind it, or inside as in Keras and TensorFlow.js. */
const rootOf = (
  x: number,
  { epsilon, epsilonInside }: { epsilon: number; epsilonInside: boolean },
): number => (epsilonInside ? Math.sqrt(x + epsilon) : Math.sqrt(x) + epsilon);

function rmsprop(options: Options<library.RmspropSpec>): OptimizerCase {
  const spec = library.rmsprop(options);
  const { rho, momentum, centered } = spec;
  return caseOf(spec, (w, gradient, state, _, rate) => {
    const g = gradient + decayOf(spec) * w;
    state.c = rho * state.c + (1 - rho) * g * g;
    state.g = rho * state.g + (1 - rho) * g;
    const direction = g / rootOf(centered ? state.c - state.g ** 2 : state.c, spec);
    state.e = momentum * state.e + direction;
    return w - rate * state.e;
  });
}

function adagrad(options: Options<library.AdagradSpec>): OptimizerCase {
  const spec = library.adagrad(options);
  const { learningRateDecay } = spec;
  return caseOf(spec, (w, gradient, state, t, rate) => {
    const g = gradient + decayOf(spec) * w;
    state.c += g * g;
    return w - ((rate / (1 + (t - 1) * learningRateDecay)) * g) / rootOf(state.c, spec);
  });
}

function adadelta(options: Options<library.AdadeltaSpec>): OptimizerCase {
  const spec = library.adadelta(options);
  const { rho, epsilon, lagged } = spec;
  return caseOf(spec, (w, gradient, state, _, rate) => {
    const g = gradient + decayOf(spec) * w;
    const before = state.c;
    state.c = rho * state.c + (1 - rho) * g * g;
    const divisor = Math.sqrt((lagged ? before : state.c) + epsilon);
    const delta = (Math.sqrt(state.e + epsilon) / divisor) * g;
    state.e = rho * state.e + (1 - rho) * delta ** 2;
    return w - rate * delta;
  });
}

/** Moves the means m and v by one more gradient. */
function advance(state: Record<State, number>, g: number, { beta1, beta2 }: Adaptive<unknown>): void {
  state.c = beta1 * state.c + (1 - beta1) * g;
  state.e = beta2 * state.e + (1 - beta2) * g * g;
}

function adamCase(spec: library.AdamSpec | library.AdamwSpec): OptimizerCase {
  const { type, beta1, beta2, epsilon, amsgrad } = spec;
  return caseOf(spec, (w, gradient, state, t, rate) => {
    const decay = decayOf(spec);
    advance(state, type === "adamw" ? gradient : gradient + decay * w, spec);
    state.g = Math.max(state.g, state.e);
    const v = (amsgrad ? state.g : state.e) / (1 - beta2 ** t);
    const start = type === "adamw" ? w - rate * decay * w : w;
    return start - (rate * state.c) / (1 - beta1 ** t) / (Math.sqrt(v) + epsilon);
  });
}

const adam = (options: Options<library.AdamSpec>) => adamCase(library.adam(options));
const adamw = (options: Options<library.AdamwSpec>) => adamCase(library.adamw(options));

function nadam(options: Options<library.NadamSpec>): OptimizerCase {
  const spec = library.nadam(options);
  const { beta1, beta2, epsilon, momentumDecay } = spec;
  const momentum = (t: number) => beta1 * (1 - 0.5 * 0.96 ** (t * momentumDecay));
  const product = (t: number): number => (t === 0 ? 1 : product(t - 1) * momentum(t));
  return caseOf(spec, (w, gradient, state, t, rate) => {
    const g = gradient + decayOf(spec) * w;
    advance(state, g, spec);
    const scale = Math.sqrt(state.e / (1 - beta2 ** t)) + epsilon;
    const ofGradient = (rate * (1 - momentum(t))) / (1 - product(t));
    const ofMomentum = (rate * momentum(t + 1)) / (1 - product(t + 1));
    return w - (ofGradient * g) / scale - (ofMomentum * state.c) / scale;
  });
}

function adamax(options: Options<library.AdamaxSpec>): OptimizerCase {
  const spec = library.adamax(options);
  const { beta1, beta2, epsilon } = spec;
  return caseOf(spec, (w, gradient, state, t, rate) => {
    const g = gradient + decayOf(spec) * w;
    state.c = beta1 * state.c + (1 - beta1) * g;
    state.e = Math.max(beta2 * state.e, Math.abs(g) + epsilon);
    return w - (rate / (1 - beta1 ** t)) * (state.c / state.e);
  });
}

function lion(options: Options<library.LionSpec>): OptimizerCase {
  const spec = library.lion(options);
  const { beta1, beta2 } = spec;
  return caseOf(spec, (w, g, state, _, rate) => {
    const direction = Math.sign(beta1 * state.c + (1 - beta1) * g);
    state.c = beta2 * state.c + (1 - beta2) * g;
    return w - rate * (direction + decayOf(spec) * w);
  });
}

const OPTIMIZERS: OptimizerCase[] = [
  sgd({}),
  sgd({ weightDecay: 0.03 }),
  sgd({ momentum: 0.9 }),
  sgd({ momentum: 0.9, weightDecay: 0.03, dampening: 0.4 }),
  sgd({ momentum: 0.7, nesterov: true, weightDecay: 0.03 }),
  rmsprop({}),
  rmsprop({ rho: 0.9, epsilon: 1e-3, weightDecay: 0.1 }),
  rmsprop({ momentum: 0.9 }),
  rmsprop({ rho: 0.9, centered: true, epsilon: 1e-3 }),
  rmsprop({ rho: 0.9, centered: true, epsilon: 1e-3, momentum: 0.5 }),
  rmsprop({ rho: 0.9, epsilon: 1e-2, epsilonInside: true }),
  rmsprop({ rho: 0.9, epsilon: 1e-2, epsilonInside: true, centered: true, momentum: 0.5 }),
  adagrad({}),
  adagrad({ epsilon: 1e-3, weightDecay: 0.1, learningRateDecay: 0.2 }),
  adagrad({ epsilon: 1e-2, epsilonInside: true }),
  adadelta({}),
  adadelta({ rho: 0.8, epsilon: 1e-3, lagged: true }),
  adamax({}),
  adamax({ beta1: 0.8, beta2: 0.95, epsilon: 1e-2, weightDecay: 0.1 }),
  adadelta({ rho: 0.8, epsilon: 1e-3, weightDecay: 0.1 }),
  adam({}),
  adam({ beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.1 }),
  adam({ beta2: 0.9, amsgrad: true }),
  adamw({ weightDecay: 0.5 }),
  adamw({ beta2: 0.9, amsgrad: true, weightDecay: 0.5 }),
  nadam({}),
  nadam({ beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.1, momentumDecay: 0.5 }),
  lion({}),
  lion({ beta1: 0.8, beta2: 0.95, weightDecay: 0.5 }),
];

describe.each(BUILDS)("$name", (build) => {
  const lab = new Lab(build);

  /** Parameters and states in the lab's memory. `step` updates them with a gradient and a learning rate. */
  function place(
    { name, p: scalars, states }: OptimizerCase,
    start: Float32Array,
    state = new Float32Array(COUNT),
    factor = 1,
    decays?: readonly number[],
  ) {
    lab.clear();
    const p = Object.assign([0, 0, 0, 0, 0, factor], scalars);
    const d = decays && lab.table(Float64Array.from(decays)).address;
    const w = lab.bias(COUNT, start);
    const kept = states.map((name) => [name, lab.bias(COUNT, state)] as const);
    const addresses = Object.fromEntries(kept.map(([name, { address }]) => [name, address]));
    const cell = lab.table(new Float64Array(2));
    const step = (gradient: Float32Array, index: number, rate: number): Float32Array => {
      const g = lab.bias(COUNT, gradient);
      // The rate is read from slot 1; the rate of slot 0 would give NaN.
      const rates = lab.table(Float64Array.of(Number.NaN, rate));
      const common = { cols: COUNT, a: w.address, b: g.address, rates: rates.address, h: cell.address, d };
      lab.run({ op: Op.update, f: Optimizer[name], p, ...common, ...addresses }, index, 1);
      return lab.read(w).values;
    };
    return { step, cell, remembered: () => kept.map(([, state]) => lab.read(state).values) };
  }

  test.each(namesOf(Optimizer))("%s has a case", (name) => {
    expect(OPTIMIZERS.map((optimizer) => optimizer.name)).toContain(name);
  });

  const named = OPTIMIZERS.map((optimizer) => {
    const { name, p, states } = optimizer;
    return [`${name} with ${JSON.stringify(p)} and ${states}`, optimizer] as const;
  });

  test.each(named)("%s", (_, optimizer) => {
    const start = floats(COUNT, 1);
    const { step } = place(optimizer, start);
    const wanted = Array.from(start, (value) => ({ value, state: { c: 0, e: 0, g: 0 } }));
    for (let t = 1; t <= STEPS; t++) {
      const gradient = floats(COUNT, 10 + t, 10 ** (t - 3));
      for (const [i, entry] of wanted.entries()) {
        entry.value = optimizer.update(entry.value, gradient[i], entry.state, t, RATE / t);
      }
      expectClose(
        step(gradient, t - 1, RATE / t),
        wanted.map(({ value }) => value),
        TOLERANCE,
      );
    }
  });

  test.each(named)("%s, with a rate factor and a weight decay of the step", (_, optimizer) => {
    const start = floats(COUNT, 1);
    const gradient = floats(COUNT, 2);
    const plain = place(optimizer, start).step(gradient, 0, 0.3 * RATE);
    const [decay, ...rest] = optimizer.p;
    // The table has twice the decay in slot 1, and the instruction half of it as factor.
    const halved = { ...optimizer, p: [0.5, ...rest] };
    const scaled = place(halved, start, undefined, 0.3, [Number.NaN, 2 * decay]).step(gradient, 0, RATE);
    expectClose(scaled, plain, 1e-6);
  });

  test("adam corrects its bias after a million steps as well", () => {
    const optimizer = adam({});
    const [start, gradient] = [floats(COUNT, 1), floats(COUNT, 2)];
    const values = place(optimizer, start).step(gradient, 1e6, RATE);
    const wanted = Array.from(start, (w, i) =>
      optimizer.update(w, gradient[i], { c: 0, e: 0, g: 0 }, 1e6 + 1, RATE),
    );
    expectClose(values, wanted, TOLERANCE);
    expect(wanted[0]).not.toBe(start[0]);
  });

  test("rmsprop, centered, stays finite if rounding leaves no variance", () => {
    const { step } = place(rmsprop({ rho: 0.5, centered: true }), floats(COUNT, 1));
    for (let t = 0; t < 60; t++) step(new Float32Array(COUNT).fill(0.1), t, RATE);
    expect(step(new Float32Array(COUNT), 60, RATE).every(Number.isFinite)).toBe(true);
  });

  test("the momentum product of nadam is a cache: its bits do not depend on the step before", () => {
    const { step, cell } = place(nadam({}), floats(COUNT, 1));
    const gradient = floats(COUNT, 2);
    const cells = new Map<number, number[]>();
    for (const t of [0, 1, 1, 2, 3, 4]) {
      step(gradient, t, RATE);
      cells.set(t, lab.doubles(cell));
    }
    for (const t of [2, 4, 0, 1, 3]) {
      step(gradient, t, RATE);
      expect(lab.doubles(cell)).toEqual(cells.get(t));
    }
  });

  test.each([
    sgd({ momentum: 0.9 }),
    rmsprop({ rho: 0.9, momentum: 0.9, centered: true }),
    adam({ amsgrad: true }),
    lion({}),
  ])("every 64 steps of $name, subnormal numbers in its states become 0", (optimizer) => {
    const state = Float32Array.from({ length: COUNT }, (_, i) => [0, 4e-45, 1e-30, 1][i % 4]);
    const { step, remembered } = place(optimizer, floats(COUNT, 1), state);
    const areZero = (t: number): boolean[][] => {
      step(new Float32Array(COUNT), t, RATE);
      return remembered().map((values) => [...values.slice(0, 4)].map((value) => value === 0));
    };
    const each = (wanted: boolean[]) => optimizer.states.map(() => wanted);
    expect(areZero(63)).toEqual(each([true, false, false, false]));
    expect(areZero(64)).toEqual(each([true, true, false, false]));
  });
});
