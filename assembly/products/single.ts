/**
 * The products of a batch of one sample, except the forward one, which is in zeros.ts. They are bound by the memory that W
 * passes through, so they read each weight once.
 */

import { madd, pairSums, VECTOR } from "../math/simd";
import { InputGradientOp, ROW, WeightGradientOp } from "./operands";
import { listInputs } from "./zeros";

/** W = W + scale · dZ·Aᵀ from the inputs that are not zero, panel after panel, so that its rows follow one another. */
export function descendOfOne(op: WeightGradientOp, scale: f32): void {
  const factor = f32x4.splat(scale);
  const a = op.A;
  const list = op.packed;
  const last = listInputs(a, op.rows, list);
  let w = op.dW;
  for (let dz = op.dZ, end = dz + ((<usize>op.cols) << 2); dz < end; dz += ROW, w += op.panelBytes) {
    const d0 = v128.load(dz);
    const d1 = v128.load(dz, 16);
    for (let entry = list; entry < last; entry += 4) {
      const at = <usize>load<u32>(entry);
      const row = w + at;
      const x = f32x4.mul(factor, v128.load32_splat(a + (at >> 3)));
      v128.store(row, madd(x, d0, v128.load(row)));
      v128.store(row, madd(x, d1, v128.load(row, 16)), 16);
    }
  }
}

/** dA = Wᵀ·dZ, four inputs at a time: each is the sum of the four lanes of one vector of chains. */
export function inputGradientOfOne(op: InputGradientOp): void {
  const dZ = op.dZ;
  const end = dZ + ((<usize>op.inner) << 2);
  const panelBytes = op.panelBytes;
  let w = op.W;
  let da = op.dA;
  for (let i = 0; i < op.cols; i += 4, w += 4 * ROW, da += VECTOR) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let panel = w;
    for (let dz = dZ; dz < end; dz += ROW, panel += panelBytes) {
      const d0 = v128.load(dz);
      const d1 = v128.load(dz, 16);
      s0 = madd(v128.load(panel, 16), d1, madd(v128.load(panel), d0, s0));
      s1 = madd(v128.load(panel, 48), d1, madd(v128.load(panel, 32), d0, s1));
      s2 = madd(v128.load(panel, 80), d1, madd(v128.load(panel, 64), d0, s2));
      s3 = madd(v128.load(panel, 112), d1, madd(v128.load(panel, 96), d0, s3));
    }
    v128.store(da, pairSums(pairSums(s0, s1), pairSums(s2, s3)));
  }
}
