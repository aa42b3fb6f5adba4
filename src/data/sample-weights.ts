import { ShapeError, SpecError } from "../errors.js";
import { checkFloat32, isPlain, show } from "../model/check.js";
import { isClassifier, type NetworkSpec, outputsOf, picksLargest } from "../model/spec.js";
import { FINITE, type ValueRange } from "../model/value-range.js";
import { type Dataset, tabulateDataset } from "./dataset.js";
import type { Numbers, Table } from "./table.js";
import { tabulateFlat } from "./tabulate.js";

/** Weight of the rows of each class index, or "balanced" to give every class the same total weight. */
export type ClassWeight = "balanced" | Readonly<Record<number, number>>;

const WEIGHT: ValueRange = {
  ...FINITE,
  least: 0,
  remedy: "a sample weight is a finite number of at least 0",
};

/** A weight that may be negative, where `allowNegative` says so. */
const SIGNED_WEIGHT: ValueRange = { ...FINITE, remedy: "a sample weight is a finite number" };

/** A row per weight. @param isSigned true if weights may be negative. */
const tableOf = (weights: Numbers, isSigned: boolean): Table =>
  tabulateFlat(weights, 1, "sampleWeight", () => "a weight is one value", isSigned ? SIGNED_WEIGHT : WEIGHT);

/** The class of every row. */
function classesOf(spec: NetworkSpec, { x, y, targets }: Dataset): Int32Array {
  const classes = new Int32Array(x.rows);
  if (targets === "classes") {
    y.copy(0, y.rows, classes, 0);
    return classes;
  }
  const row = new Float32Array(y.cols);
  const isChoice = picksLargest(spec);
  return classes.map((_, r) => {
    y.copy(r, 1, row, 0);
    if (!isChoice) return Number(row[0] > 0.5);
    return row.reduce((best, value, c) => (value > row[best] ? c : best), 0);
  });
}

/** The weight of each class. Balanced: rows / (classes · rows of the class), as in scikit-learn. */
function weightsOfClasses(given: ClassWeight, classes: Int32Array, count: number): number[] {
  if (given === "balanced") {
    const sizes = new Array<number>(count).fill(0);
    for (const label of classes) sizes[label]++;
    const present = sizes.filter((size) => size > 0).length;
    return sizes.map((size) => (size > 0 ? classes.length / (present * size) : 0));
  }
  if (!isPlain(given)) {
    throw new SpecError(
      `classWeight is ${show(given)}: give "balanced" or an object such as { 0: 1, 1: 5 }.`,
    );
  }
  const weights = new Array<number>(count).fill(1);
  for (const [label, weight] of Object.entries(given)) {
    // "0x0", "" and "1.0" are numbers too.
    if (!/^\d+$/.test(label) || String(Number(label)) !== label || Number(label) >= count) {
      throw new SpecError(
        `classWeight has a class ${show(label)}, but classes go from 0 to ${count - 1}: leave it out.`,
      );
    }
    weights[Number(label)] = checkFloat32(weight, 0, Infinity, `classWeight of class ${label}`);
  }
  return weights;
}

/** The weight of each row in loss and metrics; undefined if all are the same. @throws ShapeError, DataError */
function tabulateWeights(
  { x }: Dataset,
  sampleWeight: Numbers | undefined,
  isSigned: boolean,
): Table | undefined {
  if (sampleWeight === undefined) return undefined;
  const weights = tableOf(sampleWeight, isSigned);
  if (weights.rows !== x.rows) {
    throw new ShapeError(
      `sampleWeight has ${weights.rows} values but x has ${x.rows} rows: give one weight for each row.`,
    );
  }
  weights.check(0, x.rows);
  return weights;
}

/**
 * The same rows with their weights.
 * @param isSigned true if weights may be negative. Default false.
 * @throws ShapeError, DataError
 */
export function withWeights(data: Dataset, sampleWeight?: Numbers, isSigned = false): Dataset {
  const { x, y, targets } = data;
  // Field by field: V8 adds names to a spread slowly, and trainOnBatch comes here in every call.
  return { x, y, targets, weights: tabulateWeights(data, sampleWeight, isSigned), isSigned };
}

/**
 * Rows as [x, y] or [x, y, sampleWeight].
 * @param what how messages call them. @param isSigned true if weights may be negative. Default false.
 * @throws SpecError, ShapeError, DataError
 */
export function tabulateWeighted(spec: NetworkSpec, given: unknown, what: string, isSigned = false): Dataset {
  if (!Array.isArray(given) || given.length < 2 || given.length > 3) {
    throw new SpecError(`${what} is ${show(given)}: give [x, y] or [x, y, sampleWeight].`);
  }
  const [x, y, sampleWeight] = given;
  if (x === undefined || y === undefined) {
    throw new SpecError(
      `${what} has undefined as ${x === undefined ? "x" : "y"}: give [x, y] or [x, y, sampleWeight].`,
    );
  }
  return withWeights(tabulateDataset(spec, x, y), sampleWeight, isSigned);
}

/** The same rows, each weight times that of the row's class. @throws SpecError */
export function weighClasses(
  spec: NetworkSpec,
  data: Dataset,
  classWeight: ClassWeight | undefined,
): Dataset {
  if (classWeight === undefined) return data;
  const outputs = outputsOf(spec);
  if (!isClassifier(spec) || (outputs > 1 && !picksLargest(spec))) {
    throw new SpecError(
      "classWeight was given, but the outputs of this network are not one choice between classes: use sampleWeight.",
    );
  }
  const classes = classesOf(spec, data);
  const byClass = weightsOfClasses(classWeight, classes, Math.max(outputs, 2));
  const weights = new Float32Array(data.x.rows).fill(1);
  data.weights?.copy(0, weights.length, weights, 0);
  for (const [r, label] of classes.entries()) weights[r] *= byClass[label];
  const table = tableOf(weights, data.isSigned ?? false);
  // Both weights may be in range, and their product not.
  table.check(0, weights.length);
  return { ...data, weights: table };
}
