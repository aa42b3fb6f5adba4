import type { Dataset } from "../data/dataset.js";
import type { Table } from "../data/table.js";
import type { Engine } from "../engine/engine.js";
import { type ParameterArrays, readParameters } from "../engine/parameters.js";
import { completeSync } from "../engine/scheduler.js";
import { Session } from "../engine/session.js";
import { DivergenceError, ShapeError, SpecError } from "../errors.js";
import { FORWARD_BATCH, FORWARD_WINDOW } from "../evaluation/evaluation.js";
import { Lbfgs } from "../fit/lbfgs.js";
import { checkWhole, show, tagOf } from "../model/check.js";
import { type NetworkSpec, outputsOf, picksLargest, thresholdOf } from "../model/spec.js";
import type { Matrix } from "../program/matrix.js";

/** Gradients of the mean loss by parameter name, W as [units][inputs]; `inputs` as x, row by row. */
export type Gradients = ParameterArrays & { loss: number; inputs: Float32Array };

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

/** The class of every row: the place of the largest output, or 0 or 1 by the threshold of a single one. */
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

/** A session over all rows of a data set as one batch, loaded. */
function openBatch(
  engine: Engine,
  data: Dataset,
  purpose: "train" | "gradients",
  training: boolean,
): Session {
  const session = new Session(engine, data, { purpose, batch: data.x.rows, windowBytes: 0, training });
  session.window.orderInSequence();
  completeSync(session.load(0));
  return session;
}

/** A batch without its padding. */
function readBatch(engine: Engine, { rows, cols, address, stride }: Matrix): Float32Array {
  const values = new Float32Array(rows * cols);
  for (let r = 0; r < cols; r++) values.set(engine.core.arena.floatsAt(address + r * stride, rows), r * rows);
  return values;
}

/**
 * The loss and its gradients over all rows as one batch, without an update.
 * @param training true if layers act as in the next training step.
 */
export function gradients(engine: Engine, data: Dataset, training: boolean): Gradients {
  const session = openBatch(engine, data, "gradients", training);
  try {
    session.run(engine.progress.step, 0, 1);
    const [loss] = session.results.losses(0, 1);
    const { layers, gradients } = session.plan;
    const trained = layers.map((layer) => layer.gradients);
    const parameters: ParameterArrays = readParameters(engine, { ...gradients, layers: trained });
    return { ...parameters, loss, inputs: readBatch(engine, layers[0].dInput as Matrix) };
  } finally {
    session.dispose();
  }
}

/**
 * Makes one update from all rows as one batch. Nothing changes unless the loss is finite.
 * @returns the loss before it. @throws DivergenceError
 */
export function trainOnBatch(engine: Engine, data: Dataset): number {
  const session = openBatch(engine, data, "train", true);
  const { spec, progress, store, core } = engine;
  const { program, rates, results } = session;
  const statistics = () => core.arena.floatsOf(store.buffers);
  const before = statistics().slice();
  try {
    rates.set(spec, progress, 0, 1, progress.step);
    const isLbfgs = spec.optimizer.type === "lbfgs";
    if (isLbfgs) completeSync(new Lbfgs(engine, session, core).update(progress.step, 0, 1));
    else program.runToLoss(progress.step);
    const [loss] = results.losses(0, 1);
    if (!Number.isFinite(loss)) {
      statistics().set(before);
      throw new DivergenceError(
        `The loss of this batch is ${loss} and no update was made: lower the learningRate or scale the inputs to about -1 to 1.`,
      );
    }
    if (!isLbfgs) program.runFromLoss(progress.step);
    progress.step++;
    return loss;
  } finally {
    session.dispose();
  }
}
