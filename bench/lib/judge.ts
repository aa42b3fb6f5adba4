const TINY = 1e-7;

/**
 * Mean loss of a contestant's outputs, computed here so that all contestants are judged alike.
 * @param outputs rows x width
 * @param y targets, of at least as many rows
 * @param width outputs per row
 */
export function lossOf(
  outputs: ArrayLike<number>,
  y: ArrayLike<number>,
  width: number,
  squaredError: boolean,
): number {
  let sum = 0;
  for (let i = 0; i < outputs.length; i++) {
    if (squaredError) {
      sum += (outputs[i] - y[i]) ** 2 / width;
    } else if (width === 1) {
      sum -=
        y[i] * Math.log(Math.max(outputs[i], TINY)) + (1 - y[i]) * Math.log(Math.max(1 - outputs[i], TINY));
    } else if (y[i] > 0) {
      sum -= Math.log(Math.max(outputs[i], TINY));
    }
  }
  return (sum * width) / outputs.length;
}

/** How a contestant trains: to the "same" final loss as the reference, to another one ("falls"), or not ("fails"). */
export type Verdict = "same" | "falls" | "fails";

/** Judges a training by its losses. @param reference final loss of the same arithmetic, if there is any */
export function verdictOn(first: number, final: number, reference: number | undefined): Verdict {
  if (!(final < 0.98 * first)) return "fails";
  const isSame = reference !== undefined && Math.abs(final - reference) <= 0.05 * reference + 1e-3;
  return isSame ? "same" : "falls";
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
