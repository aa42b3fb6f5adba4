/**
 * The interface of a core of its own for online training, one update per sample: epochs of the rule of brain.js, whose
 * momentum leaves out the biases. It is apart from the core of `Network` so that only densely/brain carries it.
 *
 *      online.ts            this interface
 *      training/online.ts   the loop over epochs and samples
 *      products/online.ts   the products of one sample, dense and sparse
 *
 * The arguments are those of the other core. `training` is the address of a Training.
 */

import { Training, train } from "./training/online";

export function run(
  training: usize,
  _length: i32,
  _step: f64,
  _slot: i32,
  epochs: i32,
  _tail: usize,
  _period: i32,
): void {
  train(changetype<Training>(training), epochs);
}

/** The first address behind the constants of the core. */
export function heapBase(): usize {
  return __heap_base;
}
