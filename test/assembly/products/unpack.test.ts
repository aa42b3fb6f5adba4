/** Weights in the order in which users hold them. */

import { describe, test } from "vitest";
import { Op } from "../../../assembly/isa.js";
import { BUILDS, expectSameBits, floats } from "../../helpers.js";
import { Lab } from "../lab.js";

/** More than the four inputs and the eight units of a block, and every rest of both. */
const EXTENTS = [1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 15, 17, 33];
const SHAPES = EXTENTS.flatMap((units) => EXTENTS.map((inputs) => [units, inputs] as const));

describe.each(BUILDS)("$name", (build) => {
  const lab = new Lab(build);

  test.each(SHAPES)("unpack copies weights of %i units and %i inputs unit by unit", (units, inputs) => {
    lab.clear();
    const values = floats(units * inputs, 1);
    const W = lab.weights(units, inputs, values);
    const copy = lab.table(new Float32Array(units * inputs).fill(Number.NaN));
    lab.run({ op: Op.unpack, rows: units, cols: inputs, a: W, c: copy });
    expectSameBits(lab.read(copy).values, values);
  });
});
