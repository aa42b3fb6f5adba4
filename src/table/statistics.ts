/** Statistics of numbers, in float64 and by + - * / and the square root alone: the same bits on every engine. */

/** The quantile of sorted numbers, between two of them in proportion (the default of NumPy, type 7 of Hyndman and Fan). */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** The standard deviation, divided by the number of values. */
export function deviation(values: ArrayLike<number>): number {
  const center = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - center) * (values[i] - center);
  return Math.sqrt(sum / values.length);
}

/** The middle, and what the numbers are divided by. */
export interface Center {
  median: number;
  scale: number;
}

/**
 * Median and interquartile range of sorted numbers. Where the quartiles are equal, half of the whole range takes the place
 * of theirs, as RealMLP does (Holzmüller et al., 2024).
 * @returns undefined if all numbers are equal.
 */
export function centerOf(sorted: ArrayLike<number>): Center | undefined {
  const median = quantile(sorted, 0.5);
  const quartiles = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  const range = sorted[sorted.length - 1] - sorted[0];
  if (!(range > 0)) return undefined;
  return { median, scale: quartiles > 0 ? quartiles : range / 2 };
}

/** Beyond this z, z/√(1 + (z/3)²) is ±3 in float64, and the square of larger ones overflows. */
const FAR = 1e9;

/** Scales a number and clips it smoothly to -3 to 3: z = (x - median) / scale, then z/√(1 + (z/3)²). */
export function scaled(x: number, { median, scale }: Center): number {
  const z = (x - median) / scale;
  if (Math.abs(z) > FAR) return 3 * Math.sign(z);
  return z / Math.sqrt(1 + (z / 3) * (z / 3));
}
