/**
 * The activations: f and, under it, f'. Each is one stateless class whose methods the compiler inlines over four
 * lanes; z is what went in, a = f(z) what came out. To add one: its name in isa.ts, its class here, its line in the
 * two switches, and its formula in test/reference.ts.
 */

import { Activation } from "./isa";
import { exp, sigmoid, tanh } from "./math";
import { Instruction } from "./op";
import { constant, firstLanes, largest, madd, ONE, sum, VECTOR } from "./simd";

/** What map and chain need of an activation. */
@unmanaged
export abstract class Elementwise {
  abstract forward(z: v128): v128;
  abstract derivative(z: v128, a: v128): v128;
}

@unmanaged
export class Sigmoid extends Elementwise {
  @inline forward(z: v128): v128 {
    return sigmoid(z);
  }
  /** σ' = σ·(1 - σ) */
  @inline derivative(_z: v128, a: v128): v128 {
    return f32x4.mul(a, f32x4.sub(constant(ONE), a));
  }
}

@unmanaged
export class Tanh extends Elementwise {
  @inline forward(z: v128): v128 {
    return tanh(z);
  }
  /** tanh' = 1 - tanh² */
  @inline derivative(_z: v128, a: v128): v128 {
    return f32x4.sub(constant(ONE), f32x4.mul(a, a));
  }
}

@unmanaged
export class Relu extends Elementwise {
  @inline forward(z: v128): v128 {
    return f32x4.pmax(f32x4.splat(0), z);
  }
  /** relu' = 1 where a > 0, else 0 */
  @inline derivative(_z: v128, a: v128): v128 {
    return v128.and(f32x4.gt(a, f32x4.splat(0)), constant(ONE));
  }
}

/** A = f(Z) element by element; the padding of each row stays 0. */
function map<F extends Elementwise>(op: Instruction): void {
  const f = changetype<F>(0);
  const rest = firstLanes(((op.cols - 1) & 3) + 1);
  const width = (<usize>(op.cols - 1) >> 2) << 4;
  for (let r = 0; r < op.rows; r++) {
    let z = op.a + <usize>r * op.lda;
    let a = op.c + <usize>r * op.ldc;
    for (const end = z + width; z < end; z += VECTOR, a += VECTOR) v128.store(a, f.forward(v128.load(z)));
    v128.store(a, v128.and(f.forward(v128.load(z)), rest));
  }
}

/** dZ = dA * f'(Z) element by element, in place; dA is 0 in the padding and stays so. */
function chain<F extends Elementwise>(op: Instruction): void {
  const f = changetype<F>(0);
  const width = (<usize>op.cols) << 2;
  for (let r = 0; r < op.rows; r++) {
    let z = op.a + <usize>r * op.lda;
    let a = op.b + <usize>r * op.ldb;
    let d = op.c + <usize>r * op.ldc;
    for (const end = z + width; z < end; z += VECTOR, a += VECTOR, d += VECTOR) {
      v128.store(d, f32x4.mul(v128.load(d), f.derivative(v128.load(z), v128.load(a))));
    }
  }
}

/** One row: a = e^(z - max z) / Σ e^(z - max z), padding 0. */
function softmaxRow(z: usize, a: usize, cols: i32): void {
  let tops = f32x4.splat(-Infinity);
  const lowest = tops;
  for (let j = 0; j < cols; j += 4) {
    const mask = firstLanes(cols - j);
    tops = f32x4.pmax(tops, v128.bitselect(v128.load(z + ((<usize>j) << 2)), lowest, mask));
  }
  const top = f32x4.splat(largest(tops));
  let total = f32x4.splat(0);
  for (let j = 0; j < cols; j += 4) {
    const offset = (<usize>j) << 2;
    const e = v128.and(exp(f32x4.sub(v128.load(z + offset), top)), firstLanes(cols - j));
    v128.store(a + offset, e);
    total = f32x4.add(total, e);
  }
  const factor = f32x4.splat(<f32>(1 / sum(total)));
  for (let j = 0; j < cols; j += 4) {
    const offset = (<usize>j) << 2;
    v128.store(a + offset, f32x4.mul(v128.load(a + offset), factor));
  }
}

/** dZ = A * (dA - Σ dA * A) for one row, in place. */
function softmaxChainRow(a: usize, d: usize, cols: i32): void {
  let dot = f32x4.splat(0);
  for (let j = 0; j < cols; j += 4) {
    const offset = (<usize>j) << 2;
    dot = madd(v128.load(a + offset), v128.load(d + offset), dot);
  }
  const mean = f32x4.splat(<f32>sum(dot));
  for (let j = 0; j < cols; j += 4) {
    const offset = (<usize>j) << 2;
    v128.store(d + offset, f32x4.mul(v128.load(a + offset), f32x4.sub(v128.load(d + offset), mean)));
  }
}

/** c = f(a) over rows x cols; f: Activation. */
export function activate(op: Instruction): void {
  switch (op.f) {
    case Activation.sigmoid:
      map<Sigmoid>(op);
      break;
    case Activation.tanh:
      map<Tanh>(op);
      break;
    case Activation.relu:
      map<Relu>(op);
      break;
    case Activation.softmax:
      for (let r = 0; r < op.rows; r++)
        softmaxRow(op.a + <usize>r * op.lda, op.c + <usize>r * op.ldc, op.cols);
  }
}

/** c = c * f'(Z = a, A = b) over rows x cols; f: Activation. */
export function derive(op: Instruction): void {
  switch (op.f) {
    case Activation.sigmoid:
      chain<Sigmoid>(op);
      break;
    case Activation.tanh:
      chain<Tanh>(op);
      break;
    case Activation.relu:
      chain<Relu>(op);
      break;
    case Activation.softmax:
      for (let r = 0; r < op.rows; r++)
        softmaxChainRow(op.b + <usize>r * op.ldb, op.c + <usize>r * op.ldc, op.cols);
  }
}
