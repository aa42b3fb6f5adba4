import { numberIn } from "../table/csv.js";
import type { EstimatorOptions } from "../table.js";
import type { Options } from "./command.js";
import { Failure, UsageError } from "./failure.js";
import { placeOf } from "./input/rows.js";
import { Source } from "./input/source.js";
import { type ColumnValues, readTable, type Table } from "./input/table.js";
import { type AnyModel, asAny } from "./model.js";

/** Kind of prediction: one of some classes, or a number. */
export type Task = "classification" | "regression";

/** Whole numbers of at most so many different values are classes, unless --task says otherwise. */
const MOST_CLASSES = 20;

/** The task that a target is for: classes for texts and for few whole numbers. */
export function taskOf(values: ColumnValues): Task {
  if (!(values instanceof Float64Array)) return "classification";
  const distinct = new Set<number>();
  for (const value of values) {
    distinct.add(value);
    if (distinct.size > MOST_CLASSES || !Number.isInteger(value)) return "regression";
  }
  return "classification";
}

/** A table to learn from. */
export interface Subject {
  table: Table;
  target: string;
  values: ColumnValues;
  task: Task;
}

/** Reads the table of train and compare. @throws UsageError without --target; Failure naming file and line */
export async function readSubject(path: string, options: Options): Promise<Subject> {
  const { target, columns = {}, missing } = options;
  const source = new Source(path, options.format);
  if (target === undefined) {
    throw new UsageError(`--target is missing: name the column to predict, as in --target species.`);
  }
  // Dates, texts and categories are read as they are written: 01 is no 1.
  const texts = new Set(Object.keys(columns).filter((name) => columns[name] !== "number"));
  if (options.task === "classification") texts.add(target);
  const table = await readTable(source, { target, missing, texts });
  const values = table.columns.get(target) as ColumnValues;
  const task = options.task ?? taskOf(values);
  if (task === "regression" && !(values instanceof Float64Array)) {
    const row = (values as unknown[]).findIndex((value) => typeof value !== "number");
    throw new Failure(
      `${source.name}, ${placeOf(source, table.lines[row])}, column ${JSON.stringify(target)} is ${JSON.stringify(values[row])}: --task regression needs a number in each row.`,
    );
  }
  return { table, target, values, task };
}

/** The texts that stand for a missing value, and the numbers that they are. */
const missingOf = (texts: readonly string[]): (string | number)[] =>
  texts.flatMap((text) => {
    const number = numberIn(text);
    return number === undefined ? [text] : [text, number];
  });

/** An estimator for a target. @param changes of the options, for a model to compare with. */
export async function estimatorFor(
  { target, task }: Pick<Subject, "target" | "task">,
  options: Options,
  changes: EstimatorOptions<string> = {},
): Promise<AnyModel> {
  const { Classifier, Regressor } = await import("../table.js");
  const { columns, groups, time, recipe, seed, epochs, ensemble, transform, missing = [] } = options;
  const common = {
    ...{ target, columns, groups, time, recipe, seed, epochs },
    ...{ members: ensemble, missing: missingOf(missing) },
    ...changes,
  };
  if (task === "regression") return asAny(new Regressor({ ...common, transform }));
  if (transform === undefined) return asAny(new Classifier(common));
  throw new UsageError("--transform is of numbers, and the target has classes: leave it out.");
}

/** Options of a linear model: networks without hidden layers, trained to the end by L-BFGS. */
export const LINEAR: EstimatorOptions<string> = {
  recipe: "lbfgs",
  hidden: [],
  members: 1,
  epochs: 100,
};
