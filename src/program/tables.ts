import { OP_BYTES } from "../../assembly/isa.js";
import type { MemoryRange } from "../machine/orders.js";
import { optimizerKindOf } from "../model/optimizers.js";
import { scheduledOptions } from "../model/scheduled.js";
import { type NetworkSpec, outputsOf } from "../model/spec.js";
import type { ScheduledTable } from "./layers/layer.js";
import type { Matrix } from "./matrix.js";
import type { Placement } from "./placement.js";
import type { Request } from "./request.js";

/** Tables that a program reads and writes step by step, and the programs themselves. */
export interface StepTables {
  /** The programs for a full batch and for the short last one, and an instruction that shuffles. */
  program: Matrix;
  /** Row of the window of each sample, for all steps in whole batches. */
  order: Matrix;
  /** Permutation of all rows of a data set that is larger than the window. */
  permutation: Matrix;
  /** Learning rate of each step. */
  rates: Matrix;
  /** Other options of training that follow a schedule. */
  scheduled: readonly ScheduledTable[];
  /** Loss of each step. */
  losses: Matrix;
  /** Sum of the sample weights of each step. */
  masses: Matrix;
  /** Weight of the correct predictions of each step. */
  hits: Matrix;
  /** Weight of the rows of each step whose class is among the largest outputs. */
  topHits: Matrix;
  /** Weights of true by predicted classes, summed over all steps. */
  confusion: Matrix;
  /** Sums of errors, and the mean and the variation of targets, per output, over all steps. */
  deviations: Matrix;
  /** Penalties of l1 and l2 of each step, for an optimizer that compares losses. */
  penalties: Matrix;
}

/** Tables with one entry per row. */
export interface RowTables {
  /** Inputs of the rows in the window. */
  x: Matrix;
  /** Targets of the rows in the window. */
  y: Matrix;
  /** Sample weights of the rows in the window. */
  weights: Matrix;
  /** Outputs of every sample, in the order of the steps. */
  predictions: Matrix;
  /** Targets of every sample, in the order of the steps. */
  expected: Matrix;
  /** Sample weights of every sample, in the order of the steps. */
  expectedWeights: Matrix;
}

/** Maximum number of instructions of one program of this network. @param weighted true if rows have weights. */
export function maximumInstructions({ layers }: NetworkSpec, weighted = false): number {
  return 16 + (weighted ? 13 : 10) * layers.length;
}

/** Number of steps for which a plan has entries in its tables. */
export function slotsOf({ epochs, rows, batch }: Request): number {
  return epochs * Math.ceil(rows / batch);
}

/** Places the tables by step. */
export function placeStepTables(memory: Placement, spec: NetworkSpec, request: Request): StepTables {
  const { purpose, batch, targets, weighted, counts, permutedRows, training } = request;
  const slots = slotsOf(request);
  const outputs = outputsOf(spec);
  // A batch of one row is never a short one.
  const programs = batch > 1 ? 2 : 1;
  const programBytes = (programs * maximumInstructions(spec, weighted) + 1) * OP_BYTES;
  const hasTargets = targets !== "none";
  const updates = purpose === "train" || purpose === "update";
  const { comparesLosses = false } = optimizerKindOf(spec.optimizer);
  return {
    program: memory.table({ name: "program", entries: programBytes, type: "uint8" }),
    order: memory.table({ name: "order", entries: slots * batch, type: "int32" }),
    permutation: memory.table({ name: "permutation", entries: permutedRows, type: "int32" }),
    rates: memory.table({ name: "rates", entries: slots, type: "float64", exists: updates }),
    scheduled: scheduledOptions(spec).map(({ layer }) => ({
      layer,
      values: memory.table({ name: "scheduled", entries: slots, type: "float64", exists: training }),
    })),
    losses: memory.table({ name: "losses", entries: slots, type: "float64", exists: hasTargets }),
    masses: memory.table({ name: "masses", entries: slots, type: "float64", exists: weighted }),
    hits: memory.table({ name: "hits", entries: slots, type: "float64", exists: Boolean(counts.hits) }),
    topHits: memory.table({ name: "topHits", entries: slots, type: "float64", exists: Boolean(counts.top) }),
    confusion: memory.table({
      name: "confusion",
      // outputs x outputs for classes, or 2 x 2 per output where each output is a decision of its own.
      width: outputs * Math.max(outputs, 4),
      entries: 1,
      type: "float64",
      exists: Boolean(counts.confusion),
    }),
    deviations: memory.table({
      name: "deviations",
      width: 5 * outputs,
      entries: 1,
      type: "float64",
      exists: Boolean(counts.deviations),
    }),
    penalties: memory.table({ name: "penalties", entries: slots, type: "float64", exists: comparesLosses }),
  };
}

/** Places the tables by row. */
export function placeRowTables(memory: Placement, spec: NetworkSpec, request: Request): RowTables {
  const { purpose, batch, rows, byteInputs, targets, weighted, counts } = request;
  const outputs = outputsOf(spec);
  const samples = slotsOf(request) * batch;
  const keepsOutputs = purpose === "predict" || Boolean(counts.outputs);
  return {
    x: memory.table({ name: "x", width: spec.inputs, entries: rows, type: byteInputs ? "uint8" : "float32" }),
    y:
      targets === "classes"
        ? memory.table({ name: "y", entries: rows, type: "int32" })
        : memory.table({
            name: "y",
            width: outputs,
            entries: rows,
            type: "float32",
            exists: targets !== "none",
          }),
    weights: memory.table({ name: "weights", entries: rows, type: "float32", exists: weighted }),
    predictions: memory.table({
      name: "predictions",
      width: outputs,
      entries: samples,
      type: "float32",
      exists: keepsOutputs,
    }),
    expected: memory.table({
      name: "expected",
      width: outputs,
      entries: samples,
      type: "float32",
      exists: Boolean(counts.outputs),
    }),
    expectedWeights: memory.table({
      name: "expectedWeights",
      entries: samples,
      type: "float32",
      exists: weighted && Boolean(counts.outputs),
    }),
  };
}

/** The ranges of memory in which some steps leave their results: their slots of the tables, and the sums over all steps. */
export function resultsOf(
  { tables, rowTables, slots }: { tables: StepTables; rowTables: RowTables; slots: number },
  slot: number,
  steps: number,
): MemoryRange[] {
  const { losses, masses, hits, topHits, penalties, confusion, deviations } = tables;
  const { predictions, expected, expectedWeights } = rowTables;
  const bySlot = [losses, masses, hits, topHits, penalties, predictions, expected, expectedWeights];
  return [
    ...bySlot.map(({ address, bytes }): MemoryRange => {
      const bytesPerSlot = bytes / slots;
      return [address + slot * bytesPerSlot, steps * bytesPerSlot];
    }),
    [confusion.address, confusion.bytes],
    [deviations.address, deviations.bytes],
  ];
}
