/**
 * For peers whose only classifier is a softmax: one sigmoid output becomes two softmax outputs, the first of them
 * starting from nothing.
 * @param {ReturnType<typeof import("../workloads/index.mjs").prepare>} task
 */
export function binaryAsTwoClasses({ data, inputs, outputs, initial }) {
  if (outputs > 1) return { data, inputs, layers: initial, labels: data.labels };
  const last = initial.at(-1);
  const W = new Float32Array(2 * last.inputs);
  W.set(last.W, last.inputs);
  const layers = [...initial.slice(0, -1), { ...last, units: 2, W, b: new Float32Array(2) }];
  return { data, inputs, layers, labels: Int32Array.from(data.y) };
}
