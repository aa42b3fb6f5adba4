import type { Table } from "../data/table.js";
import type { Engine } from "../engine/engine.js";
import { completeSync } from "../engine/scheduler.js";
import { Session } from "../engine/session.js";
import { ShapeError, SpecError } from "../errors.js";
import { FORWARD_BATCH, FORWARD_WINDOW } from "../evaluation/evaluation.js";
import { checkClassifier } from "../evaluation/meaning.js";
import { checkOutputs, overflowOf } from "../evaluation/overflow.js";
import { noResult } from "../machine/refusals.js";
import { checkWhole, show, tagOf } from "../model/check.js";
import { decidingSpec, decidingThreshold, type NetworkSpec, outputsOf, picksLargest } from "../model/spec.js";

/** @throws ShapeError unless `out` can hold the predictions. */
function checkOut(out: unknown, length: number): Float32Array {
  const given = out as Float32Array;
  if (tagOf(given) === "Float32Array" && given.length === length) return given;
  const size = ArrayBuffer.isView(out) ? ` of ${given.length}` : "";
  throw new ShapeError(
    `out is ${show(out)}${size}: give a Float32Array of ${length}, one value for each row and output.`,
  );
}

/** The outputs of a network, or of a part of it, for every row of x, row by row. @param out what is written and returned. */
function outputsFor(
  engine: Engine,
  x: Table,
  spec: NetworkSpec,
  out: Float32Array = emptyResult(x.rows * outputsOf(spec)),
): Float32Array {
  const units = outputsOf(spec);
  const batch = Math.min(FORWARD_BATCH, x.rows);
  const options = { spec, purpose: "predict", batch, windowBytes: FORWARD_WINDOW } as const;
  const session = new Session(engine, { x }, options);
  try {
    const { window, plan } = session;
    window.orderInSequence();
    for (let first = 0; first < x.rows; first += plan.rows) {
      completeSync(session.load(first));
      session.run(0, 0, window.period);
      const outputs = engine.core.arena.floatsAt(plan.rowTables.predictions.address, window.rows * units);
      out.set(outputs, first * units);
    }
  } finally {
    session.dispose();
  }
  return out;
}

/** An array for results. @throws RuntimeError where the host has no memory for it. */
function emptyResult(numbers: number): Float32Array {
  try {
    return new Float32Array(numbers);
  } catch {
    throw noResult(numbers);
  }
}

/**
 * The outputs of a network, or of its first layers, for every row of x, row by row.
 * @param given is written and returned instead of a new array.
 * @throws DataError for outputs that are not finite, naming the row.
 */
export function predict(engine: Engine, x: Table, given?: unknown, spec = engine.spec): Float32Array {
  const units = outputsOf(spec);
  const out = given === undefined ? undefined : checkOut(given, x.rows * units);
  const outputs = outputsFor(engine, x, spec, out);
  checkOutputs(outputs, units);
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
  return predict(engine, x, undefined, { ...spec, layers: spec.layers.slice(0, layer + 1) });
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
  const outputs = outputsFor(engine, x, decidingSpec(spec));
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
