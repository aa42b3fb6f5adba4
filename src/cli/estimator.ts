import { numberIn } from "../table/number-text.js";
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

/** A column to predict. */
export interface Target {
  name: string;
  values: ColumnValues;
}

/** Everything about a model but its rows. */
export interface Aim {
  /** The names of the targets. */
  targets: readonly string[];
  task: Task;
}

/** A table to learn from. */
export interface Subject {
  table: Table;
  targets: readonly Target[];
  task: Task;
}

export const aimOf = ({ targets, task }: Subject): Aim => ({
  targets: targets.map(({ name }) => name),
  task,
});

/** The one task of all targets. @throws UsageError for targets of several */
function commonTask(targets: readonly Target[]): Task {
  const tasks = targets.map(({ values }) => taskOf(values));
  const odd = tasks.findIndex((task) => task !== tasks[0]);
  if (odd < 0) return tasks[0];
  const describe = (i: number) =>
    `${JSON.stringify(targets[i].name)}, ${tasks[i] === "classification" ? "which has classes" : "which is a number"}`;
  throw new UsageError(
    `--target is ${describe(0)}, and ${describe(odd)}: train a model for each, or say --task for both.`,
  );
}

/** Reads the table of train and compare. @throws UsageError without --target; Failure naming file and line */
export async function readSubject(path: string, options: Options): Promise<Subject> {
  const { target: targets, columns = {}, missing } = options;
  const source = new Source(path, options.format, options.decimal);
  if (targets === undefined) {
    throw new UsageError(`--target is missing: name the column to predict, as in --target species.`);
  }
  // Dates, texts and categories are read as they are written: 01 is no 1.
  const texts = new Set(Object.keys(columns).filter((name) => columns[name] !== "number"));
  const hasLabels = options.task === "classification";
  const table = await readTable(source, { targets, hasLabels, missing, texts });
  const found = table.targets.map((name) => ({ name, values: table.columns.get(name) as ColumnValues }));
  const task = options.task ?? commonTask(found);
  if (task === "regression") for (const target of found) checkNumbers(table, target);
  return { table, targets: found, task };
}

/** @throws Failure for a target that has not a number in each row. */
function checkNumbers({ source, lines }: Table, { name, values }: Target): void {
  if (values instanceof Float64Array) return;
  const row = values.findIndex((value) => typeof value !== "number");
  throw new Failure(
    `${source.name}, ${placeOf(source, lines[row])}, column ${JSON.stringify(name)} is ${JSON.stringify(values[row])}: --task regression needs a number in each row.`,
  );
}

/** The texts that stand for a missing value, and the numbers that they are. */
const missingOf = (texts: readonly string[]): (string | number)[] =>
  texts.flatMap((text) => {
    const number = numberIn(text);
    return number === undefined ? [text] : [text, number];
  });

/** An estimator for a target. @param changes of the options, for a model to compare with. */
export async function estimatorFor(
  { targets, task }: Aim,
  options: Options,
  changes: EstimatorOptions = {},
): Promise<AnyModel> {
  const { Classifier, Regressor } = await import("../table.js");
  const { decimal, columns, groups, time, recipe, seed, epochs, ensemble, transform, missing = [] } = options;
  const common = {
    ...{
      target: targets.length > 1 ? targets : targets[0],
      decimal,
      columns,
      groups,
      time,
      recipe,
      seed,
      epochs,
    },
    ...{ members: ensemble, missing: missingOf(missing) },
    ...changes,
  };
  if (task === "regression") return asAny(new Regressor({ ...common, transform }));
  if (transform === undefined) return asAny(new Classifier(common));
  throw new UsageError("--transform is of numbers, and the target has classes: leave it out.");
}

/** Options of a linear model: networks without hidden layers, trained to the end by L-BFGS. */
export const LINEAR: EstimatorOptions = {
  recipe: "lbfgs",
  hidden: [],
  members: 1,
  epochs: 100,
};
