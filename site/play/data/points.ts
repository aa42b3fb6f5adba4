/** Points of the plane with what they are to be: a class, or a number. */

/** Inputs reach from -EXTENT to EXTENT. */
export const EXTENT = 3;

export interface Points {
  /** [points][2]. */
  readonly x: Float32Array;
  /** Class indices, or numbers from -1 to 1. */
  readonly y: Float32Array;
  /** Number of classes; 0 for a regression. */
  readonly classes: number;
}

/** A generator of random numbers from 0 to 1 (mulberry32 of Tommy Ettinger, in the public domain). */
export function randomOf(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b9);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws from a normal distribution by the method of Box and Muller. */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** These points, in this order. */
export function pick({ x, y, classes }: Points, order: readonly number[]): Points {
  const picked = { x: new Float32Array(2 * order.length), y: new Float32Array(order.length), classes };
  order.forEach((from, to) => {
    picked.x.set(x.subarray(2 * from, 2 * from + 2), 2 * to);
    picked.y[to] = y[from];
  });
  return picked;
}

/** Points to train and to test on. */
export interface Split {
  readonly train: Points;
  readonly test: Points;
}

/** Splits points at random. Each part has one of them at least. @param percent for the test. */
export function split(points: Points, percent: number, seed: number): Split {
  const count = points.y.length;
  const order = Array.from({ length: count }, (_, i) => i);
  const random = randomOf(seed + 77);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  const tested = Math.min(count - 1, Math.max(1, Math.round((count * percent) / 100)));
  return { train: pick(points, order.slice(tested)), test: pick(points, order.slice(0, tested)) };
}
