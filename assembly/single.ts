/**
 * The products of a batch of one sample: a row times a matrix, and back. They are bound by the memory that W passes
 * through, so they read each weight once and skip what is multiplied with zero where that is told to pay.
 */

import { madd, VECTOR } from "./simd";
import { ROW, tileOfRow } from "./tile";

/** Bytes of four panel rows side by side. */
const FOUR: usize = 4 * ROW;

/** From so many inputs on a list of those that are not zero is worth making. */
const WIDE = 16;

/** Lists the inputs that are not zero: values at `values`, offsets in a panel at `list`. Returns the end of the list. */
function listInputs(a: usize, inputs: i32, values: usize, list: usize): usize {
  let offset: u32 = 0;
  for (const end = a + ((<usize>inputs) << 2); a < end; a += 4, offset += <u32>ROW) {
    const x = load<f32>(a);
    store<f32>(values, x);
    store<u32>(list, offset);
    const kept = usize(x !== 0) << 2;
    values += kept;
    list += kept;
  }
  return list;
}

/** Four panels at once: c[32] = max(start[32] + Σ values · rows of the list, floor). */
function rowOfList(
  values: usize,
  list: usize,
  end: usize,
  w: usize,
  ldw: usize,
  start: usize,
  c: usize,
  floor: f32,
): void {
  const w1 = w + ldw;
  const w2 = w1 + ldw;
  const w3 = w2 + ldw;
  let c0 = v128.load(start);
  let c1 = v128.load(start, 16);
  let c2 = v128.load(start, 32);
  let c3 = v128.load(start, 48);
  let c4 = v128.load(start, 64);
  let c5 = v128.load(start, 80);
  let c6 = v128.load(start, 96);
  let c7 = v128.load(start, 112);
  for (; list < end; list += 4, values += 4) {
    const x = v128.load32_splat(values);
    const at = <usize>load<u32>(list);
    c0 = madd(x, v128.load(w + at), c0);
    c1 = madd(x, v128.load(w + at, 16), c1);
    c2 = madd(x, v128.load(w1 + at), c2);
    c3 = madd(x, v128.load(w1 + at, 16), c3);
    c4 = madd(x, v128.load(w2 + at), c4);
    c5 = madd(x, v128.load(w2 + at, 16), c5);
    c6 = madd(x, v128.load(w3 + at), c6);
    c7 = madd(x, v128.load(w3 + at, 16), c7);
  }
  const least = f32x4.splat(floor);
  v128.store(c, f32x4.pmax(c0, least));
  v128.store(c, f32x4.pmax(c1, least), 16);
  v128.store(c, f32x4.pmax(c2, least), 32);
  v128.store(c, f32x4.pmax(c3, least), 48);
  v128.store(c, f32x4.pmax(c4, least), 64);
  v128.store(c, f32x4.pmax(c5, least), 80);
  v128.store(c, f32x4.pmax(c6, least), 96);
  v128.store(c, f32x4.pmax(c7, least), 112);
}

/** c = max(a · W + bias, floor) for one sample, skipping zeros of a; scratch: room for 8 bytes an input. */
export function denseOfOne(
  a: usize,
  inner: i32,
  w: usize,
  ldw: usize,
  cols: i32,
  bias: usize,
  c: usize,
  floor: f32,
  scratch: usize,
): void {
  const end = c + ((<usize>cols) << 2);
  if (inner >= WIDE && end - c >= FOUR) {
    const list = scratch + ((<usize>inner) << 2);
    const last = listInputs(a, inner, scratch, list);
    for (; c + FOUR <= end; c += FOUR, bias += FOUR, w += 4 * ldw) {
      rowOfList(scratch, list, last, w, ldw, bias, c, floor);
    }
  }
  for (; c < end; c += ROW, bias += ROW, w += ldw) tileOfRow(a, w, inner, bias, c, floor);
}

/**
 * W += step · a ⊗ dZ for one sample, skipping zeros of a: panel after panel, so that its rows follow one another;
 * scratch: room for 8 bytes an input.
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
  const list = scratch + ((<usize>inputs) << 2);
  const last = listInputs(a, inputs, scratch, list);
  for (const end = dz + ((<usize>cols) << 2); dz < end; dz += ROW, w += ldw) {
    const d0 = v128.load(dz);
    const d1 = v128.load(dz, 16);
    let value = scratch;
    for (let entry = list; entry < last; entry += 4, value += 4) {
      const row = w + <usize>load<u32>(entry);
      const x = f32x4.mul(rate, v128.load32_splat(value));
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
