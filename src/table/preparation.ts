import { DataError } from "../errors.js";
import { show } from "../model/check.js";
import { Column, type ColumnSettings, type MissingValues } from "./columns/column.js";
import {
  type ColumnKindName,
  type ColumnPlan,
  inputsOf,
  medianOf,
  planColumn,
  type UsedPlan,
  writeInputs,
} from "./columns/index.js";
import { columnOf, type Frame, frameOfColumns } from "./frame.js";

/** How rows become inputs, as plain data: decided from training rows, replayed for every prediction. */
export interface Preparation {
  /** Texts and numbers that stand for a missing value. */
  missing: (string | number)[];
  /** Plan of each column, in the order of the table. */
  columns: ColumnPlan[];
}

/** Inputs of all rows, row by row. Bytes if every column is text. */
export interface Inputs {
  values: Float32Array | Uint8Array;
  rows: number;
  width: number;
}

/** Options of a preparation. */
export interface PreparationSettings extends ColumnSettings {
  missing: readonly (string | number)[];
  /** The kinds that the user gives columns. */
  kinds: ReadonlyMap<string, ColumnKindName>;
  /** Columns that are no inputs, with the reason: targets and groups. */
  reserved: ReadonlyMap<string, string>;
}

/** The columns that the model reads. */
export function usedColumns({ columns }: Preparation): UsedPlan[] {
  return columns.filter((plan) => plan.kind !== "ignore");
}

/** The names of all inputs in their order. */
export function inputNames(preparation: Preparation): string[] {
  return usedColumns(preparation).flatMap(inputsOf);
}

/** The set of missing values. Numbers stand for their fields of a text too. */
export function missingSet(missing: readonly (string | number)[]): MissingValues {
  return new Set<unknown>(missing.flatMap((value) => [value, String(value)]));
}

/**
 * Decides how rows become inputs, from training rows alone.
 * @throws DataError for mixed columns, values that no column can have, and a table in which no column says anything.
 */
export function prepare(frame: Frame, settings: PreparationSettings): Preparation {
  const { missing, kinds, reserved } = settings;
  for (const name of kinds.keys())
    columnOf({ ...frame, isSparse: false }, name, "which the option columns names");
  const isMissing = missingSet(missing);
  const columns: ColumnPlan[] = [];
  for (const [name, values] of frame.columns) {
    const reason = reserved.get(name);
    if (reason !== undefined) continue;
    columns.push(planColumn(new Column(name, frame, values, isMissing), kinds.get(name), settings));
  }
  const preparation = { missing: [...missing], columns };
  if (usedColumns(preparation).length > 0) return preparation;
  const reasons = columns.map((plan) =>
    [`${show(plan.name)}: ${plan.kind === "ignore" ? plan.reason : ""}`, plan.advice]
      .filter(Boolean)
      .join(", and it "),
  );
  throw new DataError(
    `No column of the table can be an input (${reasons.slice(0, 5).join("; ") || "it has none besides the target"}): give at least one that varies.`,
  );
}

/** Inputs of all rows. @throws DataError for values of another type than in training, and for missing columns. */
export function inputsFor(preparation: Preparation, frame: Frame): Inputs {
  const plans = usedColumns(preparation);
  const widths = plans.map((plan) => inputsOf(plan).length);
  const width = widths.reduce((sum, count) => sum + count, 0);
  const isBytes = plans.every(({ kind }) => kind === "text");
  const values = new (isBytes ? Uint8Array : Float32Array)(frame.rows * width);
  const isMissing = missingSet(preparation.missing);
  checkSomeKnown(plans, frame);
  let first = 0;
  plans.forEach((plan, i) => {
    const given = columnOf(frame, plan.name, "which the model was trained with");
    writeInputs(plan, new Column(plan.name, frame, given, isMissing), { values, stride: width }, first);
    first += widths[i];
  });
  return { values, rows: frame.rows, width };
}

/** @throws DataError for records with none of the columns, which are records of something else. */
function checkSomeKnown(plans: readonly UsedPlan[], frame: Frame): void {
  if (!frame.isSparse || plans.some(({ name }) => frame.columns.has(name))) return;
  const [given, known] = [[...frame.columns.keys()], plans.map(({ name }) => name)].map(
    (names) => names.slice(0, 10).map(show).join(", ") || "nothing",
  );
  throw new DataError(`The rows have ${given}, but the model reads ${known}: give rows with these names.`);
}

/** The median row: the median of numbers and dates, the most frequent level of categories, no text. */
export function medianRow(preparation: Preparation): Record<string, unknown> {
  return Object.fromEntries(usedColumns(preparation).map((plan) => [plan.name, medianOf(plan)]));
}

/** The inputs of the median row. */
export function medianInputs(preparation: Preparation): Inputs {
  const row = Object.entries(medianRow(preparation)).map(([name, value]) => [name, [value]]);
  return inputsFor(preparation, frameOfColumns(Object.fromEntries(row)));
}
