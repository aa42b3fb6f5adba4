/** Whole steps of a tiny network in one instruction: the same bits as with the general kernels. */

import { describe, expect, test } from "vitest";
import { Op } from "../../../assembly/isa.js";
import { activate, dense, derive, descend, inputGradient } from "../../../src/program/equations.js";
import { loss } from "../../../src/program/loss.js";
import { BUILDS, expectSameBits, floats, wholes } from "../../helpers.js";
import { Lab } from "../lab.js";

const WIDTHS = [1, 2, 3, 4];
const SHAPES = WIDTHS.flatMap((inputs) => WIDTHS.map((units) => ({ inputs, units })));

/** Losses are computed four steps at a time: some counts leave one, two, or three steps over. */
const COUNTS = [1, 2, 3, 4, 5, 8, 11];
const ROWS = 6;
/** Slots before the first step and behind the last one, whose losses must stay as they are. */
const BEFORE = 2;
const BEHIND = 3;
const RATE = 0.7;

describe.each(BUILDS)("$name", (build) => {
  const lab = new Lab(build);

  /** Parameters, data, and tables of a network in the lab's memory. */
  function place(inputs: number, units: number, steps: number) {
    lab.clear();
    const slots = BEFORE + steps + BEHIND;
    const x = floats(ROWS * inputs, inputs, 3);
    const y = Float32Array.from(wholes(ROWS, units, 2));
    return {
      W1: lab.weights(units, inputs, floats(units * inputs, 1)),
      b1: lab.bias(units, floats(units, 2)),
      W2: lab.weights(1, units, floats(units, 3)),
      b2: lab.bias(1, [0.25]),
      x,
      y,
      order: wholes(slots, 5, ROWS),
      rates: lab.table(new Float64Array(slots).fill(RATE)),
      losses: lab.table(new Float64Array(slots).fill(-1)),
      slots,
    };
  }

  type Placed = ReturnType<typeof place>;

  const resultsOf = ({ W1, b1, W2, b2, losses }: Placed) => ({
    parameters: [W1, b1, W2, b2].map((matrix) => lab.read(matrix)),
    losses: lab.doubles(losses),
  });

  function atOnce(inputs: number, units: number, steps: number) {
    const placed = place(inputs, units, steps);
    const { W1, b1, W2, b2, x, y, order, rates, losses } = placed;
    const offset = b1.address - W1.address;
    expect(b2.address - W2.address).toBe(offset);
    const [X, Y] = [lab.table(x, inputs), lab.table(y)];
    const operands = {
      a: X,
      b: lab.table(Int32Array.from(order)).address,
      c: Y.address,
      d: losses.address,
      e: W1.address,
      g: W2.address,
      ldb: offset,
      rates,
    };
    lab.run({ op: Op.tiny, inner: inputs, cols: units, ...operands }, 0, BEFORE, steps);
    return resultsOf(placed);
  }

  function oneByOne(inputs: number, units: number, steps: number) {
    const placed = place(inputs, units, steps);
    const { W1, b1, W2, b2, x, y, order, rates, losses } = placed;
    const scratch = lab.table(new Uint8Array(4096));
    const [Z1, A1, dA1] = [lab.batch(units, 1), lab.batch(units, 1), lab.batch(units, 1)];
    const [Z2, dZ2] = [lab.batch(1, 1), lab.batch(1, 1)];
    for (let slot = BEFORE; slot < BEFORE + steps; slot++) {
      const row = order[slot];
      const A0 = lab.batch(inputs, 1, x.subarray(row * inputs, (row + 1) * inputs));
      const Y = lab.batch(1, 1, [y[row]]);
      const program = [
        dense({ W: W1, b: b1 }, A0, Z1, 1),
        activate("sigmoid", Z1, A1, 1),
        dense({ W: W2, b: b2 }, A1, Z2, 1),
        loss("binaryCrossentropy", { input: Z2, Y, gradient: dZ2, losses, scratch, scale: 1 }, 1),
        inputGradient(W2, dZ2, dA1, scratch, 1),
        descend({ dZ: dZ2, A: A1, scratch }, { W: W2, b: b2 }, rates, 1),
        derive("sigmoid", Z1, A1, dA1, 1),
        descend({ dZ: dA1, A: A0, scratch }, { W: W1, b: b1 }, rates, 1),
      ];
      for (const operation of program) lab.run(operation, 0, slot);
    }
    return resultsOf(placed);
  }

  test.each(SHAPES)("$inputs inputs, $units hidden units", ({ inputs, units }) => {
    for (const steps of COUNTS) {
      const [tiny, general] = [atOnce(inputs, units, steps), oneByOne(inputs, units, steps)];
      expect(tiny.losses).toEqual(general.losses);
      expect(tiny.losses.slice(0, BEFORE)).toEqual([-1, -1]);
      expect(tiny.losses.slice(BEFORE + steps)).toEqual([-1, -1, -1]);
      for (const [i, { values, isPadded }] of tiny.parameters.entries()) {
        expect(isPadded).toBe(true);
        expectSameBits(values, general.parameters[i].values);
      }
    }
  });
});
