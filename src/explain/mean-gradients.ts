import type { Network } from "../network/network.js";

/** The lines of rows: both ends, [rows][width], and the index of the output of each row. */
export interface Lines {
  from: Float32Array;
  to: Float32Array;
  outputs: ArrayLike<number>;
}

/** Values of points that are in memory at once, about. */
const BLOCK = 2 ** 20;

/** Points on a line to which the steps are doubled at most. */
const MOST = 1024;

/** The relative error of a sum that is small enough, and the error of the outputs themselves in float32. */
const CLOSE = 0.01;
const ROUNDING = 1e-6;

/** These rows of [rows][width]. */
function select(values: Float32Array, rows: readonly number[], width: number): Float32Array {
  const selected = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    selected.set(values.subarray(row * width, (row + 1) * width), i * width);
  });
  return selected;
}

/** The mean gradient on each line by the midpoint rule: 1/n·Σ dA/dz at z₀ + (k + ½)/n·(z - z₀). */
function midpointMeans(network: Network, { from, to, outputs }: Lines, steps: number): Float32Array {
  const rows = outputs.length;
  const width = from.length / rows;
  const points = new Float32Array(rows * steps * width);
  const output = new Int32Array(rows * steps);
  for (let r = 0, at = 0; r < rows; r++) {
    output.fill(outputs[r], r * steps, (r + 1) * steps);
    for (let k = 0; k < steps; k++) {
      const share = (k + 0.5) / steps;
      for (let i = r * width; i < (r + 1) * width; i++) points[at++] = from[i] + share * (to[i] - from[i]);
    }
  }
  const gradients = network.outputGradients(points, { output });
  const sums = new Float64Array(rows * width);
  for (let r = 0, at = 0; r < rows; r++) {
    for (let k = 0; k < steps; k++) {
      for (let i = r * width; i < (r + 1) * width; i++) sums[i] += gradients[at++];
    }
  }
  return Float32Array.from(sums, (sum) => sum / steps);
}

/** True for each row where Σ (z - z₀)·mean is the difference of the outputs. */
function closenessOf(
  network: Network,
  { from, to, outputs }: Lines,
): (row: number, means: Float32Array) => boolean {
  const width = from.length / outputs.length;
  const [starts, ends] = [from, to].map((rows) => network.predict(rows));
  const count = ends.length / outputs.length;
  return (row, means) => {
    let sum = 0;
    for (let i = row * width; i < (row + 1) * width; i++) sum += (to[i] - from[i]) * means[i];
    const at = row * count + outputs[row];
    const [start, end] = [starts[at], ends[at]];
    const error = Math.abs(sum - (end - start));
    return error <= CLOSE * Math.abs(end - start) + ROUNDING * (Math.abs(start) + Math.abs(end));
  };
}

/**
 * The mean gradient of an output on the line of each row, [rows][width]. The steps are doubled for rows whose sum is not the
 * difference of the outputs to 1 %: at the kinks of relu, and where the output goes up and down again.
 * @param steps points on each line at first.
 */
export function meanGradients(network: Network, lines: Lines, steps: number): Float32Array {
  const { from, to, outputs } = lines;
  const width = from.length / outputs.length;
  const means = new Float32Array(from.length);
  const isClose = closenessOf(network, lines);
  let open = Array.from(outputs, (_, row) => row);
  for (let count = steps; open.length > 0; count *= 2) {
    const block = Math.max(1, Math.floor(BLOCK / (width * count)));
    for (let first = 0; first < open.length; first += block) {
      const rows = open.slice(first, first + block);
      const part = {
        from: select(from, rows, width),
        to: select(to, rows, width),
        outputs: rows.map((row) => outputs[row]),
      };
      const found = midpointMeans(network, part, count);
      rows.forEach((row, i) => {
        means.set(found.subarray(i * width, (i + 1) * width), row * width);
      });
    }
    open = 2 * count > MOST ? [] : open.filter((row) => !isClose(row, means));
  }
  return means;
}
