import { type Operations, type Primitives, spellSigmoid, spellSoftplus } from "./operations.js";

/** 2/√π · e^(-x²) · Σ 2ⁿ·x^(2n+1) / (1·3·5⋯(2n+1)). All terms have one sign, so nothing cancels (A&S 7.1.6). */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** Operations on JavaScript numbers, which makes a formula its value in float64. */
export const float64: Operations<number> & Primitives<number> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  neg: (a) => -a,
  abs: (a) => Math.abs(a),
  sqrt: (a) => Math.sqrt(a),
  exp: (a) => Math.exp(a),
  expm1: (a) => Math.expm1(a),
  log1p: (a) => Math.log1p(a),
  tanh: (a) => Math.tanh(a),
  erf,
  sigmoid: (a) => spellSigmoid(a, float64),
  softplus: (a) => spellSoftplus(a, float64),
};
