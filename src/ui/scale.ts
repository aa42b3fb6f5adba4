/** Scales of a chart: from values to pixels, and the values that are marked. */

/** A scale. */
export interface Scale {
  /** The pixel of a value; NaN for one that the scale does not have. */
  at(value: number): number;
  /** Values to mark, in ascending order. */
  ticks: number[];
}

type Range = readonly [from: number, to: number];

/** Steps between ticks: these, times a power of ten. */
const STEPS = [1, 2, 5, 10];

/** The step of 1, 2 or 5 times a power of ten that divides a width into at most `most` parts. */
export function stepOf(width: number, most: number): number {
  const rough = width / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = STEPS.find((step) => step * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Multiples of a step from the last one below `low` to the first one above `high`. */
function multiples(low: number, high: number, step: number): number[] {
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  // Divided by the inverse of a small step, 3 · 0.1 is 0.3.
  const inverse = Math.round(1 / step);
  return Array.from({ length: last - first + 1 }, (_, i) =>
    step < 1 ? (first + i) / inverse : (first + i) * step,
  );
}

/** Values that differ, so that a scale has a width. */
function widened(low: number, high: number): Range {
  if (high > low) return [low, high];
  const room = Math.abs(low) / 2 || 0.5;
  return [low - room, high + room];
}

/** A linear scale whose ends are ticks. @param pixels those of the lowest and the highest tick. @param most ticks, about. */
export function linearScale(low: number, high: number, pixels: Range, most = 5): Scale {
  const [from, to] = widened(low, high);
  const ticks = multiples(from, to, stepOf(to - from, most));
  const [first, last] = [ticks[0], ticks[ticks.length - 1]];
  return { ticks, at: (value) => pixels[0] + ((value - first) / (last - first)) * (pixels[1] - pixels[0]) };
}

/** A logarithmic scale whose ends are powers of ten, some of which are ticks. It has no values of 0 or less. */
export function logScale(low: number, high: number, pixels: Range, most = 5): Scale {
  const first = Math.floor(Math.log10(low) + 1e-9);
  const last = Math.max(Math.ceil(Math.log10(high) - 1e-9), first + 1);
  const step = Math.ceil((last - first) / most);
  const powers = Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => first + i * step);
  return {
    ticks: powers.map((power) => Number(`1e${power}`)),
    at: (value) =>
      value > 0
        ? pixels[0] + ((Math.log10(value) - first) / (last - first)) * (pixels[1] - pixels[0])
        : Number.NaN,
  };
}

/** A scale of the numbers of epochs from 1 to `epochs`, marked at whole numbers. */
export function epochScale(epochs: number, pixels: Range, most = 6): Scale {
  const width = Math.max(epochs - 1, 1);
  const step = Math.max(stepOf(width, most), 1);
  const ticks = multiples(0, epochs, step).filter((tick) => tick >= 1 && tick <= epochs);
  return {
    ticks: step > 1 ? [1, ...ticks] : ticks,
    at: (epoch) => pixels[0] + ((epoch - 1) / width) * (pixels[1] - pixels[0]),
  };
}

/** The text of a tick. */
export function tickText(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential().replace("e+", "e");
  return value.toLocaleString("en", { maximumFractionDigits: 6 });
}
