/** The few vector operations that every kernel uses, on four float32 lanes at a time. */

/** Bytes of one vector. */
export const VECTOR: usize = 16;

/** The address of the number 1, for `constant`. */
export const ONE = memory.data<f32>([1]);

/**
 * The number of terms in one float32 chain of a long sum. The chains are then added up: the error of a sum grows with the
 * length of its chains.
 */
export const CHAIN = 64;

/** x · y + z: rounded once in the relaxed build, twice in the strict one. */
export function madd(x: v128, y: v128, z: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(x, y, z) : f32x4.add(f32x4.mul(x, y), z);
}

/** x as float32 in all lanes. */
export function splat(x: f64): v128 {
  return f32x4.splat(<f32>x);
}

/**
 * The float32 at `address` in all lanes. Constants of loops stand in memory and are loaded so: with v128 literals in a loop
 * V8 takes four times as long.
 */
export function constant(address: usize): v128 {
  return v128.load32_splat(address);
}

// Four lanes of ones, then four of zeros: a load that starts n lanes before the middle has ones in the first n lanes.
const LANES = memory.data<u32>([~0, ~0, ~0, ~0, 0, 0, 0, 0], 16);

/** The mask of the first `lanes` lanes, at least 1; from 4 on, the mask of all lanes. */
export function firstLanes(lanes: i32): v128 {
  return v128.load(LANES + 4 * (4 - min(lanes, 4)));
}

/** 1 where x > 0, -1 where x < 0, else 0. */
export function sign(x: v128): v128 {
  const zero = f32x4.splat(0);
  const one = constant(ONE);
  return f32x4.sub(v128.and(f32x4.gt(x, zero), one), v128.and(f32x4.lt(x, zero), one));
}

/** x0 and x1 in float64. */
export function lowHalf(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

/** x2 and x3 in float64. */
export function highHalf(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
}

/** Two pairs of float64 as four float32. */
export function joinHalves(low: v128, high: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

/** x0 + x1 + x2 + x3 in float64. */
export function sum(x: v128): f64 {
  const low = <f64>f32x4.extract_lane(x, 0) + <f64>f32x4.extract_lane(x, 1);
  const high = <f64>f32x4.extract_lane(x, 2) + <f64>f32x4.extract_lane(x, 3);
  return low + high;
}

/** x0 + x1, x2 + x3, y0 + y1, y2 + y3 */
export function pairSums(x: v128, y: v128): v128 {
  return f32x4.add(v128.shuffle<f32>(x, y, 0, 2, 4, 6), v128.shuffle<f32>(x, y, 1, 3, 5, 7));
}

/** The largest lane. */
export function largest(x: v128): f32 {
  const low = max(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1));
  return max(low, max(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)));
}
