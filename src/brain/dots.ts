import { RuntimeError } from "../errors.js";
import type { Core } from "../machine/core.js";
import { sharedCore } from "./core.js";

/** Rows that the core multiplies in one call. */
const ROWS = 4;

/** Floats of two vectors: the core reads vectors in pairs. */
const PAIR = 8;

/** Free memory of the core for x, the rows and their sums, until the next call; undefined where there is no core. */
function scratch(
  length: number,
): { core: Core; address: number; width: number; floats: Float32Array } | undefined {
  const core = sharedCore()?.core;
  if (!core) return undefined;
  const { arena } = core;
  const address = arena.top;
  const width = Math.ceil(length / PAIR) * PAIR;
  const words = (1 + ROWS) * width + ROWS;
  try {
    arena.take(address + 4 * words);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    return undefined;
  }
  arena.release(address);
  return { core, address, width, floats: arena.floatsAt(address, words) };
}

/**
 * z = W·x + b by the vectors of the core, in float32, for as many units as make whole groups of four. The weights are copied to
 * the core by each call, since users may change them at any time: that takes as long as the products.
 * @returns the number of these units; 0 where the host has no WebAssembly.
 */
export function sumByVectors(
  x: ArrayLike<number>,
  weights: readonly Float32Array[],
  biases: Float32Array,
  units: number,
  sums: Float64Array,
): number {
  const memory = scratch(x.length);
  if (!memory) return 0;
  const { core, address, width, floats } = memory;
  floats.set(x);
  let unit = 0;
  for (; unit + ROWS <= units; unit += ROWS) {
    for (let row = 0; row < ROWS; row++) floats.set(weights[unit + row], (1 + row) * width);
    core.run(address, 4 * width, 0, 0, 0);
    for (let row = 0; row < ROWS; row++) {
      sums[unit + row] = floats[(1 + ROWS) * width + row] + biases[unit + row];
    }
  }
  return unit;
}
