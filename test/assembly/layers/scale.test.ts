/** scale and prelu and their gradients, in float64 by the formulas. */

import { describe, expect, test } from "vitest";
import { Op } from "../../../assembly/isa.js";
import { BUILDS, expectClose, floats, toRows } from "../../helpers.js";
import { Lab } from "../lab.js";

describe.each(BUILDS)("$name", (build) => {
  const lab = new Lab(build);

  test.each([
    [1, 1],
    [5, 3],
    [7, 8],
    [65, 17],
    [200, 130],
  ])("%i rows of %i features", (rows, cols) => {
    lab.clear();
    const [a, s, d] = [floats(rows * cols, 1), floats(cols, 2), floats(rows * cols, 3)];
    const [A, S, D] = [lab.batch(cols, rows, a), lab.bias(cols, s), lab.batch(cols, rows, d)];
    const [C, dS] = [lab.batch(cols, rows), lab.bias(cols)];
    const shared = { rows, cols, a: A.address, lda: A.stride, b: S.address };
    lab.run({ op: Op.scale, ...shared, c: C.address, ldc: C.stride });
    const output = lab.read(C);
    expect(output.isPadded).toBe(true);
    expectClose(
      output.values,
      Array.from(a, (value, i) => value * s[i % cols]),
      1e-6,
    );

    lab.run({ op: Op.scaleGradient, ...shared, c: D.address, ldc: D.stride, d: dS.address });
    const [inputs, factors] = [lab.read(D), lab.read(dS)];
    expect(inputs.isPadded && factors.isPadded).toBe(true);
    expectClose(
      inputs.values,
      Array.from(d, (value, i) => value * s[i % cols]),
      1e-6,
    );
    const [x, g] = [toRows(a, cols), toRows(d, cols)];
    expectClose(
      factors.values,
      Array.from(s, (_, j) => x.reduce((sum, row, r) => sum + row[j] * g[r][j], 0)),
      2e-5,
    );
  });

  test.each([
    [1, 1],
    [7, 8],
    [65, 17],
  ])("prelu of %i rows of %i features", (rows, cols) => {
    lab.clear();
    const [a, s, d] = [floats(rows * cols, 1), floats(cols, 2), floats(rows * cols, 3)];
    a[0] = 0;
    const [A, S, D] = [lab.batch(cols, rows, a), lab.bias(cols, s), lab.batch(cols, rows, d)];
    const [C, dS] = [lab.batch(cols, rows), lab.bias(cols)];
    const shared = { rows, cols, a: A.address, lda: A.stride, b: S.address };
    lab.run({ op: Op.prelu, ...shared, c: C.address, ldc: C.stride });
    const slope = (i: number) => (a[i] > 0 ? 1 : s[i % cols]);
    const output = lab.read(C);
    expect(output.isPadded).toBe(true);
    expectClose(
      output.values,
      Array.from(a, (value, i) => value * slope(i)),
      1e-6,
    );
    lab.run({ op: Op.preluGradient, ...shared, c: D.address, ldc: D.stride, d: dS.address });
    const [inputs, factors] = [lab.read(D), lab.read(dS)];
    expect(inputs.isPadded && factors.isPadded).toBe(true);
    expectClose(
      inputs.values,
      Array.from(d, (value, i) => value * slope(i)),
      1e-6,
    );
    const wanted = Array.from(s, (_, j) =>
      d.reduce((sum, g, i) => (i % cols === j ? sum + g * Math.min(a[i], 0) : sum), 0),
    );
    expectClose(factors.values, wanted, 2e-5);
  });

  test("frozen, it has no gradient of its factors", () => {
    lab.clear();
    const [A, S, D] = [
      lab.batch(3, 2, floats(6, 1)),
      lab.bias(3, [1, 2, 3]),
      lab.batch(3, 2, [1, 1, 1, 1, 1, 1]),
    ];
    lab.run({
      op: Op.scaleGradient,
      rows: 2,
      cols: 3,
      a: A.address,
      lda: A.stride,
      b: S.address,
      c: D.address,
      ldc: D.stride,
    });
    expect([...lab.read(D).values]).toEqual([1, 2, 3, 1, 2, 3]);
  });
});
