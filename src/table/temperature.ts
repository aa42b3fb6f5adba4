import { exp, ln } from "../model/real.js";
import type { Network } from "../network/network.js";

/** The range of the logarithm of the temperature, and how closely it is found. */
const RANGE = 2;
const CLOSE = 1e-3;

/** (√5 - 1) / 2. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** The mean of -ln(p^(1/T) of the right class), where the powers of a row are made to sum to 1. */
function lossAt(temperature: number, logarithms: Float64Array, classes: Int32Array): number {
  const width = logarithms.length / classes.length;
  let loss = 0;
  for (let row = 0; row < classes.length; row++) {
    let sum = 0;
    for (let c = 0; c < width; c++) sum += exp(logarithms[row * width + c] / temperature);
    loss += ln(sum) - logarithms[row * width + classes[row]] / temperature;
  }
  return loss / classes.length;
}

/**
 * The temperature T for which softmax(logits / T) has the least log loss on validation rows, found by golden sections
 * (Guo et al., "On Calibration of Modern Neural Networks", 2017).
 * @param probabilities of all classes, row by row.
 */
export function temperatureFor(probabilities: ArrayLike<number>, classes: Int32Array): number {
  const logarithms = Float64Array.from(probabilities, (p) => ln(Math.max(p, 1e-30)));
  // Logits may be shifted: the largest of a row becomes 0, so that no power overflows.
  const width = logarithms.length / classes.length;
  for (let row = 0; row < classes.length; row++) {
    const ofRow = logarithms.subarray(row * width, (row + 1) * width);
    const top = ofRow.reduce((a, b) => Math.max(a, b));
    for (let c = 0; c < width; c++) ofRow[c] -= top;
  }
  const loss = (log: number) => lossAt(exp(log), logarithms, classes);
  let [low, high] = [-RANGE, RANGE];
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [atLeft, atRight] = [loss(left), loss(right)];
  while (high - low > CLOSE) {
    if (atLeft < atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = loss(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = loss(right);
    }
  }
  return exp((low + high) / 2);
}

/** Divides the logits of a network by the temperature: the weights and biases of its last layer. */
export function foldTemperature(network: Network, temperature: number): void {
  const last = network.spec.layers.filter(({ type }) => type === "dense").length;
  const { [`W${last}` as const]: W, [`b${last}` as const]: b } = network.getParams();
  const divide = (values: Float32Array) => values.map((value) => value / temperature);
  network.setParams({ [`W${last}`]: divide(W), [`b${last}`]: divide(b) });
}
