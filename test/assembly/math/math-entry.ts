/** The entry that math.test.ts compiles: the functions of math.ts and erf.ts over arrays in memory. */

import * as normal from "../../../assembly/math/erf";
import * as math from "../../../assembly/math/math";

/** Like all functions here, it reads `count` floats at `from`, a multiple of four, and writes the results to `to`. */
export function exp(from: usize, to: usize, count: i32): void {
  for (let i: usize = 0; i < (<usize>count) << 2; i += 16) v128.store(to + i, math.exp(v128.load(from + i)));
}

export function log(from: usize, to: usize, count: i32): void {
  for (let i: usize = 0; i < (<usize>count) << 2; i += 16) v128.store(to + i, math.log(v128.load(from + i)));
}

export function tanh(from: usize, to: usize, count: i32): void {
  for (let i: usize = 0; i < (<usize>count) << 2; i += 16) v128.store(to + i, math.tanh(v128.load(from + i)));
}

export function sigmoid(from: usize, to: usize, count: i32): void {
  for (let i: usize = 0; i < (<usize>count) << 2; i += 16) {
    v128.store(to + i, math.sigmoid(v128.load(from + i)));
  }
}

export function log1p(from: usize, to: usize, count: i32): void {
  for (let i: usize = 0; i < (<usize>count) << 2; i += 16)
    v128.store(to + i, math.log1p(v128.load(from + i)));
}

export function expm1(from: usize, to: usize, count: i32): void {
  for (let i: usize = 0; i < (<usize>count) << 2; i += 16) {
    v128.store(to + i, math.expm1(v128.load(from + i)));
  }
}

export function erf(from: usize, to: usize, count: i32): void {
  for (let i: usize = 0; i < (<usize>count) << 2; i += 16)
    v128.store(to + i, normal.erf(v128.load(from + i)));
}

export function erfinv(from: usize, to: usize, count: i32): void {
  for (let i: usize = 0; i < (<usize>count) << 2; i += 16)
    v128.store(to + i, normal.erfinv(v128.load(from + i)));
}
