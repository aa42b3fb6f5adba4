/** A value, or a plain number that the operation takes as a constant. */
export type Operand<T> = T | number;

/**
 * The operations that formulas are made of. A formula is written once, as a function of its operations; whoever supplies
 * them decides what it becomes: numbers in float64, the text of a program, or the nodes of a graph.
 */
export interface Operations<T> {
  add(a: Operand<T>, b: Operand<T>): T;
  sub(a: Operand<T>, b: Operand<T>): T;
  mul(a: Operand<T>, b: Operand<T>): T;
  div(a: Operand<T>, b: Operand<T>): T;
  min(a: Operand<T>, b: Operand<T>): T;
  max(a: Operand<T>, b: Operand<T>): T;
  neg(a: Operand<T>): T;
  abs(a: Operand<T>): T;
  sqrt(a: Operand<T>): T;
  exp(a: Operand<T>): T;
  /** e^a - 1, exact near 0 too. */
  expm1(a: Operand<T>): T;
  tanh(a: Operand<T>): T;
  /** The error function. */
  erf(a: Operand<T>): T;
  /** 1 / (1 + e^-a). */
  sigmoid(a: Operand<T>): T;
  /** ln(1 + e^a). */
  softplus(a: Operand<T>): T;
}

/** Operations for which sigmoid and softplus can be spelled out. */
export interface Primitives<T> extends Omit<Operations<T>, "sigmoid" | "softplus"> {
  /** ln(1 + a), exact near 0 too. */
  log1p(a: Operand<T>): T;
}

/** 1 / (1 + e^-z), which is 0 where e^-z overflows. */
export function spellSigmoid<T>(z: Operand<T>, { add, div, exp, neg }: Primitives<T>): T {
  return div(1, add(1, exp(neg(z))));
}

/** max(z, 0) + ln(1 + e^-|z|), in which nothing overflows. */
export function spellSoftplus<T>(z: Operand<T>, { add, max, log1p, exp, neg, abs }: Primitives<T>): T {
  return add(max(z, 0), log1p(exp(neg(abs(z)))));
}
