import { checkOut, isFloats } from "../data/out.js";
import type { Table } from "../data/table.js";
import { areFinite, copyNumbers } from "../data/values.js";
import type { Engine } from "../engine/engine.js";
import { SpecError } from "../errors.js";
import { FORWARD_BATCH, FORWARD_WINDOW } from "../evaluation/evaluation.js";
import { checkClassifier } from "../evaluation/meaning.js";
import { checkOutputs, overflowOf } from "../evaluation/overflow.js";
import { noResult } from "../machine/refusals.js";
import { checkWhole } from "../model/check.js";
import { decidingThreshold, type NetworkSpec, outputsOf, picksLargest } from "../model/spec.js";
import { FINITE } from "../model/value-range.js";

/**
 * The outputs of a network, or of a part of it, for every row of x, row by row.
 * @param given what is written and returned; undefined for a new array.
 */
function outputsFor(engine: Engine, x: Table, spec: NetworkSpec, given: unknown): Float32Array {
  const { plans } = engine;
  const session = plans.open(
    { x },
    { spec, purpose: "predict", batch: FORWARD_BATCH, windowBytes: FORWARD_WINDOW, isSequential: true },
  );
  try {
    const { window, plan, results } = session;
    const units = plan.rowTables.predictions.rows;
    const numbers = x.rows * units;
    const isNew = given === undefined;
    const out = isNew
      ? emptyResult(numbers)
      : checkOut(given, numbers, "out", "one value for each row and output");
    // Rows that pass through the window are checked as they come: after an error, `out` is as it was.
    const written = isNew || window.isResident ? out : emptyResult(numbers);
    for (let first = 0; first < x.rows; first += plan.rows) {
      session.loadAtOnce(first);
      session.run(0, 0, window.period);
      copyNumbers(results.predictions, 0, window.rows * units, written, first * units);
    }
    if (written !== out) out.set(written);
    return out;
  } finally {
    plans.close(session);
  }
}

/** An array for results. @throws RuntimeError where the host has no memory for it. */
function emptyResult(numbers: number): Float32Array {
  try {
    return new Float32Array(numbers);
  } catch {
    throw noResult(numbers);
  }
}

/** Writes the numbers of a plain array, if that is what they are. @param to linear memory, which code of the user may detach. */
function writePlain(row: readonly unknown[], to: Float32Array): boolean {
  const { length } = to;
  if (row.length !== length) return false;
  const { least, most } = FINITE;
  for (let i = 0; i < length; i++) {
    const value = row[i];
    if (!(typeof value === "number" && value >= least && value <= most)) return false;
    to[i] = value;
  }
  return to.length === length;
}

/**
 * Predicts one row, given as a plain array of numbers or a Float32Array, by the plan that is kept for one row. That is what
 * `predict` does, without the table and the request that rows of all kinds need.
 * @returns undefined where there is no such plan yet, or anything to be said about the row or `given`.
 */
export function predictRow(engine: Engine, row: unknown, given: unknown): Float32Array | undefined {
  const session = engine.plans.ofOneRow;
  if (!session || session.isOpen) return undefined;
  // As `reading` does, without a function for each row. A row may be code of the user.
  const isOuter = !engine.occupancy.isOccupied;
  if (isOuter) engine.occupancy.occupy("predict");
  session.isOpen = true;
  try {
    if (!writeRow(row, session.window.inputs as Float32Array)) return undefined;
    session.program.runWhole();
    const { predictions } = session.results;
    const { length } = predictions;
    if (given !== undefined && !(isFloats(given) && given.length === length)) return undefined;
    const out = given ?? new Float32Array(length);
    return copyFinite(predictions, out) ? out : undefined;
  } finally {
    session.isOpen = false;
    if (isOuter) engine.occupancy.free();
  }
}

/** Writes the numbers of a row. @returns false if it is none, or anything is to be said about it. */
function writeRow(row: unknown, to: Float32Array): boolean {
  if (Array.isArray(row)) return writePlain(row, to);
  return isFloats(row) && row.length === to.length && copyFinite(row, to);
}

/** Fewer numbers than this are copied faster one by one than by a call of the host. */
const FEW = 32;

/** Copies numbers to an array of as many. @returns false if one of them is NaN or infinite. */
function copyFinite(from: Float32Array, to: Float32Array): boolean {
  if (to.length > FEW) {
    to.set(from);
    return areFinite(to);
  }
  let sum = 0;
  for (let i = 0; i < to.length; i++) {
    const value = from[i];
    sum += value - value;
    to[i] = value;
  }
  return sum === 0;
}

/**
 * The outputs of a network, or of its first layers, for every row of x, row by row.
 * @param given is written and returned instead of a new array.
 * @throws DataError for outputs that are not finite, naming the row.
 */
export function predict(engine: Engine, x: Table, given?: unknown, spec = engine.spec): Float32Array {
  const outputs = outputsFor(engine, x, spec, given);
  checkOutputs(outputs, outputs.length / x.rows);
  return outputs;
}

/** The outputs of layer number `layer` (from 0) for every row of x. @throws SpecError for a layer that is not there. */
export function activations(engine: Engine, x: Table, layer: number): Float32Array {
  const { spec } = engine;
  if (!(checkWhole(layer, 0, "layer") < spec.layers.length)) {
    throw new SpecError(
      `layer is ${layer}, but the network has layers 0 to ${spec.layers.length - 1}: give one of these.`,
    );
  }
  return predict(engine, x, undefined, engine.partOf(layer + 1));
}

/** The place of the largest output of a row, of equal ones the first. @throws DataError if there is no largest one. */
function largestOf(outputs: Float32Array, row: number): number {
  let best = 0;
  for (let c = 0; c < outputs.length; c++) {
    if (Number.isNaN(outputs[c])) throw overflowOf(row, outputs[c]);
    if (outputs[c] > outputs[best]) best = c;
  }
  // Of several infinite ones none is the largest.
  if (!Number.isFinite(outputs[best])) throw overflowOf(row, outputs[best]);
  return best;
}

/**
 * The decisions about every row: its class, or, if each output is a decision of its own, 0 or 1 for each output.
 * @throws SpecError if the outputs are no decisions. @throws DataError for outputs that decide nothing, naming the row.
 */
export function predictClasses(engine: Engine, x: Table): Int32Array {
  const { spec } = engine;
  checkClassifier(spec, "predictClasses");
  const units = outputsOf(spec);
  const outputs = outputsFor(engine, x, engine.decidingSpec, undefined);
  if (picksLargest(spec)) {
    return Int32Array.from({ length: x.rows }, (_, r) =>
      largestOf(outputs.subarray(r * units, (r + 1) * units), r),
    );
  }
  const threshold = decidingThreshold(spec);
  return Int32Array.from(outputs, (output, i) => {
    if (Number.isNaN(output)) throw overflowOf(Math.floor(i / units), output);
    return Number(output > threshold);
  });
}
