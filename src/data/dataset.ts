import { DataError, ShapeError } from "../errors.js";
import { checkNumber, plural, show } from "../model/check.js";
import { isOverClasses, lossKindOf } from "../model/losses.js";
import {
  isClassifier,
  lastActivation,
  type NetworkSpec,
  outputsOf,
  PIXEL_SCALE,
  picksLargest,
} from "../model/spec.js";
import type { ValueRange } from "../model/value-range.js";
import type { Targets } from "../program/request.js";
import type { Samples, Table } from "./table.js";
import { tabulate } from "./tabulate.js";
import { isFlat, type Numbers } from "./values.js";

/** Rows that steps run over: inputs, and targets except for predictions; weights if rows do not all count the same. */
export interface Rows {
  x: Table;
  y?: Table;
  targets?: Targets;
  weights?: Table;
  /** True if weights may be negative: means are then over rows. Default false. */
  isSigned?: boolean;
}

/** Rows with targets. */
export interface Dataset extends Rows {
  y: Table;
  targets: Targets;
}

/** One class index per row, as a table of int32. @throws DataError for anything else in y. */
function tabulateClasses(y: Numbers, classes: number): Table {
  const labels = new Int32Array(y.length);
  for (let r = 0; r < y.length; r++) {
    const label: unknown = y[r];
    if (!Number.isInteger(label) || (label as number) < 0 || (label as number) >= classes) {
      const isBig = typeof label === "bigint" ? ", and no BigInt: use Number(label)" : "";
      throw new DataError(
        `y is ${show(label)} in row ${r} (from 0): a class index of this network is a whole number from 0 to ${classes - 1}, one for each unit of the last layer${isBig}.`,
      );
    }
    labels[r] = label as number;
  }
  return tabulate(labels, 1, "y", () => "a class index is one value");
}

/** True if y is one class index a row: as many as x has rows, for a loss over classes. */
function isClasses(spec: NetworkSpec, y: unknown, rows: number): y is Numbers {
  return isOverClasses(spec.loss) && isFlat(y) && y.length === rows;
}

let hasWarned = false;

/** Says once that bytes are scaled, where they look like flags: those of pictures go up to 255. */
function warnOfFlags({ inputScale }: NetworkSpec, inputs: Table): void {
  if (hasWarned || inputScale !== PIXEL_SCALE || !inputs.isOfFlags) return;
  hasWarned = true;
  console.warn(
    "densely: no byte of x is above 1, and the values of a Uint8Array or Uint8ClampedArray x are divided by 255 as those of pictures: unless they are pixels, make the network with inputScale: 1 or give another kind of array.",
  );
}

/** The ranges of targets that were asked for. */
const ranges = new WeakMap<NetworkSpec, ValueRange>();

/** The range of targets, with what labels have to become. */
function targetRange(spec: NetworkSpec): ValueRange {
  const range = ranges.get(spec) ?? makeTargetRange(spec);
  ranges.set(spec, range);
  return range;
}

function makeTargetRange(spec: NetworkSpec): ValueRange {
  const isYesNo = isClassifier(spec) && !picksLargest(spec);
  const labels = isOverClasses(spec.loss) ? "class indices" : isYesNo ? "0 and 1" : "numbers";
  return { ...lossKindOf(spec.loss).targets, labels };
}

/** The inputs of a network as a table. @throws ShapeError */
export function tabulateInputs(spec: NetworkSpec, x: Samples): Table {
  return tabulate(x, spec.inputs, "x", () => `the network has ${plural(spec.inputs, "input")}`);
}

/**
 * Inputs and targets as tables of the same number of rows.
 * @param y a row of outputs for each row of x, flat or not; or one class index for each, for a loss over classes.
 * @throws ShapeError where sizes do not fit. @throws DataError for a class index out of range.
 */
export function tabulateDataset(spec: NetworkSpec, x: Samples, y: Samples): Dataset {
  const inputs = tabulateInputs(spec, x);
  warnOfFlags(spec, inputs);
  const outputs = outputsOf(spec);
  if (isClasses(spec, y, inputs.rows)) {
    return { x: inputs, y: tabulateClasses(y, outputs), targets: "classes" };
  }
  if (isOverClasses(spec.loss) && isFlat(y) && y.length !== inputs.rows * outputs) {
    throw new ShapeError(
      `x has ${plural(inputs.rows, "row")} but y has ${plural(y.length, "value")}: give one class index or ${outputs} outputs for each row of x.`,
    );
  }
  if (outputs > 1 && isFlat(y) && typeof y[0] === "number" && y.length === inputs.rows) {
    const isSoftmax = lastActivation(spec) === "softmax";
    const remedy = isSoftmax ? 'choose the loss "categoricalCrossentropy"' : 'end the network in "softmax"';
    throw new ShapeError(
      `y has one value for each of the ${plural(inputs.rows, "row")} of x, but the network has ${outputs} outputs: give ${outputs} values a row, or, for class indices, ${remedy}.`,
    );
  }
  const classes = isOverClasses(spec.loss) ? " (or one class index a row)" : "";
  const meaning = () => `the network has ${plural(outputs, "output")}${classes}`;
  const targets = tabulate(y, outputs, "y", meaning, targetRange(spec));
  if (targets.rows !== inputs.rows) {
    throw new ShapeError(
      `x has ${plural(inputs.rows, "row")} but y has ${targets.rows}: give one row of y for each row of x${classes}.`,
    );
  }
  return { x: inputs, y: targets, targets: "matrix" };
}

/** Some rows of a data set. */
export function sliceDataset(data: Dataset, first: number, rows: number): Dataset {
  const { x, y, weights } = data;
  return { ...data, x: x.slice(first, rows), y: y.slice(first, rows), weights: weights?.slice(first, rows) };
}

/** More than the rounding error of a share of rows, far less than a row. */
const ROUNDING = 1e-6;

/**
 * Splits off the last rows for validation.
 * @param share of the rows, from 0 to below 1. @throws SpecError, or ShapeError if either part would be empty.
 */
export function splitDataset(
  data: Dataset,
  share: number,
): [training: Dataset, validation: Dataset | undefined] {
  checkNumber(share, 0, 1, "validationSplit");
  if (share === 0) return [data, undefined];
  const { rows } = data.x;
  // 10 · (1 - 0.9) is less than 1 by a rounding error.
  const kept = Math.floor(rows * (1 - share) + ROUNDING);
  if (kept === 0 || kept === rows) {
    throw new ShapeError(
      `validationSplit ${share} of ${rows} rows leaves ${kept} for training and ${rows - kept} for validation: give more rows or another share.`,
    );
  }
  return [sliceDataset(data, 0, kept), sliceDataset(data, kept, rows - kept)];
}
