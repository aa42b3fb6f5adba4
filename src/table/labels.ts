import { DataError } from "../errors.js";
import { show } from "../model/check.js";
import { adviceOnTexts, textsOf } from "./columns/advice.js";
import type { Column } from "./columns/column.js";

/** Name of a class, of any of these types. */
export type Label = string | number | boolean | bigint;

/** The classes of a target: its labels as they were, in order of numbers or of text. */
export interface Labels {
  readonly name: string;
  readonly labels: readonly Label[];
  /** Training rows of each class. */
  readonly counts: readonly number[];
}

/** With more distinct labels than this, and than a quarter of the rows, a target does not divide rows into classes. */
const MANY = 50;

function labelAt(column: Column, row: number, isNumeric: boolean): Label {
  const value = column.at(row);
  if (value === undefined) {
    throw column.wrong(row, "it is the target, so give a label in each row, or leave such rows out");
  }
  const isLabel = ["string", "number", "boolean", "bigint"].includes(typeof value);
  if (!isLabel || value === Infinity || value === -Infinity) {
    throw column.wrong(row, "a label is text, a finite number, true or false");
  }
  return isNumeric && typeof value === "string" ? (column.numberIn(value) as number) : (value as Label);
}

/** True if all are fields of a text and numbers. */
function isNumericText(column: Column): boolean {
  if (!column.frame.isText) return false;
  for (let row = 0; row < column.rows; row++) {
    const value = column.at(row);
    // Targets beside a text need not be text.
    if (value !== undefined && (typeof value !== "string" || column.numberIn(value) === undefined))
      return false;
  }
  return true;
}

/** Orders numbers by size and text by the numbers of its characters, which no locale changes. */
function compare(a: Label, b: Label): number {
  return a < b ? -1 : Number(a > b);
}

/** The labels of a target. @throws DataError for labels of several types, missing ones, one class, or regression. */
export function labelsOf(column: Column): Labels {
  const { name } = column;
  const isNumeric = isNumericText(column);
  const labels = new Map<Label, number>();
  const counts = new Map<Label, number>();
  for (let row = 0; row < column.rows; row++) {
    const label = labelAt(column, row, isNumeric);
    if (!labels.has(label)) labels.set(label, row);
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const [first, ...others] = [...labels.keys()];
  const odd = others.find((label) => typeof label !== typeof first);
  if (odd !== undefined) {
    const row = labels.get(odd) as number;
    throw column.wrong(row, `other labels are like ${column.quote(0)}, so give labels of one type`);
  }
  if (labels.size < 2) {
    throw new DataError(
      `The target ${show(name)} is ${show(first)} in every row: a Classifier needs rows of at least 2 classes.`,
    );
  }
  if (labels.size > MANY && labels.size > column.rows / 4) {
    const advice = adviceOnTexts(textsOf(column), column.frame.decimal);
    const remedy =
      typeof first === "number"
        ? "use a Regressor"
        : advice === undefined
          ? "name another column, of which each label has several rows"
          : `it ${advice}`;
    throw new DataError(
      `The target ${show(name)} has ${labels.size} different labels in ${column.rows} rows: ${remedy}.`,
    );
  }
  const sorted = [first, ...others].sort(compare);
  return { name, labels: sorted, counts: sorted.map((label) => counts.get(label) ?? 0) };
}

/** The class index of each row. Numbers and their text are the same label. @throws DataError for an unknown label. */
export function classesOf({ labels }: Labels, column: Column): Int32Array {
  const places = new Map(labels.map((label, i) => [String(label), i]));
  return Int32Array.from({ length: column.rows }, (_, row) => {
    const label = labelAt(column, row, false);
    const number = typeof label === "string" ? column.numberIn(label) : label;
    const place = places.get(String(label)) ?? places.get(String(number));
    if (place !== undefined) return place;
    throw column.wrong(row, "no training row had this label, so leave such rows out");
  });
}
