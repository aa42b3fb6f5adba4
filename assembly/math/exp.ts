/**
 * e^x and the sigmoid of four lanes. Training a small network is one long wait for these two, so they are made for a short
 * chain: terms of the polynomial in pairs, 2^n beside it, and the bounds of x behind a branch, which a processor foresees.
 */

import { constant, madd, ONE } from "./simd";

// The end of what is normal on both sides, 1 / ln 2, 1.5·2^23 + 127, -ln 2 in two parts, then the polynomial from its
// lowest power: minimax for (e^r - 1 - r) / r² where |r| <= ln 2 / 2, 0.06 ulp of e^r; lowest and highest x; the end of decay.
const EXP = memory.data<f32>(
  [
    87.0, 1.442695, 12583039.0, -0.693145751953125, -1.42860677e-6, 0.49999994, 0.166665211, 0.0416682586,
    0.00836866628, 0.00138211681, -104.0, 89.0, -80.0,
  ],
  16,
);

/** Whether |x| > 87, lane by lane: there e^x or e^-x may be no normal number. */
function isFar(x: v128): v128 {
  return f32x4.gt(f32x4.abs(x), constant(EXP));
}

/** n + 127 in the last bits, for x = n·ln 2 + r: a sum beyond 2^23 is rounded to a whole number. */
function split(x: v128): v128 {
  return madd(x, constant(EXP + 4), constant(EXP + 8));
}

/** 2^n, from the bits of a float. */
function power(n: v128): v128 {
  return i32x4.shl(n, 23);
}

/** What is written out where it is used, since a call in a loop puts all vectors into memory. */
@unmanaged
class InPlace {
  /** e^r */
  @inline fraction(x: v128, n: v128): v128 {
    const whole = f32x4.sub(n, constant(EXP + 8));
    const r = f32x4.add(madd(whole, constant(EXP + 12), x), f32x4.mul(whole, constant(EXP + 16)));
    const square = f32x4.mul(r, r);
    const p01 = madd(constant(EXP + 24), r, constant(EXP + 20));
    const p23 = madd(constant(EXP + 32), r, constant(EXP + 28));
    const low = madd(p01, square, f32x4.add(r, constant(ONE)));
    const high = madd(constant(EXP + 36), square, p23);
    return madd(high, f32x4.mul(square, square), low);
  }

  /** e^x / (1 + e^x), within 0 to 1 for every x; 0 below -87. At most 2.7 ulp. */
  @inline sigmoid(x: v128): v128 {
    const one = constant(ONE);
    const n = split(x);
    const e = this.fraction(x, n);
    const scale = power(n);
    const y = f32x4.div(f32x4.mul(e, scale), madd(e, scale, one));
    const far = isFar(x);
    return v128.any_true(far) ? v128.bitselect(v128.and(f32x4.gt(x, f32x4.splat(0)), one), y, far) : y;
  }

  /**
   * e^x for x <= 0, NaN of NaN; 0 below -80, where it adds nothing to the 1 beside it and its products would be subnormal,
   * which take long: iris with adam, once it is learnt, gains 1.35 times.
   */
  @inline decay(x: v128): v128 {
    const n = split(x);
    return v128.andnot(f32x4.mul(this.fraction(x, n), power(n)), f32x4.lt(x, constant(EXP + 48)));
  }
}

/** The functions of InPlace; there is no such object. */
export const IN_PLACE = changetype<InPlace>(0);

/** e^x with two factors 2^(n/2), so that results below 2^-126 round once. */
function farExp(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.pmax(x, constant(EXP + 40)), constant(EXP + 44));
  const n = split(bounded);
  const magic = constant(EXP + 8);
  const half = i32x4.shr_s(i32x4.sub(n, magic), 1);
  const e = f32x4.mul(IN_PLACE.fraction(bounded, n), power(i32x4.add(half, magic)));
  return f32x4.mul(e, power(i32x4.sub(n, half)));
}

/** e^x: 0 below -104, Infinity above 88.72, NaN of NaN. At most 1.7 ulp from the truth. */
export function exp(x: v128): v128 {
  const n = split(x);
  const e = f32x4.mul(IN_PLACE.fraction(x, n), power(n));
  const far = isFar(x);
  return v128.any_true(far) ? v128.bitselect(farExp(x), e, far) : e;
}

/** The sigmoid by a call. */
export function sigmoid(x: v128): v128 {
  return IN_PLACE.sigmoid(x);
}
