/**
 * The error function and its inverse, for gelu and for normal random numbers. Each is computed by two polynomials, one around 0
 * and one for all else, whose coefficients alternate in memory.
 */

import { exp, log } from "./math";
import { constant, madd, ONE, sign } from "./simd";

/** The polynomial with `terms` coefficients, from its highest power: the first of each pair where `inner`, else the second. */
function polynomial(x: v128, inner: v128, pairs: usize, terms: i32): v128 {
  let p = f32x4.splat(0);
  for (const end = pairs + ((<usize>terms) << 3); pairs < end; pairs += 8) {
    p = madd(p, x, v128.bitselect(constant(pairs), constant(pairs + 4), inner));
  }
  return p;
}

const ERF_TERMS = 7;

// The coefficients in x² and those in |x|, pair by pair; then where the polynomials meet, and where erf is 1.
const ERF = memory.data<f32>(
  [
    8.21543945e-5, -1.9380961e-4, -8.10596975e-4, 3.02246492e-3, 5.19779744e-3, -2.21447125e-2,
    -2.68581044e-2, 1.03762209e-1, 1.12836726e-1, 6.37373865e-1, -3.76126319e-1, 1.12756276, 1.28379166e-1,
    2.22790448e-4, 0.95, 4.0,
  ],
  16,
);

/**
 * erf x = x + x·p(x²) for |x| < 0.95, else 1 - e^-p(|x|) with the sign of x. The polynomials are our own minimax fits: to
 * erf(x)/x - 1 within 6e-10, and to -ln erfc(x) within 1.4e-9 / erfc(x). At most 1.3 ulp from the truth.
 */
export function erf(x: v128): v128 {
  const size = f32x4.pmin(f32x4.abs(x), constant(ERF + 60));
  const inner = f32x4.lt(size, constant(ERF + 56));
  const p = polynomial(v128.bitselect(f32x4.mul(x, x), size, inner), inner, ERF, ERF_TERMS);
  const outer = f32x4.sub(constant(ONE), exp(f32x4.neg(p)));
  return v128.bitselect(madd(x, p, x), f32x4.mul(outer, sign(x)), inner);
}

const INVERSE_TERMS = 9;

// The coefficients in w - 2.5 and those in √w - 3, pair by pair; then 5, 2.5, and 3.
const INVERSE = memory.data<f32>(
  [
    2.81022636e-8, -2.00214257e-4, 3.43273939e-7, 1.00950558e-4, -3.5233877e-6, 1.34934322e-3, -4.39150654e-6,
    -3.67342844e-3, 2.1858087e-4, 5.73950773e-3, -1.25372503e-3, -7.6224613e-3, -4.17768164e-3, 9.43887047e-3,
    2.46640727e-1, 1.00167406, 1.50140941, 2.83297682, 5.0, 2.5, 3.0,
  ],
  16,
);

/**
 * The x whose erf is y, for y in -1 to 1: y·p(w) with w = -ln((1 - y)·(1 + y)), in single precision (M. Giles, "Approximating
 * the erfinv function", GPU Computing Gems, 2010). At most 3.7 ulp from the truth.
 */
export function erfinv(y: v128): v128 {
  const one = constant(ONE);
  const w = f32x4.neg(log(f32x4.mul(f32x4.sub(one, y), f32x4.add(one, y))));
  const inner = f32x4.lt(w, constant(INVERSE + 72));
  const near = f32x4.sub(w, constant(INVERSE + 76));
  const far = f32x4.sub(f32x4.sqrt(w), constant(INVERSE + 80));
  return f32x4.mul(y, polynomial(v128.bitselect(near, far, inner), inner, INVERSE, INVERSE_TERMS));
}
