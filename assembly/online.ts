/**
 * The interface of a core of its own for online training, one update per sample: epochs of the rule of brain.js, whose
 * momentum leaves out the biases. It is apart from the core of `Network` so that only densely/brain carries it.
 *
 *      online.ts            this interface
 *      training/online.ts   the loop over epochs and samples
 *      products/online.ts   the products of one sample, dense and sparse, and those of `run` of brain.js
 *
 * The arguments are those of the other core.
 */

import { dots } from "./products/online";
import { Training, train } from "./training/online";

/**
 * Trains `epochs` epochs: `address` is that of a Training. 0 epochs are a call of `dots`, whose vectors stand from `address` on
 * and have `bytes` bytes each.
 */
export function run(
  address: usize,
  bytes: i32,
  _step: f64,
  _slot: i32,
  epochs: i32,
  _tail: usize,
  _period: i32,
): void {
  if (epochs > 0) train(changetype<Training>(address), epochs);
  else dots(address, bytes);
}

/** The first address behind the constants of the core. */
export function heapBase(): usize {
  return __heap_base;
}
