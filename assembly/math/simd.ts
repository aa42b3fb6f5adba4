/** The few vector idioms that every kernel uses: four float32 lanes at a time. */

/** Bytes of one vector. */
export const VECTOR: usize = 16;

// Four lanes of ones, then four of zeros: a load that starts n lanes before the middle keeps the first n.
const LANES = memory.data<u32>([~0, ~0, ~0, ~0, 0, 0, 0, 0], 16);

/** Where the number 1 lies, for `constant`. */
export const ONE = memory.data<f32>([1]);

/** So many terms make one float32 chain of a long sum; then chains are added up: a longer one loses digits. */
export const CHAIN = 64;

/** x · y + z: one rounding in the relaxed build, two in the strict one. */
export function madd(x: v128, y: v128, z: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(x, y, z) : f32x4.add(f32x4.mul(x, y), z);
}

/** The mask of the first `lanes` lanes: 1 to 4, more means all. */
export function firstLanes(lanes: i32): v128 {
  return v128.load(LANES + 4 * (4 - min(lanes, 4)));
}

/** The constant at `address` in all lanes. V8 is four times slower with a v128 literal in a loop. */
export function constant(address: usize): v128 {
  return v128.load32_splat(address);
}

/** 1 above 0, -1 below, else 0. */
export function sign(x: v128): v128 {
  const zero = f32x4.splat(0);
  const one = constant(ONE);
  return f32x4.sub(v128.and(f32x4.gt(x, zero), one), v128.and(f32x4.lt(x, zero), one));
}

/** x0 + x1 + x2 + x3 in float64. */
export function sum(x: v128): f64 {
  const low = <f64>f32x4.extract_lane(x, 0) + <f64>f32x4.extract_lane(x, 1);
  const high = <f64>f32x4.extract_lane(x, 2) + <f64>f32x4.extract_lane(x, 3);
  return low + high;
}

/** The largest lane. */
export function largest(x: v128): f32 {
  const low = max(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1));
  return max(low, max(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)));
}
