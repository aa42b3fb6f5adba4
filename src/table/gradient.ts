import { Network } from "../network/network.js";
import type { Task } from "./recipes.js";

/**
 * Gradients of one output of a network with respect to its inputs, for many rows at once. They are read from the gradients
 * of a loss for which they follow: of the cross-entropy against the class c, dL/dx = -dp/dx / (n·p) over n rows; of the
 * squared error against targets that are n/2 lower than the outputs y, dL/dx = dy/dx.
 */

/** A copy of a network with the plain loss of its task, in which nothing is smoothed. */
export function plainCopy(network: Network, task: Task): Network {
  const loss = task === "classification" ? "categoricalCrossentropy" : "meanSquaredError";
  const copy = new Network({ ...network.spec, loss });
  copy.setParams(network.getParams());
  return copy;
}

/** The gradient of output number `output` with respect to the inputs, row by row. @param network of plainCopy. */
export function outputGradients(
  network: Network,
  task: Task,
  x: Float32Array | Uint8Array,
  output: number,
): Float32Array {
  const outputs = network.predict(x);
  const rows = x.length / network.spec.inputs;
  const width = outputs.length / rows;
  const scaleOf =
    task === "classification" ? (row: number) => -rows * outputs[row * width + output] : () => 1;
  const y =
    task === "classification" ? new Int32Array(rows).fill(output) : outputs.map((value) => value - rows / 2);
  const { inputs: gradients } = network.gradients(x, y);
  return gradients.map((gradient, i) => gradient * scaleOf(Math.floor(i / network.spec.inputs)));
}
