import type { Table } from "../data/table.js";
import type { Engine } from "../engine/engine.js";
import { completeSync } from "../engine/scheduler.js";
import { Session } from "../engine/session.js";
import { ShapeError, SpecError } from "../errors.js";
import { FORWARD_BATCH, FORWARD_WINDOW } from "../evaluation/evaluation.js";
import { checkWhole, show, tagOf } from "../model/check.js";
import { type NetworkSpec, outputsOf, picksLargest, thresholdOf } from "../model/spec.js";

/** @throws ShapeError unless `out` can hold the predictions. */
function checkOut(out: unknown, length: number): Float32Array {
  const given = out as Float32Array;
  if (tagOf(given) === "Float32Array" && given.length === length) return given;
  const size = ArrayBuffer.isView(out) ? ` of ${given.length}` : "";
  throw new ShapeError(
    `out is ${show(out)}${size}: give a Float32Array of ${length}, one value for each row and output.`,
  );
}

/**
 * The outputs of a network, or of its first layers, for every row of x, row by row.
 * @param given is written and returned instead of a new array.
 */
export function predict(engine: Engine, x: Table, given?: unknown, spec = engine.spec): Float32Array {
  const units = outputsOf(spec);
  const out = given === undefined ? new Float32Array(x.rows * units) : checkOut(given, x.rows * units);
  const batch = Math.min(FORWARD_BATCH, x.rows);
  const options = { spec, purpose: "predict", batch, windowBytes: FORWARD_WINDOW } as const;
  const session = new Session(engine, { x }, options);
  try {
    const { window, plan } = session;
    window.orderInSequence();
    for (let first = 0; first < x.rows; first += plan.rows) {
      completeSync(session.load(first));
      session.run(0, 0, window.period);
      const outputs = engine.core.arena.floatsAt(plan.predictions.address, window.rows * units);
      out.set(outputs, first * units);
    }
  } finally {
    session.dispose();
  }
  return out;
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

/** The class of every row: the index of the largest output, or 0 or 1 by the threshold of a single one. */
export function classesOf(spec: NetworkSpec, outputs: Float32Array): Int32Array {
  const units = outputsOf(spec);
  const classes = new Int32Array(outputs.length / units);
  if (units === 1 && !picksLargest(spec)) {
    const threshold = thresholdOf(spec);
    return classes.map((_, r) => Number(outputs[r] > threshold));
  }
  return classes.map((_, r) => {
    const row = outputs.subarray(r * units, (r + 1) * units);
    return row.reduce((best, value, c) => (value > row[best] ? c : best), 0);
  });
}
