/** Updates of a flat vector of parameters over several steps, against PyTorch's formulas in float64. */

import { describe, expect, test } from "vitest";
import { Op } from "../../assembly/isa.js";
import { adam, type OptimizerSpec, sgd } from "../../src/spec/optimizers.js";
import { BUILDS, expectClose, floats } from "../helpers.js";
import { update } from "../reference.js";
import { Lab, type Operation } from "./lab.js";

/** Parameters come in whole panels. */
const COUNT = 40;
const STEPS = 5;

/** A few float32 roundings beside values of up to 10. */
const TOLERANCE = 5e-6;

const OPTIMIZERS: OptimizerSpec[] = [
  sgd({ learningRate: 0.1 }),
  sgd({ learningRate: 0.1, weightDecay: 0.03 }),
  sgd({ learningRate: 0.1, momentum: 0.9 }),
  sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 0.03 }),
  sgd({ learningRate: 0.1, momentum: 0.7, nesterov: true, weightDecay: 0.03 }),
  adam({ learningRate: 0.01 }),
  adam({ learningRate: 0.01, beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.1 }),
];

describe.each(BUILDS)("$name", (build) => {
  const lab = new Lab(build);

  test.each(OPTIMIZERS.map((spec) => [JSON.stringify(spec), spec] as const))("%s", (_, spec) => {
    lab.clear();
    const start = floats(COUNT, 1);
    const [w, m, v] = [
      lab.bias(COUNT, start),
      lab.bias(COUNT, new Float32Array(COUNT)),
      lab.bias(COUNT, new Float32Array(COUNT)),
    ];
    // The rate of a step is read from its slot; the wrong ones would show.
    const rates = lab.table(
      Float64Array.from({ length: STEPS }, (_, slot) => spec.learningRate / (slot + 1)),
    );
    const wanted = Array.from(start, (value) => ({ value, state: { m: 0, v: 0 } }));
    for (let step = 0; step < STEPS; step++) {
      const gradient = floats(COUNT, 10 + step, 10 ** (step - 3));
      const g = lab.bias(COUNT, gradient);
      const common = { cols: COUNT, a: w.address, b: g.address, rates: rates.address };
      const operation: Operation =
        spec.type === "sgd"
          ? {
              ...common,
              op: Op.sgd,
              f: Number(spec.nesterov),
              c: spec.momentum > 0 ? m.address : 0,
              p: [spec.momentum, spec.weightDecay],
            }
          : {
              ...common,
              op: Op.adam,
              c: m.address,
              e: v.address,
              p: [spec.beta1, spec.beta2, spec.epsilon, spec.weightDecay],
            };
      lab.run(operation, step, step);
      const rated = { ...spec, learningRate: spec.learningRate / (step + 1) };
      wanted.forEach((entry, i) => {
        entry.value = update(rated, entry.value, gradient[i], entry.state, step + 1);
      });
      expectClose(
        lab.read(w).values,
        wanted.map(({ value }) => value),
        TOLERANCE,
      );
    }
  });

  test("adam's bias correction holds after a million steps", () => {
    lab.clear();
    const spec = adam({ learningRate: 0.01 });
    const start = floats(COUNT, 1);
    const gradient = floats(COUNT, 2);
    const [w, g] = [lab.bias(COUNT, start), lab.bias(COUNT, gradient)];
    const [m, v] = [lab.bias(COUNT, new Float32Array(COUNT)), lab.bias(COUNT, new Float32Array(COUNT))];
    const rates = lab.table(Float64Array.of(spec.learningRate));
    const addresses = { a: w.address, b: g.address, c: m.address, rates: rates.address, e: v.address };
    lab.run({ op: Op.adam, cols: COUNT, ...addresses, p: [spec.beta1, spec.beta2, spec.epsilon, 0] }, 1e6, 0);
    const wanted = Array.from(start, (value, i) => update(spec, value, gradient[i], { m: 0, v: 0 }, 1e6 + 1));
    expectClose(lab.read(w).values, wanted, TOLERANCE);
    expect(wanted[0]).not.toBe(start[0]);
  });
});
