/**
 * Dual numbers: a value with its derivative, by which a formula of src/formulas gives f'(z) beside f(z), exact to float64.
 * Where both operands are equal, max has the slope of its second operand and min that of its first: so a kink such as
 * relu's at 0 has the derivative that the kernels use.
 */

import type { Formula } from "../src/formulas/activations.js";
import { float64 } from "../src/formulas/float64.js";
import type { Operand, Operations } from "../src/formulas/operations.js";

/** A value, and its derivative by the variable. */
interface Dual {
  value: number;
  slope: number;
}

const dualOf = (a: Operand<Dual>): Dual => (typeof a === "number" ? { value: a, slope: 0 } : a);

/** f(g)' = f'(g)·g', with f' given the value of g and of f. */
const unary =
  (f: (a: number) => number, df: (a: number, value: number) => number) =>
  (operand: Operand<Dual>): Dual => {
    const { value: a, slope } = dualOf(operand);
    const value = f(a);
    return { value, slope: slope === 0 ? 0 : df(a, value) * slope };
  };

const binary =
  (f: (a: number, b: number) => number, df: (a: Dual, b: Dual) => number) =>
  (p: Operand<Dual>, q: Operand<Dual>): Dual => {
    const [a, b] = [dualOf(p), dualOf(q)];
    return { value: f(a.value, b.value), slope: df(a, b) };
  };

const duals: Operations<Dual> = {
  add: binary(float64.add, (a, b) => a.slope + b.slope),
  sub: binary(float64.sub, (a, b) => a.slope - b.slope),
  mul: binary(float64.mul, (a, b) => a.slope * b.value + a.value * b.slope),
  div: binary(float64.div, (a, b) => (a.slope - (a.value / b.value) * b.slope) / b.value),
  min: binary(float64.min, (a, b) => (a.value <= b.value ? a : b).slope),
  max: binary(float64.max, (a, b) => (a.value > b.value ? a : b).slope),
  neg: unary(float64.neg, () => -1),
  abs: unary(float64.abs, Math.sign),
  sqrt: unary(float64.sqrt, (_, root) => 1 / (2 * root)),
  exp: unary(float64.exp, (_, power) => power),
  expm1: unary(float64.expm1, Math.exp),
  tanh: unary(float64.tanh, (_, y) => 1 - y * y),
  erf: unary(float64.erf, (a) => (2 / Math.sqrt(Math.PI)) * Math.exp(-a * a)),
  sigmoid: unary(float64.sigmoid, (_, y) => y * (1 - y)),
  softplus: unary(float64.softplus, (a) => float64.sigmoid(a)),
};

/** f'(z) of a formula. */
export function derivativeOf(formula: Formula, z: number): number {
  return formula<Dual>({ value: z, slope: 1 }, duals).slope;
}
