import { exp, ln } from "./exact.js";
import type { Drawn } from "./space.js";

/**
 * The tree-structured Parzen estimator of Bergstra et al., "Algorithms for hyper-parameter optimization" (NIPS 2011), each
 * dimension by itself: l is the density of the places of the better trials, g that of the others, and of some draws of l the
 * one with the largest l/g is taken. Kernels are logistic, of which both the distribution and its inverse are closed, and cut
 * off at 0 and 1.
 */

/** Trials that are drawn at random before the first estimate. */
export const STARTUP = 10;

/** Draws among which one is chosen. */
export const CANDIDATES = 24;

/** Kernels of a density, at most: more of them change little and take long. */
const MOST_KERNELS = 32;

/** Standard deviation of the logistic distribution with scale 1: π/√3. */
const DEVIATION = 1.8137993642342178;

interface Kernel {
  center: number;
  scale: number;
  /** Distribution at 0, and the share between 0 and 1. */
  start: number;
  mass: number;
}

/** Distribution of the logistic kernel. */
const cumulative = (x: number, center: number, scale: number): number => 1 / (1 + exp((center - x) / scale));

function kernelOf(center: number, width: number): Kernel {
  const scale = width / DEVIATION;
  const start = cumulative(0, center, scale);
  return { center, scale, start, mass: cumulative(1, center, scale) - start };
}

/** Evenly spaced entries of a list, at most `most`. */
function thin<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  return Array.from({ length: most }, (_, i) => list[Math.floor((i * list.length) / most)]);
}

/** Kernels at places, each as wide as the gap to its farther neighbour, and one for the whole dimension. */
function kernelsAt(places: readonly number[]): Kernel[] {
  const sorted = [...thin(places, MOST_KERNELS)].sort((a, b) => a - b);
  const least = 1 / Math.min(100, sorted.length + 1);
  const kernels = sorted.map((center, i) => {
    const before = center - (sorted[i - 1] ?? 0);
    const after = (sorted[i + 1] ?? 1) - center;
    return kernelOf(center, Math.max(before, after, least));
  });
  return [...kernels, kernelOf(0.5, 1)];
}

/** Density of the mean of kernels, each cut off at 0 and 1. */
function densityAt(x: number, kernels: readonly Kernel[]): number {
  const sum = kernels.reduce((total, { center, scale, mass }) => {
    const F = cumulative(x, center, scale);
    // The logistic density is F·(1 - F)/scale.
    return total + (F * (1 - F)) / (scale * mass);
  }, 0);
  return sum / kernels.length;
}

/** A draw from the mean of kernels. @param kernel, u two uniform numbers. */
function drawFrom(kernels: readonly Kernel[], kernel: number, u: number): number {
  const { center, scale, start, mass } = kernels[Math.floor(kernel * kernels.length)];
  const F = start + u * mass;
  const x = center + scale * ln(F / (1 - F));
  return Math.min(1 - 2 ** -53, Math.max(0, x));
}

/** Shares of options, each counted once more than it was seen. */
function sharesOf(places: readonly number[], options: number): number[] {
  const counts = new Array<number>(options).fill(1);
  for (const place of places) counts[Math.floor(place * options)]++;
  return counts.map((count) => count / (places.length + options));
}

/** The option in whose part of all shares a number lies. */
function optionAt(u: number, shares: readonly number[]): number {
  let end = 0;
  const found = shares.findIndex((share) => {
    end += share;
    return u < end;
  });
  return found < 0 ? shares.length - 1 : found;
}

/** The candidate with the largest ratio, the first of equals. */
function best<C>(candidates: readonly C[], ratio: (candidate: C) => number): C {
  const ratios = candidates.map(ratio);
  return candidates[ratios.reduce((top, value, i) => (value > ratios[top] ? i : top), 0)];
}

/** The places of a setting in the trials that have it. */
function placesOf(name: string, observations: readonly (readonly Drawn[])[]): number[] {
  const places: number[] = [];
  for (const drawn of observations) {
    const entry = drawn.find((setting) => setting.name === name);
    if (entry) places.push(entry.place);
  }
  return places;
}

/**
 * Chooses the place of a dimension.
 * @param observations the settings of the trials so far, those of the best first. @param uniform uniform numbers by index.
 */
export function suggest(
  observations: readonly (readonly Drawn[])[],
  { name, dimension }: Omit<Drawn, "place">,
  uniform: (index: number) => number,
): number {
  if (observations.length < STARTUP) return uniform(0);
  const places = placesOf(name, observations);
  if (places.length === 0) return uniform(0);
  // The share of the better trials of Optuna.
  const count = Math.min(25, Math.ceil(places.length / 10));
  const [good, bad] = [places.slice(0, count), places.slice(count)];
  const { options } = dimension;
  if (options !== undefined) {
    const [l, g] = [sharesOf(good, options), sharesOf(bad, options)];
    const candidates = Array.from({ length: CANDIDATES }, (_, i) => optionAt(uniform(i), l));
    return (best(candidates, (option) => l[option] / g[option]) + 0.5) / options;
  }
  const [l, g] = [kernelsAt(good), kernelsAt(bad)];
  const candidates = Array.from({ length: CANDIDATES }, (_, i) =>
    drawFrom(l, uniform(2 * i), uniform(2 * i + 1)),
  );
  return best(candidates, (x) => densityAt(x, l) / densityAt(x, g));
}
