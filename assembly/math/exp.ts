/**
 * e^x and the sigmoid of four lanes. The training of a small network mostly waits for these two, so their chains of operations
 * are short: the polynomial is evaluated in pairs of terms, 2^n beside it, and the bounds of x stand behind a branch, which a
 * processor predicts.
 */

import { constant, madd, ONE } from "./simd";

// 0: the largest |x| for which e^x and e^-x are both normal numbers; 4: 1 / ln 2; 8: 1.5·2^23 + 127; 12, 16: -ln 2 in two parts;
// 20 to 36: a polynomial from its lowest power, minimax for (e^r - 1 - r) / r² where |r| <= ln 2 / 2, within 0.06 ulp of e^r;
// 40, 44: the lowest and the highest x; 48: the end of decay.
const EXP = memory.data<f32>(
  [
    87.0, 1.442695, 12583039.0, -0.693145751953125, -1.42860677e-6, 0.49999994, 0.166665211, 0.0416682586,
    0.00836866628, 0.00138211681, -104.0, 89.0, -80.0,
  ],
  16,
);

/** The mask of |x| > 87, where e^x or e^-x may not be a normal number. */
function isFar(x: v128): v128 {
  return f32x4.gt(f32x4.abs(x), constant(EXP));
}

/** n + 127 in the last bits, for x = n·ln 2 + r: a float beyond 2^23 is rounded to an integer. */
function split(x: v128): v128 {
  return madd(x, constant(EXP + 4), constant(EXP + 8));
}

/** 2^n, from the last bits of the result of split. */
function power(n: v128): v128 {
  return i32x4.shl(n, 23);
}

/** Functions that are inlined where they are used, since a call in a loop spills all vectors to memory. */
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
   * e^x for x <= 0, NaN of NaN. Below -80 it is 0: it would add nothing to the 1 beside it, and its products would be
   * subnormal, which take long: iris with adam, once it is learnt, trains 1.35 times as fast.
   */
  @inline decay(x: v128): v128 {
    const n = split(x);
    return v128.andnot(f32x4.mul(this.fraction(x, n), power(n)), f32x4.lt(x, constant(EXP + 48)));
  }
}

/** The functions of InPlace; no object lies at this address. */
export const IN_PLACE = changetype<InPlace>(0);

/** e^x with two factors 2^(n/2), so that results below 2^-126 are rounded once. */
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

/** The sigmoid as a function that is not inlined. */
export function sigmoid(x: v128): v128 {
  return IN_PLACE.sigmoid(x);
}
