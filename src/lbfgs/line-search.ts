/**
 * A line search for the strong Wolfe conditions: Nocedal and Wright, "Numerical Optimization" (2006), algorithms 3.5 and
 * 3.6, with the constants that they recommend.
 */

import type { Slices } from "../engine/scheduler.js";

/** A place on the line: its distance from the start in steps of the direction, the value there, and the slope. */
export interface Point {
  t: number;
  value: number;
  slope: number;
}

/** How to search. */
export interface LineSearch {
  /** The place that is tried first. */
  first: number;
  maximumEvaluations: number;
  /** A bracket is not searched further once the slope at the start changes the value by less across it. */
  tolerance: number;
}

/** A step must decrease the value by this share of what the slope at the start promises... */
const DECREASE = 1e-4;
/** ...and reduce the slope to this share. */
const CURVATURE = 0.9;

/** The minimum of the cubic through two points and their slopes, kept away from both ends (equation 3.59). */
function interpolate(p: Point, q: Point): number {
  const d1 = p.slope + q.slope - (3 * (p.value - q.value)) / (p.t - q.t);
  const root = Math.sqrt(d1 * d1 - p.slope * q.slope);
  const d2 = q.t > p.t ? root : -root;
  const t = q.t - ((q.t - p.t) * (q.slope + d2 - d1)) / (q.slope - p.slope + 2 * d2);
  const [low, high] = p.t < q.t ? [p.t, q.t] : [q.t, p.t];
  const margin = 0.1 * (high - low);
  return Number.isFinite(t) ? Math.min(Math.max(t, low + margin), high - margin) : (low + high) / 2;
}

/**
 * Searches a line that leads down at `start`.
 * @param evaluate moves to a place and evaluates it.
 * @returns the place to go to, and the one that was evaluated last.
 */
export function* searchLine(
  evaluate: (t: number) => Slices<Point>,
  start: Point,
  { first, maximumEvaluations, tolerance }: LineSearch,
): Slices<{ found: Point; last: Point }> {
  const isHigh = (p: Point): boolean => !(p.value <= start.value + DECREASE * p.t * start.slope);
  const isFlat = (p: Point): boolean => Math.abs(p.slope) <= -CURVATURE * start.slope;
  let left = maximumEvaluations;
  let low = start;
  let high: Point | undefined;
  let last = start;
  // Algorithm 3.5: go further until a minimum is between `low` and `high`.
  for (let t = first; left > 0 && !high; left--) {
    last = yield* evaluate(t);
    if (isHigh(last) || (low !== start && last.value >= low.value)) high = last;
    else if (isFlat(last)) return { found: last, last };
    else if (last.slope >= 0) [low, high] = [last, low];
    else {
      low = last;
      t = 2 * last.t;
    }
  }
  // Algorithm 3.6: narrow the bracket.
  for (; high && left > 0 && Math.abs(high.t - low.t) * Math.abs(start.slope) > tolerance; left--) {
    last = yield* evaluate(Number.isFinite(high.value) ? interpolate(low, high) : (low.t + high.t) / 2);
    if (isHigh(last) || last.value >= low.value) high = last;
    else {
      if (isFlat(last)) return { found: last, last };
      if (last.slope * (high.t - low.t) >= 0) high = low;
      low = last;
    }
  }
  return { found: low, last };
}
