const tiny = 1e-7;

/**
 * Mean loss of a contestant's outputs, computed here so that all are judged alike.
 * @param {ArrayLike<number>} outputs
 * @param {ArrayLike<number>} y targets of at least as many rows
 * @param {number} width outputs of a row
 * @param {boolean} squaredError
 */
export function lossOf(outputs, y, width, squaredError) {
  let sum = 0;
  for (let i = 0; i < outputs.length; i++) {
    if (squaredError) {
      sum += (outputs[i] - y[i]) ** 2 / width;
    } else if (width === 1) {
      sum -=
        y[i] * Math.log(Math.max(outputs[i], tiny)) + (1 - y[i]) * Math.log(Math.max(1 - outputs[i], tiny));
    } else if (y[i] > 0) {
      sum -= Math.log(Math.max(outputs[i], tiny));
    }
  }
  return (sum * width) / outputs.length;
}

/**
 * How a contestant's training compares: "same" as the reference's final loss, "falls" to another one, or "fails".
 * @param {{first: number, final: number}} loss
 * @param {number | undefined} reference final loss of the same arithmetic
 */
export function verdictOn({ first, final }, reference) {
  if (!(final < 0.98 * first)) return "fails";
  const same = reference !== undefined && Math.abs(final - reference) <= 0.05 * reference + 1e-3;
  return same ? "same" : "falls";
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
