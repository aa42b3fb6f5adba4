import { DivergenceError, ShapeError } from "../errors.js";
import type { Matrix } from "../program/matrix.js";
import { show } from "../spec/check.js";
import { endsInLogits, type NetworkSpec, outputLayer, picksLargest } from "../spec/spec.js";
import { type Table, tagOf } from "./data.js";
import type { Engine } from "./engine.js";
import { FORWARD_BATCH, FORWARD_WINDOW } from "./evaluation.js";
import { runAtOnce } from "./pace.js";
import { type ParameterArrays, readParameters } from "./parameters.js";
import { Session } from "./session.js";
import type { Dataset } from "./targets.js";

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

/** The outputs for every row of x, row by row. */
export function predict(engine: Engine, x: Table, given?: unknown): Float32Array {
  const { units } = outputLayer(engine.spec);
  const out = given === undefined ? new Float32Array(x.rows * units) : checkOut(given, x.rows * units);
  const batch = Math.min(FORWARD_BATCH, x.rows);
  const session = new Session(engine, { purpose: "predict", x, batch, windowBytes: FORWARD_WINDOW });
  try {
    session.orderInSequence();
    const { rows: windowRows, predictions } = session.plan;
    for (let first = 0; first < x.rows; first += windowRows) {
      const count = Math.min(windowRows, x.rows - first);
      runAtOnce(session.load(first, count));
      session.run(0, 0, session.period);
      out.set(engine.core.arena.floatsAt(predictions.address, count * units), first * units);
    }
  } finally {
    session.dispose();
  }
  return out;
}

/** The class of every row: the place of the largest output, or 0 or 1 by the threshold of a single one. */
export function classesOf(spec: NetworkSpec, outputs: Float32Array): Int32Array {
  const { units } = outputLayer(spec);
  const classes = new Int32Array(outputs.length / units);
  if (units === 1 && !picksLargest(spec)) {
    const threshold = endsInLogits(spec) ? 0 : 0.5;
    return classes.map((_, r) => Number(outputs[r] > threshold));
  }
  return classes.map((_, r) => {
    const row = outputs.subarray(r * units, (r + 1) * units);
    return row.reduce((best, value, c) => (value > row[best] ? c : best), 0);
  });
}

/** A session over all rows of a data set as one batch, loaded. */
function openBatch(engine: Engine, data: Dataset, purpose: "train" | "gradients"): Session {
  const batch = data.x.rows;
  const session = new Session(engine, { purpose, ...data, batch, windowBytes: 0 });
  session.orderInSequence();
  runAtOnce(session.load(0, batch));
  return session;
}

/** A batch without its padding. */
function readBatch(engine: Engine, { rows, cols, address, stride }: Matrix): Float32Array {
  const values = new Float32Array(rows * cols);
  for (let r = 0; r < cols; r++) values.set(engine.core.arena.floatsAt(address + r * stride, rows), r * rows);
  return values;
}

/** The loss and its gradients over all rows as one batch, without an update. */
export function gradients(engine: Engine, data: Dataset): Gradients {
  const session = openBatch(engine, data, "gradients");
  try {
    session.run(0, 0, 1);
    const [loss] = session.losses(0, 1);
    const inputs = readBatch(engine, session.plan.d[0]);
    const parameters: ParameterArrays = readParameters(engine, session.plan.gradients);
    return { ...parameters, loss, inputs };
  } finally {
    session.dispose();
  }
}

/** One update from all rows as one batch; the loss before it. Nothing changes unless the loss is finite. */
export function trainOnBatch(engine: Engine, data: Dataset): number {
  const session = openBatch(engine, data, "train");
  try {
    session.setRate(engine.spec.optimizer.learningRate);
    const loss = session.runToLoss();
    if (!Number.isFinite(loss)) {
      throw new DivergenceError(
        `The loss of this batch is ${loss} and no update was made: lower the learningRate or scale the inputs to about -1 to 1.`,
      );
    }
    session.runFromLoss(engine.step);
    engine.step++;
    return loss;
  } finally {
    session.dispose();
  }
}
