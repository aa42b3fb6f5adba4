import { checkDataset, checkTable } from "../data/check.js";
import type { Dataset } from "../data/dataset.js";
import type { Table } from "../data/table.js";
import { tabulateFlat } from "../data/tabulate.js";
import { completeSync } from "../engine/scheduler.js";
import { lossKindOf } from "../model/losses.js";
import { outputsOf } from "../model/spec.js";
import { refuse } from "./refusal.js";
import { attempt, type Translation } from "./translation.js";
import type { DataType, Tensor } from "./types.js";

/** The values of a tensor, row by row. */
export interface Column {
  values: Float32Array;
  /** The shape of one row, and its number of values. */
  shape: readonly number[];
  width: number;
  dtype: DataType;
}

/** Rows of a model's inputs and targets, checked. */
export interface Rows extends Dataset {
  /** Inputs, targets and, if there are any, factors of the loss as TensorFlow.js has them. */
  columns: readonly [inputs: Column, targets: Column, ...factors: Column[]];
}

export const UNFIT = "values that are not finite or not in the range of the loss";

/** Says what a row must hold: nobody hears it, since TensorFlow.js has checked the shapes. */
const noMeaning = () => "";

/** The values of a tensor as float32. */
function floatsOf(values: ArrayLike<number>): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(values);
}

/** The values of some rows, one after the other. */
export function gatherRows({ values, width }: Column, rows: Int32Array): Float32Array {
  const gathered = new Float32Array(rows.length * width);
  for (let r = 0; r < rows.length; r++) {
    for (let i = 0; i < width; i++) gathered[r * width + i] = values[rows[r] * width + i];
  }
  return gathered;
}

/** A tensor and its values. */
function columnOf({ shape: [, ...shape], dtype }: Tensor, values: ArrayLike<number>): Column {
  const width = shape.reduce((product, size) => product * size, 1);
  return { values: floatsOf(values), shape, width, dtype: dtype as DataType };
}

/** The values of tensors, without waiting. @throws Refusal where the backend cannot do that. */
export function readSync(tensors: readonly Tensor[]): ArrayLike<number>[] {
  try {
    return tensors.map((tensor) => tensor.dataSync());
  } catch {
    return refuse("tensors that cannot be read at once");
  }
}

const TYPES: readonly DataType[] = ["float32", "int32", "bool"];

/** @throws Refusal unless a tensor has a shape and holds numbers. */
function checkShape({ shape, dtype }: Tensor, expected: readonly number[]): void {
  if (!TYPES.includes(dtype as DataType)) refuse(`${dtype} tensors`);
  if (shape.length !== expected.length || shape.some((size, axis) => size !== expected[axis])) {
    refuse("tensors of unusual shapes");
  }
  if (shape[0] === 0) refuse("no rows");
}

/** Inputs as a table, not checked yet. @throws Refusal */
function tabulateInputs({ spec, inputShape }: Translation, x: Tensor, values: ArrayLike<number>): Table {
  checkShape(x, [x.shape[0], ...inputShape]);
  return tabulateFlat(floatsOf(values), spec.inputs, "x", noMeaning);
}

/** Inputs as a table. @throws Refusal */
export function inputRows(translation: Translation, x: Tensor, values: ArrayLike<number>): Table {
  const table = tabulateInputs(translation, x, values);
  attempt(() => completeSync(checkTable(table)), UNFIT);
  return table;
}

/** Class indices as a table of int32. @throws Refusal for one that no output has. */
function tabulateClasses(values: Float32Array, classes: number): Table {
  const labels = Int32Array.from(values, Math.floor);
  if (!labels.every((label, r) => label >= 0 && label < classes && Number.isFinite(values[r]))) refuse(UNFIT);
  return tabulateFlat(labels, 1, "y", noMeaning);
}

/** Inputs, targets and, if there are any, factors of the loss as tables. @throws Refusal */
export function rowsOf(
  translation: Translation,
  tensors: readonly Tensor[],
  values: readonly ArrayLike<number>[],
): Rows {
  const [x, y] = tensors;
  const { spec, isSparse, tensorLoss } = translation;
  const outputs = outputsOf(spec);
  const width = isSparse ? 1 : outputs;
  const [rows] = x.shape;
  checkShape(y, isSparse && y.shape.length === 1 ? [rows] : [rows, width]);
  const columns = tensors.map((tensor, i) => columnOf(tensor, values[i])) as unknown as Rows["columns"];
  const [inputs, targets] = columns.map((column) => column.values);
  const isClasses = isSparse && !tensorLoss;
  // A loss that TensorFlow.js computes gets its class indices from the values, whatever the table holds.
  const table = isSparse ? new Float32Array(rows * outputs) : targets;
  const data: Rows = {
    x: tabulateInputs(translation, x, inputs),
    y: isClasses
      ? tabulateClasses(targets, outputs)
      : tabulateFlat(table, outputs, "y", noMeaning, lossKindOf(spec.loss).targets),
    targets: isClasses ? "classes" : "matrix",
    columns,
  };
  attempt(() => completeSync(checkDataset(data)), UNFIT);
  return data;
}
