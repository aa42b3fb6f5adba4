/**
 * What disturbs a batch while it trains: dropout and noise. The random words of an element depend on its row and column
 * and on the step, so the backward pass draws the mask of the forward pass again. p1: seed, f: layer.
 */

import { RandomStream } from "../isa";
import { normals, philox, WORDS } from "../math/random";
import { firstLanes, madd, VECTOR } from "../math/simd";
import { Instruction } from "../op";

/**
 * c = a·mask / (1 - p0) over rows x cols, c may be a; p0: the rate, in steps of 2^-16: each random word decides on two
 * elements. Eight elements side by side share a counter group; padding of 0 stays 0.
 */
export function dropout(op: Instruction, step: i32): void {
  const seed = <u64>op.p1;
  const factor = f32x4.splat(<f32>(1 / (1 - op.p0)));
  const rate = i16x8.splat(<i16>min(<i32>(op.p0 * 65536 + 0.5), 65535));
  let group: u32 = 0;
  for (let r = 0; r < op.rows; r++) {
    let a = op.a + <usize>r * op.lda;
    let c = op.c + <usize>r * op.ldc;
    for (let left = op.cols; left > 0; left -= 8, group++, a += 2 * VECTOR, c += 2 * VECTOR) {
      if ((group & 3) === 0) philox(group, step, op.f, RandomStream.dropout, seed);
      const kept = i16x8.ge_u(v128.load(WORDS + <usize>((group & 3) << 4)), rate);
      v128.store(c, v128.and(f32x4.mul(v128.load(a), factor), i32x4.extend_low_i16x8_s(kept)));
      v128.store(c, v128.and(f32x4.mul(v128.load(a, 16), factor), i32x4.extend_high_i16x8_s(kept)), 16);
    }
  }
}

/** c = a + p0·z with z from the standard normal distribution, over rows x cols; c may be a, and its padding stays 0. */
export function noise(op: Instruction, step: i32): void {
  const seed = <u64>op.p1;
  const deviation = f32x4.splat(<f32>op.p0);
  const one = f32x4.splat(1);
  let group: u32 = 0;
  for (let r = 0; r < op.rows; r++) {
    let a = op.a + <usize>r * op.lda;
    let c = op.c + <usize>r * op.ldc;
    for (let left = op.cols; left > 0; left -= 4, group++, a += VECTOR, c += VECTOR) {
      if ((group & 3) === 0) philox(group, step, op.f, RandomStream.noise, seed);
      const z = normals(v128.load(WORDS + <usize>((group & 3) << 4)), one);
      v128.store(c, v128.and(madd(deviation, z, v128.load(a)), firstLanes(left)));
    }
  }
}
