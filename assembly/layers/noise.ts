/**
 * Layers that disturb a batch while it trains: dropout and Gaussian noise. The random words of an element depend on its
 * row, its column, and the step alone, so the backward pass draws the mask of the forward pass again.
 */

import { RandomStream } from "../isa";
import { normals, philox } from "../math/random";
import { firstLanes, madd, VECTOR } from "../math/simd";
import { Instruction } from "../op";

/** output = input, disturbed, over rows x cols; both may be the same matrix, and its padding stays 0. */
@unmanaged
class NoiseOp extends Instruction {
  /** The index of the layer, which has random numbers of its own. */
  @inline get layer(): u32 {
    return this.f;
  }
  /** The first row of these, where a thread has only a part of a batch; else 0. */
  @inline get firstRow(): u32 {
    return this.inner;
  }
  @inline get input(): usize {
    return this.a;
  }
  @inline get inputStride(): usize {
    return this.lda;
  }
  @inline get output(): usize {
    return this.c;
  }
  @inline get outputStride(): usize {
    return this.ldc;
  }
  /** Sixteen random words. */
  @inline get scratch(): usize {
    return this.e;
  }
  /** The rate of dropout in this slot, from a table if it changes. */
  @inline share(slot: i32): f64 {
    return this.rates ? this.rate(slot) : this.p0;
  }
  /** The standard deviation of the noise. */
  @inline get deviation(): f64 {
    return this.p0;
  }
  @inline get seed(): u64 {
    return <u64>this.p1;
  }
}

/**
 * output = input · mask / (1 - rate). The rate is rounded to a multiple of 2^-16 in both, so that the mean is kept: each random
 * word decides on two elements. Eight elements side by side take one vector of words, and four such vectors one call of
 * `philox`.
 */
export function dropout(instruction: Instruction, step: f64, slot: i32): void {
  const op = changetype<NoiseOp>(instruction);
  const dropped = min(<i32>(op.share(slot) * 65536 + 0.5), 65535);
  const factor = f32x4.splat(<f32>(65536 / <f64>(65536 - dropped)));
  const rate = i16x8.splat(<i16>dropped);
  let group: u32 = op.firstRow * ((op.cols + 7) >> 3);
  for (let r = 0; r < op.rows; r++) {
    let from = op.input + <usize>r * op.inputStride;
    let to = op.output + <usize>r * op.outputStride;
    for (let left = op.cols; left > 0; left -= 8, group++, from += 2 * VECTOR, to += 2 * VECTOR) {
      if ((group & 3) === 0) philox(op.scratch, group, <u64>step, op.layer, RandomStream.dropout, op.seed);
      const kept = i16x8.ge_u(v128.load(op.scratch + <usize>((group & 3) << 4)), rate);
      v128.store(to, v128.and(f32x4.mul(v128.load(from), factor), i32x4.extend_low_i16x8_s(kept)));
      v128.store(to, v128.and(f32x4.mul(v128.load(from, 16), factor), i32x4.extend_high_i16x8_s(kept)), 16);
    }
  }
}

/** output = input + deviation · z, with z from the standard normal distribution. */
export function noise(instruction: Instruction, step: f64): void {
  const op = changetype<NoiseOp>(instruction);
  const deviation = f32x4.splat(<f32>op.deviation);
  const uncut = f32x4.splat(1);
  let group: u32 = op.firstRow * ((op.cols + 3) >> 2);
  for (let r = 0; r < op.rows; r++) {
    let from = op.input + <usize>r * op.inputStride;
    let to = op.output + <usize>r * op.outputStride;
    for (let left = op.cols; left > 0; left -= 4, group++, from += VECTOR, to += VECTOR) {
      if ((group & 3) === 0) philox(op.scratch, group, <u64>step, op.layer, RandomStream.noise, op.seed);
      const z = normals(v128.load(op.scratch + <usize>((group & 3) << 4)), uncut);
      v128.store(to, v128.and(madd(deviation, z, v128.load(from)), firstLanes(left)));
    }
  }
}
