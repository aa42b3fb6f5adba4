/**
 * Steps of plain descent for networks no wider than one vector, on batches of one sample. Such a step is a single
 * chain of operations, each waiting for the one before, so latency is all that counts: activations stay in registers from
 * layer to layer, an input's weights are one vector, and no instruction is dispatched in between. Sums run in the
 * order of the general kernels, so the bits are theirs.
 *
 * A program is Op.tiny, then one instruction for each layer: f: Activation, inner: inputs, cols: units, a: room for A of
 * the layer before, b: W, d: bias, e: room for f'(Z).
 */

import { Elementwise as Derivable, Relu, Sigmoid, Tanh } from "./activation";
import { Activation, Loss, OP_BYTES } from "./isa";
import { BinaryCrossentropy, Elementwise, SquaredError } from "./loss";
import { sigmoid, tanh } from "./math";
import { Instruction } from "./op";
import { rateOf } from "./optimizer";
import { firstLanes, madd, sum } from "./simd";

/** The `count` numbers of a row, padded with zeros. Nothing behind them is read: they may be the last in memory. */
function rowOf(at: usize, count: i32): v128 {
  let x = v128.load32_zero(at);
  if (count > 1) x = v128.load32_lane(at, x, 1, 4);
  if (count > 2) x = v128.load32_lane(at, x, 2, 8);
  if (count > 3) x = v128.load32_lane(at, x, 3, 12);
  return x;
}

/** Z = W·A + b. */
function product(layer: Instruction, a: v128): v128 {
  const w = layer.b;
  const inputs = layer.inner;
  let z = madd(v128.shuffle<f32>(a, a, 0, 0, 0, 0), v128.load(w), v128.load(layer.d));
  if (inputs > 1) z = madd(v128.shuffle<f32>(a, a, 1, 1, 1, 1), v128.load(w, 32), z);
  if (inputs > 2) z = madd(v128.shuffle<f32>(a, a, 2, 2, 2, 2), v128.load(w, 64), z);
  if (inputs > 3) z = madd(v128.shuffle<f32>(a, a, 3, 3, 3, 3), v128.load(w, 96), z);
  return z;
}

/** Keeps f'(Z), which needs no more than A = f(Z); returns A. */
function keepSlope<F extends Derivable>(layer: Instruction, a: v128): v128 {
  v128.store(layer.e, changetype<F>(0).derivative(a, a));
  return a;
}

/** A = f(Z). */
function activation(layer: Instruction, z: v128): v128 {
  switch (layer.f) {
    case Activation.sigmoid:
      return keepSlope<Sigmoid>(layer, sigmoid(z));
    case Activation.tanh:
      return keepSlope<Tanh>(layer, tanh(z));
    case Activation.relu:
      return keepSlope<Relu>(layer, f32x4.pmax(z, f32x4.splat(0)));
  }
  return z;
}

/** losses[slot] = L; returns dL/da. */
function lossOf<L extends Elementwise>(op: Instruction, slot: i32, a: v128): v128 {
  const y = rowOf(op.c + <usize>load<u32>(op.b + ((<usize>slot) << 2)) * op.ldc, op.cols);
  const mask = firstLanes(op.cols);
  const value = sum(v128.and(changetype<L>(0).value(a, y), mask));
  store<f64>(op.d + ((<usize>slot) << 3), value * op.p0);
  return f32x4.mul(changetype<L>(0).gradient(a, y), v128.and(f32x4.splat(<f32>op.p0), mask));
}

/** dA = Wᵀ·dZ. */
function inputGradient(layer: Instruction, dz: v128): v128 {
  const w = layer.b;
  const units = layer.cols;
  const w0 = v128.load(w);
  const w1 = v128.load(w, 32);
  const w2 = v128.load(w, 64);
  const w3 = v128.load(w, 96);
  const low01 = v128.shuffle<f32>(w0, w1, 0, 4, 1, 5);
  const low23 = v128.shuffle<f32>(w2, w3, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(w0, w1, 2, 6, 3, 7);
  const high23 = v128.shuffle<f32>(w2, w3, 2, 6, 3, 7);
  const x0 = f32x4.mul(v128.shuffle<f32>(low01, low23, 0, 1, 4, 5), v128.shuffle<f32>(dz, dz, 0, 0, 0, 0));
  if (units === 1) return x0;
  const x1 = f32x4.mul(v128.shuffle<f32>(low01, low23, 2, 3, 6, 7), v128.shuffle<f32>(dz, dz, 1, 1, 1, 1));
  if (units === 2) return f32x4.add(x0, x1);
  const x2 = f32x4.mul(v128.shuffle<f32>(high01, high23, 0, 1, 4, 5), v128.shuffle<f32>(dz, dz, 2, 2, 2, 2));
  const x3 = f32x4.mul(v128.shuffle<f32>(high01, high23, 2, 3, 6, 7), v128.shuffle<f32>(dz, dz, 3, 3, 3, 3));
  return f32x4.add(f32x4.add(x0, x1), f32x4.add(x2, x3));
}

/**
 * W = W - α·dZ·Aᵀ, b = b - α·dZ; returns W·A + b of the next A with what is still in registers: what was just written
 * would be ten cycles late if read.
 */
function descend(layer: Instruction, dz: v128, step: v128, next: v128): v128 {
  const w = layer.b;
  const a = v128.load(layer.a);
  const inputs = layer.inner;
  const bias = madd(step, dz, v128.load(layer.d));
  v128.store(layer.d, bias);
  const by = f32x4.mul(step, a);
  const w0 = madd(v128.shuffle<f32>(by, by, 0, 0, 0, 0), dz, v128.load(w));
  v128.store(w, w0);
  let z = madd(v128.shuffle<f32>(next, next, 0, 0, 0, 0), w0, bias);
  if (inputs > 1) {
    const w1 = madd(v128.shuffle<f32>(by, by, 1, 1, 1, 1), dz, v128.load(w, 32));
    v128.store(w, w1, 32);
    z = madd(v128.shuffle<f32>(next, next, 1, 1, 1, 1), w1, z);
  }
  if (inputs > 2) {
    const w2 = madd(v128.shuffle<f32>(by, by, 2, 2, 2, 2), dz, v128.load(w, 64));
    v128.store(w, w2, 64);
    z = madd(v128.shuffle<f32>(next, next, 2, 2, 2, 2), w2, z);
  }
  if (inputs > 3) {
    const w3 = madd(v128.shuffle<f32>(by, by, 3, 3, 3, 3), dz, v128.load(w, 96));
    v128.store(w, w3, 96);
    z = madd(v128.shuffle<f32>(next, next, 3, 3, 3, 3), w3, z);
  }
  return z;
}

function inputOf(op: Instruction, slot: i32): v128 {
  return rowOf(op.a + <usize>load<u32>(op.b + ((<usize>slot) << 2)) * op.lda, op.inner);
}

/**
 * One step a slot. f: Loss, inner: inputs, cols: outputs; a: x, lda bytes a row; c: y, ldc bytes a row; b: order;
 * d: losses; p0: 1 / outputs. Layers: instructions from `first` to before `end`.
 */
export function tiny(op: Instruction, end: usize, slot: i32, steps: i32): void {
  const start = changetype<usize>(op) + OP_BYTES;
  const first = changetype<Instruction>(start);
  let x = inputOf(op, slot);
  let z = product(first, x);
  for (const last = slot + steps; slot < last; slot++) {
    v128.store(first.a, x);
    let a = activation(first, z);
    for (let at = start + OP_BYTES; at < end; at += OP_BYTES) {
      const layer = changetype<Instruction>(at);
      v128.store(layer.a, a);
      a = activation(layer, product(layer, a));
    }
    let d =
      op.f === Loss.binaryCrossentropy
        ? lossOf<BinaryCrossentropy>(op, slot, a)
        : lossOf<SquaredError>(op, slot, a);
    const step = f32x4.splat(-(<f32>rateOf(op, slot)));
    for (let at = end - OP_BYTES; at > start; at -= OP_BYTES) {
      const layer = changetype<Instruction>(at);
      if (layer.f !== Activation.linear) d = f32x4.mul(d, v128.load(layer.e));
      // Before the descent, which changes W.
      const dz = d;
      d = inputGradient(layer, dz);
      descend(layer, dz, step, dz);
    }
    if (first.f !== Activation.linear) d = f32x4.mul(d, v128.load(first.e));
    x = inputOf(op, min(slot + 1, last - 1));
    z = descend(first, d, step, x);
  }
}
