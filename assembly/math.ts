/**
 * exp, log, tanh and what is made of them, four lanes at a time. The host's Math functions differ between engines, so
 * training with them could not give the same bits everywhere. Coefficients are those of the Cephes library by
 * S. Moshier (expf, logf, tanhf). The errors beside each function were measured against float64 at every 17th float32
 * of its range, strict and relaxed; test/assembly/math.test.ts sweeps more coarsely on every run.
 */

import { constant, madd } from "./simd";

// Lowest and highest x, 1 / ln 2, -ln 2 in two parts, then the polynomial from its highest power; expm1's bounds of x.
const EXP = memory.data<f32>(
  [
    -104.0, 89.0, 1.442695, -0.693359375, 2.1219444e-4, 1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3,
    4.1665795894e-2, 1.6666665459e-1, 0.5, 1.0, -87.0, 88.0,
  ],
  16,
);

// As integers: the bias of exponents, that of ½..1, the bits of a fraction, ½, 25; -0, Infinity and NaN.
const BITS = memory.data<u32>([127, 126, 0x007fffff, 0x3f000000, 25, 0x80000000, 0x7f800000, 0x7fc00000], 16);

/** 2^n for whole n in -126 to 127, from the bits of a float. */
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, constant(BITS)), 23);
}

/** The whole n nearest to x / ln 2. */
function powers(x: v128): v128 {
  return f32x4.nearest(f32x4.mul(x, constant(EXP + 8)));
}

/** e^r - 1 by a polynomial, where r = x - n·ln 2 with |r| <= ln 2 / 2. */
function fraction(x: v128, n: v128): v128 {
  const r = madd(n, constant(EXP + 16), madd(n, constant(EXP + 12), x));
  // Estrin's scheme: pairs of terms at once, since the chain of a polynomial is what training small networks waits for.
  const square = f32x4.mul(r, r);
  const p54 = madd(constant(EXP + 20), r, constant(EXP + 24));
  const p32 = madd(constant(EXP + 28), r, constant(EXP + 32));
  const p10 = madd(constant(EXP + 36), r, constant(EXP + 40));
  return madd(madd(madd(p54, square, p32), square, p10), square, r);
}

/**
 * e^x = 2^n·e^r, with two factors 2^(n/2), so that results below 2^-126 round once. 0 below -104, Infinity above
 * 88.72, NaN of NaN. At most 0.97 ulp from the truth (relaxed 1.01).
 */
export function exp(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.pmax(x, constant(EXP)), constant(EXP + 4));
  const n = powers(bounded);
  const p = f32x4.add(fraction(bounded, n), constant(EXP + 44));
  const whole = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(whole, 1);
  return f32x4.mul(f32x4.mul(p, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half)));
}

/** e^x - 1 = 2^n·(e^r - 1) + (2^n - 1) for x up to 88; -1 where that is nearest. At most 1.7 ulp. */
export function expm1(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.pmax(x, constant(EXP + 48)), constant(EXP + 52));
  const n = powers(bounded);
  const scale = powerOfTwo(i32x4.trunc_sat_f32x4_s(n));
  return madd(scale, fraction(bounded, n), f32x4.sub(scale, constant(EXP + 44)));
}

// 2^-126, 2^25, √½, 1, -½, ln 2 in two parts, then the polynomial from its highest power; √2 - 1, ½.
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
  let p = constant(LOG + 28);
  p = madd(p, f, constant(LOG + 32));
  p = madd(p, f, constant(LOG + 36));
  p = madd(p, f, constant(LOG + 40));
  p = madd(p, f, constant(LOG + 44));
  p = madd(p, f, constant(LOG + 48));
  p = madd(p, f, constant(LOG + 52));
  p = madd(p, f, constant(LOG + 56));
  p = madd(p, f, constant(LOG + 60));
  p = f32x4.mul(p, f32x4.mul(f, square));
  p = madd(n, constant(LOG + 20), p);
  p = madd(constant(LOG + 16), square, p);
  return madd(n, constant(LOG + 24), f32x4.add(f, p));
}

/**
 * ln x: x = m·2^e with √½ <= m < √2. -Infinity of 0, NaN below 0, Infinity of Infinity; x below 2^-126 is scaled up
 * first. At most 0.83 ulp from the truth.
 */
export function log(x: v128): v128 {
  const zero = f32x4.splat(0);
  const tiny = f32x4.lt(x, constant(LOG));
  const scaled = v128.bitselect(f32x4.mul(x, constant(LOG + 4)), x, tiny);
  // The exponent of m in ½..1, 25 less where x was scaled.
  let e = i32x4.sub(i32x4.shr_u(scaled, 23), constant(BITS + 4));
  e = i32x4.sub(e, v128.and(tiny, constant(BITS + 16)));
  let m = v128.or(v128.and(scaled, constant(BITS + 8)), constant(BITS + 12));
  const low = f32x4.lt(m, constant(LOG + 8));
  e = i32x4.add(e, low);
  m = f32x4.sub(f32x4.add(m, v128.and(low, m)), constant(LOG + 12));
  const finite = logOf(f32x4.convert_i32x4_s(e), m);
  // x + x is right for Infinity and NaN; below 0 there is no logarithm.
  const infinite = constant(BITS + 24);
  const special = v128.bitselect(finite, f32x4.add(x, x), f32x4.lt(x, infinite));
  const atZero = v128.bitselect(f32x4.neg(infinite), special, f32x4.eq(x, zero));
  return v128.bitselect(constant(BITS + 28), atZero, f32x4.lt(x, zero));
}

/** ln(1 + u) for u in 0 to 1: of u itself below √2 - 1, of (u - 1) / 2 and ln 2 above. At most 1.4 ulp. */
export function log1p(u: v128): v128 {
  const high = f32x4.gt(u, constant(LOG + 64));
  const half = constant(LOG + 68);
  const f = v128.bitselect(f32x4.sub(f32x4.mul(u, half), half), u, high);
  return logOf(v128.and(high, constant(LOG + 12)), f);
}

// 0.625, 2, 1, then the polynomial from its highest power.
const TANH = memory.data<f32>(
  [
    0.625, 2.0, 1.0, -5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1,
    -3.33332819422e-1,
  ],
  16,
);

/** tanh x: an odd polynomial below 0.625, beyond it 1 - 2 / (e^2|x| + 1) with the sign of x. At most 1.31 ulp. */
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

/** 1 / (1 + e^-x), within 0 to 1 for every x. At most 2.5 ulp; 0 where e^-x overflows, below -88.72. */
export function sigmoid(x: v128): v128 {
  const one = constant(TANH + 8);
  return f32x4.div(one, f32x4.add(one, exp(f32x4.neg(x))));
}
