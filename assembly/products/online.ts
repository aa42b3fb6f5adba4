/**
 * The products of one sample with the weights of a layer, which stand row by row: one row per input, in it the weights of all
 * units, a whole number of vectors.
 *
 *      W, V    [inputs][units]    weights, and their last changes (momentum)
 *      b, A, E, D, S    [units]   biases, outputs, errors, deltas, and steps α·δ
 *
 * The lanes behind the last unit are 0 in W, V, b, E, D and S.
 *
 * A sample whose inputs are mostly 0 changes the weights of those inputs by momentum alone: `gap` such samples in a row make
 * v·μ^gap of a change v, and add v·(μ + ... + μ^gap) to its weight. So the rows of inputs that are 0 stay as they are until
 * their input is not 0, and make up for the gap then.
 */

import { madd, pairSums, splat, sum, VECTOR } from "../math/simd";

/** A layer in memory; src/brain/epochs.ts writes it. */
@unmanaged
export class Layer {
  inputs: i32;
  /** Bytes of a row. */
  bytes: usize;
  W: usize;
  V: usize;
  b: usize;
  A: usize;
  E: usize;
  D: usize;
  S: usize;
  units: i32;

  /** The weights of an active input as they are by now: w + drift·v. */
  @inline current(at: usize, drift: v128): v128 {
    return madd(drift, v128.load(this.V + at), v128.load(this.W + at));
  }
}

/** An input that is not 0. */
@unmanaged
export class Active {
  /** Bytes from the first row of the layer to that of the input. */
  row: usize;
  x: f32;
  /** μ^gap, and μ + ... + μ^gap. */
  fade: f32;
  drift: f32;
}

export const ACTIVE_BYTES: usize = 16;

/** Z = Wᵀ·x + b, to A. */
export function sums(layer: Layer, x: usize): void {
  const bytes = layer.bytes;
  const end = x + ((<usize>layer.inputs) << 2);
  let u: usize = 0;
  for (; u + 4 * VECTOR <= bytes; u += 4 * VECTOR) {
    let z0 = v128.load(layer.b + u);
    let z1 = v128.load(layer.b + u, 16);
    let z2 = v128.load(layer.b + u, 32);
    let z3 = v128.load(layer.b + u, 48);
    let w = layer.W + u;
    for (let at = x; at < end; at += 4, w += bytes) {
      const value = v128.load32_splat(at);
      z0 = madd(value, v128.load(w), z0);
      z1 = madd(value, v128.load(w, 16), z1);
      z2 = madd(value, v128.load(w, 32), z2);
      z3 = madd(value, v128.load(w, 48), z3);
    }
    v128.store(layer.A + u, z0);
    v128.store(layer.A + u, z1, 16);
    v128.store(layer.A + u, z2, 32);
    v128.store(layer.A + u, z3, 48);
  }
  for (; u < bytes; u += VECTOR) {
    let z = v128.load(layer.b + u);
    let w = layer.W + u;
    for (let at = x; at < end; at += 4, w += bytes) z = madd(v128.load32_splat(at), v128.load(w), z);
    v128.store(layer.A + u, z);
  }
}

/** Z = Wᵀ·x + b over the active inputs, to A. */
export function sparseSums(layer: Layer, first: usize, end: usize): void {
  const bytes = layer.bytes;
  let u: usize = 0;
  for (; u + 4 * VECTOR <= bytes; u += 4 * VECTOR) {
    let z0 = v128.load(layer.b + u);
    let z1 = v128.load(layer.b + u, 16);
    let z2 = v128.load(layer.b + u, 32);
    let z3 = v128.load(layer.b + u, 48);
    for (let at = first; at < end; at += ACTIVE_BYTES) {
      const active = changetype<Active>(at);
      const w = active.row + u;
      const x = f32x4.splat(active.x);
      const drift = f32x4.splat(active.drift);
      z0 = madd(x, layer.current(w, drift), z0);
      z1 = madd(x, layer.current(w + 16, drift), z1);
      z2 = madd(x, layer.current(w + 32, drift), z2);
      z3 = madd(x, layer.current(w + 48, drift), z3);
    }
    v128.store(layer.A + u, z0);
    v128.store(layer.A + u, z1, 16);
    v128.store(layer.A + u, z2, 32);
    v128.store(layer.A + u, z3, 48);
  }
  for (; u < bytes; u += VECTOR) {
    let z = v128.load(layer.b + u);
    for (let at = first; at < end; at += ACTIVE_BYTES) {
      const active = changetype<Active>(at);
      z = madd(f32x4.splat(active.x), layer.current(active.row + u, f32x4.splat(active.drift)), z);
    }
    v128.store(layer.A + u, z);
  }
}

/** E = W·δ: the errors of the layer before. */
export function errors(layer: Layer, E: usize): void {
  const D = layer.D;
  const bytes = layer.bytes;
  let w = layer.W;
  for (const end = E + ((<usize>layer.inputs) << 2); E < end; E += 4, w += bytes) {
    let e = f32x4.mul(v128.load(w), v128.load(D));
    for (let u = VECTOR; u < bytes; u += VECTOR) e = madd(v128.load(w + u), v128.load(D + u), e);
    store<f32>(E, <f32>sum(e));
  }
}

/** S = α·δ, b = b + S */
export function steps(layer: Layer, rate: f64): void {
  const alpha = splat(rate);
  for (let u: usize = 0; u < layer.bytes; u += VECTOR) {
    const step = f32x4.mul(alpha, v128.load(layer.D + u));
    v128.store(layer.S + u, step);
    v128.store(layer.b + u, f32x4.add(v128.load(layer.b + u), step));
  }
}

/** V = S·xᵀ + μ·V, W = W + V */
export function move(layer: Layer, x: usize, momentum: f64): void {
  const mu = splat(momentum);
  const bytes = layer.bytes;
  let row: usize = 0;
  for (const end = x + ((<usize>layer.inputs) << 2); x < end; x += 4, row += bytes) {
    const value = v128.load32_splat(x);
    const W = layer.W + row;
    const V = layer.V + row;
    for (let u: usize = 0; u < bytes; u += VECTOR) {
      const v = madd(value, v128.load(layer.S + u), f32x4.mul(mu, v128.load(V + u)));
      v128.store(V + u, v);
      v128.store(W + u, f32x4.add(v128.load(W + u), v));
    }
  }
}

/** The same for the active inputs. */
export function sparseMove(layer: Layer, first: usize, end: usize, momentum: f64): void {
  const bytes = layer.bytes;
  const S = layer.S;
  for (let at = first; at < end; at += ACTIVE_BYTES) {
    const active = changetype<Active>(at);
    const x = f32x4.splat(active.x);
    const drift = f32x4.splat(active.drift);
    const keep = splat(momentum * active.fade);
    const W = layer.W + active.row;
    const V = layer.V + active.row;
    for (let u: usize = 0; u < bytes; u += VECTOR) {
      const last = v128.load(V + u);
      const v = madd(x, v128.load(S + u), f32x4.mul(keep, last));
      const w = madd(drift, last, v128.load(W + u));
      v128.store(V + u, v);
      v128.store(W + u, f32x4.add(w, v));
    }
  }
}

/** Brings the row of an input up to date: w = w + drift·v, v = fade·v. */
export function makeUp(layer: Layer, row: usize, fade: f32, drift: f32): void {
  const W = layer.W + row;
  const V = layer.V + row;
  for (let u: usize = 0; u < layer.bytes; u += VECTOR) {
    const v = v128.load(V + u);
    v128.store(W + u, madd(f32x4.splat(drift), v, v128.load(W + u)));
    v128.store(V + u, f32x4.mul(f32x4.splat(fade), v));
  }
}

/**
 * z = W·x of four rows that stand unit by unit, as users hold them. All have `bytes` bytes, a whole number of pairs of vectors:
 * x, behind it the rows, and behind them the four sums.
 */
export function dots(x: usize, bytes: usize): void {
  const end = x + bytes;
  let w0 = end;
  let w1 = w0 + bytes;
  let w2 = w1 + bytes;
  let w3 = w2 + bytes;
  // Two chains per row: an addition waits four cycles for the one before.
  let even0 = f32x4.splat(0);
  let even1 = even0;
  let even2 = even0;
  let even3 = even0;
  let odd0 = even0;
  let odd1 = even0;
  let odd2 = even0;
  let odd3 = even0;
  for (let at = x; at < end; at += 2 * VECTOR) {
    const even = v128.load(at);
    const odd = v128.load(at, 16);
    even0 = madd(even, v128.load(w0), even0);
    even1 = madd(even, v128.load(w1), even1);
    even2 = madd(even, v128.load(w2), even2);
    even3 = madd(even, v128.load(w3), even3);
    odd0 = madd(odd, v128.load(w0, 16), odd0);
    odd1 = madd(odd, v128.load(w1, 16), odd1);
    odd2 = madd(odd, v128.load(w2, 16), odd2);
    odd3 = madd(odd, v128.load(w3, 16), odd3);
    w0 += 2 * VECTOR;
    w1 += 2 * VECTOR;
    w2 += 2 * VECTOR;
    w3 += 2 * VECTOR;
  }
  const z01 = pairSums(f32x4.add(even0, odd0), f32x4.add(even1, odd1));
  const z23 = pairSums(f32x4.add(even2, odd2), f32x4.add(even3, odd3));
  v128.store(w3, pairSums(z01, z23));
}
