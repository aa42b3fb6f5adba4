import type { Host } from "../machine/host.js";
import type { NetworkSpec } from "../model/spec.js";
import { initialise, initialScratch } from "../program/initialise.js";
import { type Matrix, visit } from "../program/matrix.js";
import { matricesOf, type Store } from "../program/parameters.js";
import { runOnce } from "./program.js";

/** Sets every number of a matrix, but leaves its padding zero. */
function fill(host: Host, matrix: Matrix | undefined, value: number): void {
  if (!matrix) return;
  host.write(host.arena.floatsOf(matrix), (memory) => {
    visit(matrix, (offset) => {
      memory[offset] = value;
    });
  });
}

/** Sets weights by their initializers, and biases, normalizations and optimizer state to their constants. */
export function initialize(host: Host, spec: NetworkSpec, store: Store): void {
  const { arena } = host;
  const mark = arena.top;
  host.take(mark + initialScratch(spec));
  runOnce(host, initialise(spec, store, mark));
  arena.release(mark);
  spec.layers.forEach((layer, i) => {
    const { W, b, gamma } = store.parameters.layers[i];
    if (layer.type === "dense") {
      if (layer.init.type === "constant") fill(host, W, layer.init.value);
      fill(host, b, Number(layer.bias));
    }
    fill(host, gamma, 1);
    fill(host, store.buffers.layers[i].variance, 1);
  });
  const { optimizer } = spec;
  if (optimizer.type !== "adagrad") return;
  for (const matrix of matricesOf(store.states[0])) fill(host, matrix, optimizer.initialAccumulator);
}
