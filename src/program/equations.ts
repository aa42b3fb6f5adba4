import { Activation, Op } from "../../assembly/isa.js";
import { type ActivationChoice, nameOf, slopeOf } from "../model/activations.js";
import { type Extent, type Instruction, SAMPLES } from "./instruction.js";
import type { Matrix } from "./matrix.js";

/** W and b of a dense layer, or their gradients. */
export interface DenseParameters {
  W: Matrix;
  b: Matrix;
}

/** Options of a product. */
export interface ProductOptions {
  /** True if relu follows: the product has a floor of 0. */
  isRelu?: boolean;
  /** True if zeros of A are skipped. The kernel lists the other values in `scratch`. */
  skipsZeros?: boolean;
  scratch?: Matrix;
}

/** Z = W·A + b, or relu of it, for the first `samples` columns: as many as the batch has, unless their number is given. */
export function dense(
  { W, b }: DenseParameters,
  A: Matrix,
  Z: Matrix,
  samples: Extent = SAMPLES,
  { isRelu = false, skipsZeros = false, scratch }: ProductOptions = {},
): Instruction {
  const product = `${W.name}·${A.name} + ${b.name}`;
  return {
    equation: `${Z.name} = ${isRelu ? `relu(${product})` : product}`,
    result: Z,
    op: Op.dense,
    f: Number(skipsZeros),
    rows: samples,
    inner: W.cols,
    cols: W.rows,
    a: A,
    b: W,
    c: Z,
    d: b,
    e: scratch,
    p: [isRelu ? 0 : -Infinity],
  };
}

/** A slope as the second argument of f in equations, if it is not the default. */
const argumentOf = (f: ActivationChoice): string => (typeof f === "string" ? "" : `, ${f.alpha}`);

/** A = f(Z). */
export function activate(f: ActivationChoice, Z: Matrix, A: Matrix, samples: Extent = SAMPLES): Instruction {
  return {
    equation: `${A.name} = ${nameOf(f)}(${Z.name}${argumentOf(f)})`,
    result: A,
    op: Op.activate,
    f: Activation[nameOf(f)],
    rows: samples,
    cols: A.rows,
    a: Z,
    c: A,
    p: [slopeOf(f)],
  };
}

/** dZ = dA * f'(Z). `d` holds dA before and dZ afterwards, and has the name of dZ. */
export function derive(
  f: ActivationChoice,
  Z: Matrix,
  A: Matrix,
  d: Matrix,
  samples: Extent = SAMPLES,
): Instruction {
  return {
    equation: `${d.name} = d${A.name} * ${nameOf(f)}'(${Z.name}${argumentOf(f)})`,
    result: d,
    op: Op.derive,
    f: Activation[nameOf(f)],
    rows: samples,
    cols: d.rows,
    a: Z,
    b: A,
    c: d,
    p: [slopeOf(f)],
  };
}

/** Operands of the gradient of a layer. A is the input of the layer. */
export interface GradientOperands {
  dZ: Matrix;
  A: Matrix;
  scratch: Matrix;
  skipsZeros?: boolean;
}

/** Fields that weightGradient and descend share. */
function gradientProduct(operands: GradientOperands, { W, b }: DenseParameters, samples: Extent) {
  const { dZ, A, scratch, skipsZeros = false } = operands;
  return {
    result: W,
    f: Number(skipsZeros),
    rows: W.cols,
    inner: samples,
    cols: W.rows,
    a: A,
    b: dZ,
    c: W,
    d: b,
    e: scratch,
  };
}

/** dW = dZ·Aᵀ and db = dZ·1. */
export function weightGradient(
  operands: GradientOperands,
  gradient: DenseParameters,
  samples: Extent = SAMPLES,
): Instruction {
  const { dZ, A } = operands;
  const equation = `${gradient.W.name} = ${dZ.name}·${A.name}ᵀ, ${gradient.b.name} = ${dZ.name}·1`;
  return { equation, op: Op.weightGradient, ...gradientProduct(operands, gradient, samples) };
}

/** W = W - α·dZ·Aᵀ and b = b - α·dZ·1: gradient and descent fused, with α from the table of rates. */
export function descend(
  operands: GradientOperands,
  parameters: DenseParameters,
  rates: Matrix,
  samples: Extent = SAMPLES,
): Instruction {
  const { dZ, A } = operands;
  const { W, b } = parameters;
  const equation = `${W.name} = ${W.name} - α·${dZ.name}·${A.name}ᵀ, ${b.name} = ${b.name} - α·${dZ.name}·1`;
  const product = gradientProduct(operands, parameters, samples);
  return { equation, op: Op.descend, ...product, rates };
}

/** dA = Wᵀ·dZ. */
export function inputGradient(
  W: Matrix,
  dZ: Matrix,
  dA: Matrix,
  scratch: Matrix,
  samples: Extent = SAMPLES,
): Instruction {
  return {
    equation: `${dA.name} = ${W.name}ᵀ·${dZ.name}`,
    result: dA,
    op: Op.inputGradient,
    rows: samples,
    inner: W.rows,
    cols: W.cols,
    a: dZ,
    b: W,
    c: dA,
    e: scratch,
  };
}
