/**
 * A line search for the strong Wolfe conditions: Nocedal and Wright, "Numerical Optimization" (2006), algorithms 3.5 and
 * 3.6, with the constants that they advise.
 */

import type { Slices } from "../engine/scheduler.js";

/** A place on the line: how far along, the value there, and its slope. */
export interface Point {
  t: number;
  value: number;
  slope: number;
}

/** A step must decrease the value by this share of what the slope promises... */
const DECREASE = 1e-4;
/** ...and the slope to this share. */
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
 * How far to go along a line that leads down at `start`.
 * @param at evaluates a place.
 * @param first the first place tried.
 * @param most evaluations at most. @param least the width of a bracket that is not worth searching.
 */
export function* searchLine(
  at: (t: number) => Slices<Point>,
  start: Point,
  first: number,
  most: number,
  least: number,
): Slices<number> {
  const isHigh = (p: Point): boolean => !(p.value <= start.value + DECREASE * p.t * start.slope);
  const isFlat = (p: Point): boolean => Math.abs(p.slope) <= -CURVATURE * start.slope;
  let left = most;
  let low = start;
  let high: Point | undefined;
  for (let t = first; left > 0 && !high; left--) {
    const next = yield* at(t);
    if (isHigh(next) || (low !== start && next.value >= low.value)) high = next;
    else if (isFlat(next)) return next.t;
    else if (next.slope >= 0) [low, high] = [next, low];
    else {
      low = next;
      t = 2 * next.t;
    }
  }
  for (; high && left > 0 && Math.abs(high.t - low.t) * Math.abs(start.slope) > least; left--) {
    const next = yield* at(Number.isFinite(high.value) ? interpolate(low, high) : (low.t + high.t) / 2);
    if (isHigh(next) || next.value >= low.value) high = next;
    else {
      if (isFlat(next)) return next.t;
      if (next.slope * (high.t - low.t) >= 0) high = low;
      low = next;
    }
  }
  return low.t;
}
