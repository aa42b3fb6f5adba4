/** The links against their formulas in float64, and their gradients against central differences. */

import { describe, expect, test } from "vitest";
import { Link, Op } from "../../../assembly/isa.js";
import { BUILDS, expectClose, floats, toRows } from "../../helpers.js";
import type { Row } from "../../reference.js";
import { Lab } from "../lab.js";
import { namesOf } from "../names.js";

const WIDTHS = [2, 3, 4, 5, 9, 17];
const SAMPLES = 6;

const clip = (p: number, most: number): number => Math.min(Math.max(p, 1e-7), most);

const FORMULAS: Readonly<Record<string, (row: Row) => Row>> = {
  sigmoidLog: (z) => z.map((value) => -Math.log1p(Math.exp(-value))),
  softmaxLogit: (z) =>
    z.map(
      (value, j) => value - Math.log(z.reduce((sum, other, k) => sum + (k === j ? 0 : Math.exp(other)), 0)),
    ),
  log: (p) => p.map((value) => Math.log(clip(value, 1))),
  logit: (p) => p.map((value) => clip(value, 1 - 1e-7)).map((value) => Math.log(value / (1 - value))),
};

/** Inputs of a link: Z, or probabilities. */
function inputsOf(name: string, units: number): Float32Array {
  const z = floats(SAMPLES * units, 1, 4);
  return name.startsWith("log") ? z.map((value) => 1 / (1 + Math.exp(-value))) : z;
}

describe.each(BUILDS)("$name", (build) => {
  const lab = new Lab(build);

  describe.each(namesOf(Link))("%s", (name) => {
    const formula = FORMULAS[name];
    const f = Link[name as keyof typeof Link];

    test.each(WIDTHS)("makes logits of %i units, with padding of 0", (units) => {
      lab.clear();
      const x = inputsOf(name, units);
      const [a, c] = [lab.batch(units, SAMPLES, x), lab.batch(units, SAMPLES)];
      lab.run({ op: Op.link, f, rows: SAMPLES, cols: units, a, c });
      const { values, isPadded } = lab.read(c);
      expect(isPadded).toBe(true);
      expectClose(values, toRows(x, units).flatMap(formula), 2e-6);
    });

    test.each(WIDTHS)("turns a gradient of %i units back", (units) => {
      lab.clear();
      const x = inputsOf(name, units);
      const d = floats(SAMPLES * units, 2);
      const a = lab.batch(units, SAMPLES, x);
      const b = lab.batch(units, SAMPLES, toRows(x, units).flatMap(formula));
      const c = lab.batch(units, SAMPLES, d);
      lab.run({ op: Op.unlink, f, rows: SAMPLES, cols: units, a, b, c });
      const { values, isPadded } = lab.read(c);
      expect(isPadded).toBe(true);
      const dot = (row: Row, s: number) =>
        formula(row).reduce((sum, value, j) => sum + value * d[s * units + j], 0);
      const h = 1e-5;
      const wanted = toRows(x, units).flatMap((row, s) =>
        row.map((value, j) => {
          const moved = (step: number) => row.map((other, k) => (k === j ? value + step : other));
          return (dot(moved(h), s) - dot(moved(-h), s)) / (2 * h);
        }),
      );
      expectClose(values, wanted, 2e-5);
    });
  });

  test("numbers far apart have finite logits and gradients", () => {
    for (const name of ["sigmoidLog", "softmaxLogit"] as const) {
      lab.clear();
      const a = lab.batch(3, 2, [1000, -1000, 0, -1000, 1000, 1000]);
      const [b, c] = [lab.batch(3, 2), lab.batch(3, 2, [1, 1, 1, -1, 1, 1])];
      lab.run({ op: Op.link, f: Link[name], rows: 2, cols: 3, a, c: b });
      lab.run({ op: Op.unlink, f: Link[name], rows: 2, cols: 3, a, b, c });
      const [logits, gradient] = [lab.read(b).values, lab.read(c).values];
      expect([...logits, ...gradient].every(Number.isFinite)).toBe(true);
      if (name === "softmaxLogit") expectClose(logits, [1000, -2000, -1000, -2000.6931, 0, 0], 1e-4);
      else expectClose(logits, [0, -1000, -Math.LN2, -1000, 0, 0], 1e-6);
    }
  });

  test("probabilities of 0 and 1 have a bounded logit and no gradient", () => {
    lab.clear();
    const a = lab.batch(2, 1, [0, 1]);
    const [b, c] = [lab.batch(2, 1), lab.batch(2, 1, [1, 1])];
    lab.run({ op: Op.link, f: Link.logit, rows: 1, cols: 2, a, c: b });
    lab.run({ op: Op.unlink, f: Link.logit, rows: 1, cols: 2, a, b, c });
    expectClose(lab.read(b).values, [Math.log(1e-7), -Math.log(1.1920929e-7)], 1e-4);
    expect([...lab.read(c).values]).toEqual([0, 0]);
  });
});
