/**
 * What a batch of one sample asks of W, but for the product in zeros.ts: its descent, and a row times its transpose.
 * They are bound by the memory that W passes through, so they read each weight once.
 */

import { madd, VECTOR } from "../math/simd";
import { ROW } from "./tile";
import { listInputs } from "./zeros";

/** Bytes of four panel rows side by side. */
const FOUR: usize = 4 * ROW;

/**
 * W += step · a ⊗ dZ for one sample, skipping zeros of a: panel after panel, so that its rows follow one another;
 * scratch: room for a list of the inputs.
 */
export function descendOfOne(
  a: usize,
  inputs: i32,
  dz: usize,
  cols: i32,
  w: usize,
  ldw: usize,
  step: f32,
  scratch: usize,
): void {
  const rate = f32x4.splat(step);
  const last = listInputs(a, inputs, scratch);
  for (const end = dz + ((<usize>cols) << 2); dz < end; dz += ROW, w += ldw) {
    const d0 = v128.load(dz);
    const d1 = v128.load(dz, 16);
    for (let entry = scratch; entry < last; entry += 4) {
      const at = <usize>load<u32>(entry);
      const row = w + at;
      const x = f32x4.mul(rate, v128.load32_splat(a + (at >> 3)));
      v128.store(row, madd(x, d0, v128.load(row)));
      v128.store(row, madd(x, d1, v128.load(row, 16)), 16);
    }
  }
}

/** dA = Wᵀ·dZ for one sample: four inputs at a time, each the sum of four chains over the units. */
export function inputGradientOfOne(
  dz: usize,
  units: i32,
  w: usize,
  ldw: usize,
  inputs: i32,
  da: usize,
): void {
  const end = dz + ((<usize>units) << 2);
  for (let i = 0; i < inputs; i += 4, w += FOUR, da += VECTOR) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let panel = w;
    for (let d = dz; d < end; d += ROW, panel += ldw) {
      const d0 = v128.load(d);
      const d1 = v128.load(d, 16);
      s0 = madd(v128.load(panel, 16), d1, madd(v128.load(panel), d0, s0));
      s1 = madd(v128.load(panel, 48), d1, madd(v128.load(panel, 32), d0, s1));
      s2 = madd(v128.load(panel, 80), d1, madd(v128.load(panel, 64), d0, s2));
      s3 = madd(v128.load(panel, 112), d1, madd(v128.load(panel, 96), d0, s3));
    }
    // The lanes of each sum are added by adding the rows of the transpose.
    const low01 = v128.shuffle<f32>(s0, s1, 0, 4, 1, 5);
    const low23 = v128.shuffle<f32>(s2, s3, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(s0, s1, 2, 6, 3, 7);
    const high23 = v128.shuffle<f32>(s2, s3, 2, 6, 3, 7);
    const first = f32x4.add(
      v128.shuffle<f32>(low01, low23, 0, 1, 4, 5),
      v128.shuffle<f32>(low01, low23, 2, 3, 6, 7),
    );
    const second = f32x4.add(
      v128.shuffle<f32>(high01, high23, 0, 1, 4, 5),
      v128.shuffle<f32>(high01, high23, 2, 3, 6, 7),
    );
    v128.store(da, f32x4.add(first, second));
  }
}
