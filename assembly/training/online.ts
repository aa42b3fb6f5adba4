/** Epochs of online training: for each sample forward, errors, and one update, all layers with the same activation. */

import { sigmoid, tanh } from "../math/math";
import { constant, highHalf, lowHalf, ONE, splat, VECTOR } from "../math/simd";
import { flushSubnormals } from "../math/vector";
import {
  ACTIVE_BYTES,
  Active,
  errors,
  Layer,
  makeUp,
  move,
  sparseMove,
  sparseSums,
  steps,
  sums,
} from "../products/online";

const LAYER_BYTES: usize = 40;

/** The activations, in the order of src/brain/options.ts. */
enum Activation {
  sigmoid,
  relu,
  leakyRelu,
  tanh,
}

/** A training in memory; src/brain/epochs.ts writes and reads it. */
@unmanaged
export class Training {
  /** The first of the layers, one behind the other, and their end. */
  layers: usize;
  end: usize;
  /** The samples, `strideX` and `strideY` bytes apart. The lanes behind the last target hold f(0). */
  X: usize;
  strideX: usize;
  Y: usize;
  strideY: usize;
  rows: i32;
  activation: Activation;
  /** The active inputs of a sample; 0 to treat all inputs as active. */
  active: usize;
  /** Of each input, how many samples its weights have seen: int32. */
  seen: usize;
  /** By gap: μ^gap and μ + ... + μ^gap, float32 side by side. The last entry holds for larger gaps too. */
  gaps: usize;
  lastGap: i32;
  /** The number of epochs before this call, and from one check of the error to the next; 0 for no check. */
  epoch: i32;
  interval: i32;
  /** The result: epochs of this call, and 1 if the error was checked. */
  done: i32;
  checked: i32;
  rate: f64;
  momentum: f64;
  /** Slope of leakyRelu below 0. */
  alpha: f64;
  /** Training ends after a check of the error that finds at most this. */
  threshold: f64;
  /** The result: the error at the last check, and that of the last epoch. */
  error: f64;
  lastError: f64;

  /** The entry of `gaps` for an input that has seen `seen` of `samples` samples. */
  @inline gap(samples: i32, seen: i32): usize {
    return this.gaps + ((<usize>min(samples - seen, this.lastGap)) << 3);
  }
}

/** a = f(z) */
function forward(t: Training, layer: Layer): void {
  const end = layer.A + layer.bytes;
  const alpha = splat(t.alpha);
  for (let at = layer.A; at < end; at += VECTOR) {
    const z = v128.load(at);
    let a = z;
    switch (t.activation) {
      case Activation.sigmoid:
        a = sigmoid(z);
        break;
      case Activation.relu:
        a = f32x4.pmax(f32x4.splat(0), z);
        break;
      case Activation.leakyRelu:
        a = f32x4.pmax(z, f32x4.mul(alpha, z));
        break;
      case Activation.tanh:
        a = tanh(z);
        break;
      default:
        unreachable();
    }
    v128.store(at, a);
  }
}

/** δ = e·f'(z), with a = f(z) */
function derive(t: Training, layer: Layer): void {
  const alpha = splat(t.alpha);
  const one = constant(ONE);
  for (let u: usize = 0; u < layer.bytes; u += VECTOR) {
    const a = v128.load(layer.A + u);
    const e = v128.load(layer.E + u);
    let d = e;
    switch (t.activation) {
      case Activation.sigmoid:
        d = f32x4.mul(f32x4.mul(e, a), f32x4.sub(one, a));
        break;
      case Activation.relu:
        d = v128.and(e, f32x4.gt(a, f32x4.splat(0)));
        break;
      case Activation.leakyRelu:
        d = v128.bitselect(e, f32x4.mul(alpha, e), f32x4.gt(a, f32x4.splat(0)));
        break;
      case Activation.tanh:
        d = f32x4.mul(f32x4.sub(one, f32x4.mul(a, a)), e);
        break;
      default:
        unreachable();
    }
    v128.store(layer.D + u, d);
  }
}

/** E = y - a of the last layer. @returns Σ e² */
function compare(layer: Layer, y: usize): f64 {
  let squares = f64x2.splat(0);
  for (let u: usize = 0; u < layer.bytes; u += VECTOR) {
    const e = f32x4.sub(v128.load(y + u), v128.load(layer.A + u));
    v128.store(layer.E + u, e);
    const low = lowHalf(e);
    const high = highHalf(e);
    squares = f64x2.add(squares, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
  }
  return f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1);
}

/** Lists the inputs of sample number `sample` that are not 0. @returns the end of the list */
function activate(t: Training, layer: Layer, x: usize, sample: i32): usize {
  let at = t.active;
  const padded = (layer.inputs + 3) & ~3;
  for (let k = 0; k < padded; k += 4) {
    const four = x + ((<usize>k) << 2);
    if (!v128.any_true(f32x4.ne(v128.load(four), f32x4.splat(0)))) continue;
    for (let i = k; i < k + 4; i++) {
      const value = load<f32>(x + ((<usize>i) << 2));
      if (value === 0) continue;
      const seen = t.seen + ((<usize>i) << 2);
      const gap = t.gap(sample, load<i32>(seen));
      store<i32>(seen, sample + 1);
      const active = changetype<Active>(at);
      active.row = <usize>i * layer.bytes;
      active.x = value;
      active.fade = load<f32>(gap);
      active.drift = load<f32>(gap, 4);
      at += ACTIVE_BYTES;
    }
  }
  return at;
}

/** Trains with one sample. @returns Σ e² before the update */
function learn(t: Training, x: usize, y: usize, sample: i32): f64 {
  const first = changetype<Layer>(t.layers);
  const last = t.end - LAYER_BYTES;
  const active = t.active ? activate(t, first, x, sample) : 0;
  if (active) sparseSums(first, t.active, active);
  else sums(first, x);
  forward(t, first);
  for (let at = t.layers + LAYER_BYTES; at < t.end; at += LAYER_BYTES) {
    const layer = changetype<Layer>(at);
    sums(layer, changetype<Layer>(at - LAYER_BYTES).A);
    forward(t, layer);
  }
  const squares = compare(changetype<Layer>(last), y);
  for (let at = last; at > t.layers; at -= LAYER_BYTES) {
    const layer = changetype<Layer>(at);
    const before = changetype<Layer>(at - LAYER_BYTES);
    derive(t, layer);
    errors(layer, before.E);
    steps(layer, t.rate);
    move(layer, before.A, t.momentum);
  }
  derive(t, first);
  steps(first, t.rate);
  if (active) sparseMove(first, t.active, active, t.momentum);
  else move(first, x, t.momentum);
  return squares;
}

/** Brings all weights of the first layer up to date after `samples` samples. */
function settle(t: Training, samples: i32): void {
  const layer = changetype<Layer>(t.layers);
  for (let k = 0; k < layer.inputs; k++) {
    const seen = t.seen + ((<usize>k) << 2);
    const gap = t.gap(samples, load<i32>(seen));
    makeUp(layer, <usize>k * layer.bytes, load<f32>(gap), load<f32>(gap, 4));
    store<i32>(seen, 0);
  }
}

/** Sets changes to 0 that fade below the normal numbers, with which a processor takes a hundred cycles. */
function sweep(t: Training): void {
  for (let at = t.layers; at < t.end; at += LAYER_BYTES) {
    const layer = changetype<Layer>(at);
    flushSubnormals(layer.V, <usize>layer.inputs * layer.bytes);
  }
}

/** Samples from one sweep to the next, at least. */
const SWEEP = 512;

/** Trains up to `epochs` epochs. */
export function train(t: Training, epochs: i32): void {
  const scale = <f64>t.rows * <f64>changetype<Layer>(t.end - LAYER_BYTES).units;
  let sample = 0;
  let unswept = 0;
  for (t.done = 0; t.done < epochs; ) {
    let squares: f64 = 0;
    for (let row = 0; row < t.rows; row++, sample++) {
      squares += learn(t, t.X + <usize>row * t.strideX, t.Y + <usize>row * t.strideY, sample);
    }
    unswept += t.rows;
    if (unswept >= SWEEP) {
      sweep(t);
      unswept = 0;
    }
    t.done++;
    t.lastError = squares / scale;
    if (t.interval && (t.epoch + t.done) % t.interval === 0) {
      t.checked = 1;
      t.error = t.lastError;
      if (t.error <= t.threshold) break;
    }
  }
  if (t.active) settle(t, sample);
}
