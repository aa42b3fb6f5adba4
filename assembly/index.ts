/**
 * The interface of the core: linear memory, its first free address, and one function that runs programs.
 *
 * A program is a list of instructions (op.ts); isa.ts, the one file that TypeScript reads too, names what they do. run.ts
 * hands each instruction to its kernel:
 *
 *      isa.ts       Op and the other enums, the constants of the layout
 *      op.ts        the fields of an instruction
 *      run.ts       Op -> kernel; further.ts for those that the smaller core of densely/core does not have
 *      checks.ts    assertions over operands, in the build for tests only
 *      products/    the matrix products of a dense layer; operands.ts draws batches, panels of weights, and scratch
 *      layers/      activations, normalization, dropout, noise
 *      training/    batches, losses, metrics, penalties, optimizers, initial weights
 *      math/        four lanes at a time: exp, log, erf, random numbers; sums over vectors
 *      threads/     shares of instructions, and the threads that run them, for the core of threads.ts
 *
 * To add an operation: its name in Op (isa.ts), its kernel in the folder of its concern with a view that names its operands,
 * its case in further.ts, and a test in test/assembly/, which fails by name until there is one. An activation, a loss, or an
 * optimizer is no operation of its own: see the head of layers/formulas.ts, training/loss.ts, training/optimizer.ts.
 *
 * Kernels allocate nothing, know no names, and never write to static memory: what they need beside their operands lies in
 * scratch, whose size src/program/ plans. So several threads can run them over one memory. threads/share.ts says how an
 * operation is split; without a line there, one thread runs it.
 */

export { run } from "./run";

/** The first address behind the constants of the core. */
export function heapBase(): usize {
  return __heap_base;
}
