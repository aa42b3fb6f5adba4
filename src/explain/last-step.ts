import type { Engine } from "../engine/engine.js";
import { exported } from "../model/exported.js";
import { engineOf } from "../network/base-network.js";
import { alive } from "../network/calls.js";
import type { Network } from "../network/network.js";
import { compile } from "../program/compile.js";
import { type Matrix, readMatrix } from "../program/matrix.js";

/** An instruction of a training step, and what it left in linear memory. */
export interface StepLine {
  /** Its equation, as in `network.explain()`. */
  readonly equation: string;
  /** Shape of its result: features x samples of a batch, units x inputs of weights. */
  readonly rows: number;
  readonly cols: number;
  /** The address of its result in linear memory. */
  readonly address: number;
  /**
   * A copy of its result: sample by sample of a batch, unit by unit of weights. Undefined if a later instruction of the step wrote
   * to the same place.
   */
  readonly values: Float32Array | undefined;
}

/** True if two blocks have a byte in common. */
function overlap(a: Matrix, b: Matrix): boolean {
  return a.address < b.address + b.bytes && b.address < a.address + a.bytes;
}

/** Bytes of a number of a table. */
const sizeOf = ({ stride, rows }: Matrix): number => stride / rows;

/** True for a table with an entry for each step, which are float64. Other results are float32. */
const isByStep = (result: Matrix): boolean => result.layout === "table" && sizeOf(result) === 8;

/** The part of a result that the step at a slot wrote: its entry of a table by step, its samples of a batch. */
function writtenPart(result: Matrix, samples: number, slot: number): Matrix {
  if (isByStep(result)) return { ...result, cols: 1, address: result.address + slot * result.stride };
  const isBatch = result.layout === "rows" || result.layout === "table";
  return isBatch ? { ...result, cols: Math.min(result.cols, samples) } : result;
}

function valuesOf({ core }: Engine, matrix: Matrix): Float32Array {
  const { address, bytes, rows } = matrix;
  if (isByStep(matrix)) return Float32Array.from(core.arena.doublesAt(address, rows));
  return readMatrix(matrix, core.arena.floatsAt(address, bytes / 4), address);
}

/**
 * The training step that ran last, as the core ran it: its instructions in order, each with the address of its result and the
 * values that are there now. Parameters and their gradients are those of after the step.
 *
 * It reads the memory of the last `fit`, `fitSync` or `trainOnBatch` on this thread. Of the parameters as a whole, θ, the values
 * include the padding between them.
 *
 * @returns an empty list before the first step, after `compile` and similar changes, after a fit in a worker, and where the memory
 * of a fit is too large to be kept (4 MB).
 * @throws StateError for a network that was disposed of.
 */
export const lastStep = /* @__PURE__ */ exported("lastStep(network)", (network: Network): StepLine[] => {
  const engine = alive(engineOf(network), "lastStep");
  const session = engine.plans.trained;
  if (!session || session.lastSlot < 0) return [];
  const program = compile(engine.spec, session.plan, engine.store);
  const samples = session.window.rowsOf(session.lastSlot);
  return program.map(({ equation, result }, i) => {
    const isOverwritten = program.slice(i + 1).some((later) => overlap(result, later.result));
    const written = writtenPart(result, samples, session.lastSlot);
    const { rows, cols, address } = written;
    return { equation, rows, cols, address, values: isOverwritten ? undefined : valuesOf(engine, written) };
  });
});
