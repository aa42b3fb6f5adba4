import { hasOwn } from "../model/check.js";
import { lastActivation, outputsOf } from "../model/spec.js";
import { type Functions, nameOf, onlyOf } from "./losses.js";
import { refuse } from "./refusal.js";
import type { Translation } from "./translation.js";
import type { DataType, Identifier, Measure, Model } from "./types.js";

/** Outputs and targets of one batch, row by row. */
export interface Compared {
  outputs: Float32Array;
  targets: Float32Array;
  rows: number;
  /** The kind of the targets in TensorFlow.js. */
  dtype: DataType;
  /** Outputs of a row. */
  width: number;
}

/** A metric of one batch; "hits" for the share of rows whose largest output is that of the class, which the core counts. */
export type BatchMetric = "hits" | ((compared: Compared) => number);

/** The place of the largest value of a row, of equal ones the first. */
function largestOf(values: Float32Array, first: number, width: number): number {
  let best = 0;
  for (let c = 1; c < width; c++) if (values[first + c] > values[first + best]) best = c;
  return best;
}

/** The mean of a function of each row. */
function meanOfRows({ rows }: Compared, value: (row: number) => number): number {
  let sum = 0;
  for (let r = 0; r < rows; r++) sum += value(r);
  return sum / rows;
}

/** The mean of a function of each output and its target. */
function meanOfOutputs({ outputs, targets }: Compared, value: (a: number, y: number) => number): number {
  let sum = 0;
  for (let i = 0; i < outputs.length; i++) sum += value(outputs[i], targets[i]);
  return sum / outputs.length;
}

/** Metrics of targets that have a value for each output, by the names of TensorFlow.js. */
const OF_OUTPUTS: Readonly<Record<string, Exclude<BatchMetric, string>>> = {
  binaryAccuracy: (c) => meanOfOutputs(c, (a, y) => Number(Number(a > 0.5) === y)),
  categoricalAccuracy: (c) =>
    meanOfRows(c, (r) =>
      Number(largestOf(c.outputs, r * c.width, c.width) === largestOf(c.targets, r * c.width, c.width)),
    ),
  meanSquaredError: (c) => meanOfOutputs(c, (a, y) => (a - y) ** 2),
  meanAbsoluteError: (c) => meanOfOutputs(c, (a, y) => Math.abs(a - y)),
};

/** Metrics of targets that are class indices. */
const OF_CLASSES: Readonly<Record<string, Exclude<BatchMetric, string>>> = {
  sparseCategoricalAccuracy: (c) =>
    meanOfRows(c, (r) => Number(largestOf(c.outputs, r * c.width, c.width) === c.targets[r])),
};

/** The name of the metric that "accuracy" stands for, by the outputs and the loss. */
function accuracyOf(width: number, loss: Identifier | undefined): string {
  if (width === 1 || loss === "binaryCrossentropy") return "binaryAccuracy";
  return loss === "sparseCategoricalCrossentropy" ? "sparseCategoricalAccuracy" : "categoricalAccuracy";
}

/**
 * The metrics of a compiled model with one output, in order. The frequent ones are computed here, the others by their
 * functions in TensorFlow.js.
 * @param call computes a metric by its function in TensorFlow.js.
 */
export function metricsOf(
  model: Model,
  { spec, isSparse }: Translation,
  functions: Functions,
  call: (metric: Measure, compared: Compared) => number,
): BatchMetric[] {
  const [output] = model.outputNames;
  const width = outputsOf(spec);
  // Of other outputs, several can round to the same largest value.
  const countsHits = lastActivation(spec) === "softmax" && !isSparse;
  const [loss] = onlyOf(model.loss, output);
  const given = onlyOf(model.metrics, output);
  if (given.length !== model.metricsTensors.length) refuse("metrics of several outputs");
  const known = isSparse ? OF_CLASSES : OF_OUTPUTS;
  return model.metricsTensors.map(([metric], i) => {
    const identifier = given[i];
    const isAccuracy = identifier === "accuracy" || identifier === "acc";
    const name = isAccuracy ? accuracyOf(width, loss) : nameOf(identifier, functions.metrics);
    if (name === "categoricalAccuracy" && countsHits) return "hits";
    return name && hasOwn(known, name) ? known[name] : (compared) => call(metric, compared);
  });
}
