import type { Data } from "../workloads/data.js";
import type { InitialLayer, Task } from "../workloads/index.js";

/** A task for peers whose only classifier is a softmax. */
interface ClassTask {
  readonly data: Data;
  readonly inputs: number;
  readonly layers: readonly InitialLayer[];
  readonly labels: Int32Array | undefined;
}

/** Turns one sigmoid output into two softmax outputs, of which the first starts with weights of 0. */
export function binaryAsTwoClasses({ data, inputs, outputs, initial }: Task): ClassTask {
  if (outputs > 1) return { data, inputs, layers: initial, labels: data.labels };
  const last = initial[initial.length - 1];
  const W = new Float32Array(2 * last.inputs);
  W.set(last.W, last.inputs);
  const layers = [...initial.slice(0, -1), { ...last, units: 2, W, b: new Float32Array(2) }];
  return { data, inputs, layers, labels: Int32Array.from(data.y) };
}
