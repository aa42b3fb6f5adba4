import { DataError, ShapeError } from "../errors.js";
import type { Targets } from "../program/plan.js";
import { count, show } from "../spec/check.js";
import { type NetworkSpec, outputLayer } from "../spec/spec.js";
import { FINITE, type Numbers, type Range, type Samples, type Table, tabulate } from "./data.js";

/** x and y, rows in step. */
export interface Dataset {
  x: Table;
  y: Table;
  targets: Targets;
}

const PROBABILITY: Range = {
  least: 0,
  most: 1,
  remedy: "a cross-entropy compares with targets from 0 to 1, so scale y or choose meanSquaredError",
};

/** One class index a row, as a table of int32. */
function tabulateClasses(y: Numbers, classes: number): Table {
  const labels = new Int32Array(y.length);
  for (let r = 0; r < y.length; r++) {
    const label: unknown = y[r];
    if (!Number.isInteger(label) || (label as number) < 0 || (label as number) >= classes) {
      throw new DataError(
        `y is ${show(label)} in row ${r} (from 0): a class index of this network is a whole number from 0 to ${classes - 1}, one for each unit of the last layer.`,
      );
    }
    labels[r] = label as number;
  }
  return tabulate(labels, 1, "y", "a class index is one value");
}

const isFlat = (y: unknown): y is Numbers =>
  ArrayBuffer.isView(y) || (Array.isArray(y) && typeof y[0] === "number");

/** Whether y is one class index a row: as long as x has rows, for a loss over classes. */
function isClasses(spec: NetworkSpec, y: unknown, rows: number): y is Numbers {
  return spec.loss === "categoricalCrossentropy" && isFlat(y) && y.length === rows;
}

/** The inputs of a network as a table. @throws ShapeError */
export function tabulateInputs(spec: NetworkSpec, x: Samples): Table {
  return tabulate(x, spec.inputs, "x", `the network has ${count(spec.inputs, "input")}`);
}

/**
 * Inputs and targets as tables of the same number of rows. y: a row of outputs for each row of x (flat or not), or
 * for categoricalCrossentropy one class index for each.
 * @throws ShapeError where sizes do not fit. @throws DataError for a class index out of range.
 */
export function tabulateDataset(spec: NetworkSpec, x: Samples, y: Samples): Dataset {
  const inputs = tabulateInputs(spec, x);
  const { units } = outputLayer(spec);
  if (isClasses(spec, y, inputs.rows)) return { x: inputs, y: tabulateClasses(y, units), targets: "classes" };
  if (spec.loss === "categoricalCrossentropy" && isFlat(y) && y.length !== inputs.rows * units) {
    throw new ShapeError(
      `x has ${count(inputs.rows, "row")} but y has ${count(y.length, "value")}: give one class index or ${units} outputs for each row of x.`,
    );
  }
  const range = spec.loss === "meanSquaredError" ? FINITE : PROBABILITY;
  const classes = spec.loss === "categoricalCrossentropy" ? " (or one class index a row)" : "";
  const targets = tabulate(y, units, "y", `the network has ${count(units, "output")}${classes}`, range);
  if (targets.rows !== inputs.rows) {
    throw new ShapeError(
      `x has ${count(inputs.rows, "row")} but y has ${targets.rows}: give one row of y for each row of x${classes}.`,
    );
  }
  return { x: inputs, y: targets, targets: "matrix" };
}
