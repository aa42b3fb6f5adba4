/**
 * Logarithms, tanh, and e^x - 1 on four lanes. The Math functions of JavaScript differ between engines, so training with them
 * would not give the same bits everywhere. The coefficients are those of the Cephes library by S. Moshier (expf, logf, tanhf).
 * The error beside each function was measured against float64 at every 17th float32 of its range, strict and relaxed;
 * test/assembly/math/math.test.ts sweeps more coarsely in every run.
 */

import { exp } from "./exp";
import { constant, madd } from "./simd";

export { exp, sigmoid } from "./exp";

// 0: 1 / ln 2; 4, 8: -ln 2 in two parts; 12 to 32: the polynomial from its highest power; 36: 1; 40, 44: lowest and highest x.
const EXPM1 = memory.data<f32>(
  [
    1.442695, -0.693359375, 2.1219444e-4, 1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2,
    1.6666665459e-1, 0.5, 1.0, -87.0, 88.0,
  ],
  16,
);

// Integers. 0: the bias of exponents; 4: their bias for ½ to 1; 8: the bits of a fraction; 12: ½; 16: 25; 20: -0; 24: Infinity; 28: NaN.
const BITS = memory.data<u32>([127, 126, 0x007fffff, 0x3f000000, 25, 0x80000000, 0x7f800000, 0x7fc00000], 16);

/**
 * e^x - 1 = 2^n·(e^r - 1) + (2^n - 1) with x = n·ln 2 + r, for x up to 88. At most 1.7 ulp from the truth.
 */
export function expm1(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.pmax(x, constant(EXPM1 + 40)), constant(EXPM1 + 44));
  const n = f32x4.nearest(f32x4.mul(bounded, constant(EXPM1)));
  const r = madd(n, constant(EXPM1 + 8), madd(n, constant(EXPM1 + 4), bounded));
  let p = constant(EXPM1 + 12);
  p = madd(p, r, constant(EXPM1 + 16));
  p = madd(p, r, constant(EXPM1 + 20));
  p = madd(p, r, constant(EXPM1 + 24));
  p = madd(p, r, constant(EXPM1 + 28));
  p = madd(p, r, constant(EXPM1 + 32));
  const fraction = madd(p, f32x4.mul(r, r), r);
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), constant(BITS)), 23);
  return madd(scale, fraction, f32x4.sub(scale, constant(EXPM1 + 36)));
}

// 0: 2^-126; 4: 2^25; 8: √½; 12: 1; 16: -½; 20, 24: ln 2 in two parts; 28 to 60: the polynomial from its highest power; 64: √2 - 1;
// 68: ½.
const LOG = memory.data<f32>(
  [
    1.17549435e-38, 33554432.0, 0.7071068, 1.0, -0.5, -2.1219444e-4, 0.693359375, 7.0376836292e-2,
    -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1,
    -2.4999993993e-1, 3.3333331174e-1, 0.41421356, 0.5,
  ],
  16,
);

/** n·ln 2 + ln(1 + f) for √½ <= 1 + f < √2: f - f²/2 + f³·p(f), with ln 2 in two parts. */
function logOf(n: v128, f: v128): v128 {
  const square = f32x4.mul(f, f);
  const fourth = f32x4.mul(square, square);
  const p76 = madd(constant(LOG + 32), f, constant(LOG + 36));
  const p54 = madd(constant(LOG + 40), f, constant(LOG + 44));
  const p32 = madd(constant(LOG + 48), f, constant(LOG + 52));
  const p10 = madd(constant(LOG + 56), f, constant(LOG + 60));
  const high = madd(constant(LOG + 28), fourth, madd(p76, square, p54));
  let p = madd(high, fourth, madd(p32, square, p10));
  p = f32x4.mul(p, f32x4.mul(f, square));
  p = madd(n, constant(LOG + 20), p);
  p = madd(constant(LOG + 16), square, p);
  return madd(n, constant(LOG + 24), f32x4.add(f, p));
}

/** ln x - shift·ln 2 for x = m·2^e of at least 2^-126, with √½ <= m < √2. */
function logOfNormal(x: v128, shift: v128): v128 {
  // The exponent of x for a fraction m in ½ to 1.
  let e = i32x4.sub(i32x4.sub(i32x4.shr_u(x, 23), constant(BITS + 4)), shift);
  let m = v128.or(v128.and(x, constant(BITS + 8)), constant(BITS + 12));
  const low = f32x4.lt(m, constant(LOG + 8));
  e = i32x4.add(e, low);
  m = f32x4.sub(f32x4.add(m, v128.and(low, m)), constant(LOG + 12));
  return logOf(f32x4.convert_i32x4_s(e), m);
}

/**
 * ln x: -Infinity of 0, NaN of numbers below 0, Infinity of Infinity. x below 2^-126 is scaled up first. At most 0.83 ulp from
 * the truth.
 */
export function log(x: v128): v128 {
  const zero = f32x4.splat(0);
  const tiny = f32x4.lt(x, constant(LOG));
  const scaled = v128.bitselect(f32x4.mul(x, constant(LOG + 4)), x, tiny);
  const finite = logOfNormal(scaled, v128.and(tiny, constant(BITS + 16)));
  // x + x is right for Infinity and NaN; a number below 0 has no logarithm.
  const infinite = constant(BITS + 24);
  const special = v128.bitselect(finite, f32x4.add(x, x), f32x4.lt(x, infinite));
  const atZero = v128.bitselect(f32x4.neg(infinite), special, f32x4.eq(x, zero));
  return v128.bitselect(constant(BITS + 28), atZero, f32x4.lt(x, zero));
}

/** ln x of a sum of exponentials, x >= 1; NaN if x is not finite. */
export function logOfSum(x: v128): v128 {
  return f32x4.add(logOfNormal(x, f32x4.splat(0)), f32x4.sub(x, x));
}

/** ln(1 + u) for u in 0 to 1: from u below √2 - 1, else from (u - 1) / 2 and ln 2. At most 1.4 ulp from the truth. */
export function log1p(u: v128): v128 {
  const high = f32x4.gt(u, constant(LOG + 64));
  const half = constant(LOG + 68);
  const f = v128.bitselect(f32x4.sub(f32x4.mul(u, half), half), u, high);
  return logOf(v128.and(high, constant(LOG + 12)), f);
}

// 0: 0.625; 4: 2; 8: 1; 12 to 28: the polynomial from its highest power.
const TANH = memory.data<f32>(
  [
    0.625, 2.0, 1.0, -5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1,
    -3.33332819422e-1,
  ],
  16,
);

/** tanh x: an odd polynomial for |x| < 0.625, else 1 - 2 / (e^2|x| + 1) with the sign of x. At most 1.31 ulp from the truth. */
export function tanh(x: v128): v128 {
  const size = f32x4.abs(x);
  const z = f32x4.mul(x, x);
  let p = constant(TANH + 12);
  p = madd(p, z, constant(TANH + 16));
  p = madd(p, z, constant(TANH + 20));
  p = madd(p, z, constant(TANH + 24));
  p = madd(p, z, constant(TANH + 28));
  const inner = madd(f32x4.mul(p, z), x, x);
  const two = constant(TANH + 4);
  const one = constant(TANH + 8);
  const rest = f32x4.div(two, f32x4.add(exp(f32x4.mul(size, two)), one));
  const result = v128.bitselect(inner, f32x4.sub(one, rest), f32x4.lt(size, constant(TANH)));
  return v128.or(result, v128.and(x, constant(BITS + 20)));
}
