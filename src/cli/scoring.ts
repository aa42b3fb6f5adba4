import type { TableFitOptions } from "../table.js";
import type { Options } from "./command.js";
import { type Aim, estimatorFor, LINEAR, type Subject } from "./estimator.js";
import { UsageError } from "./failure.js";
import { recordOf, type Table, takeRows, withLines } from "./input/table.js";
import { type AnyModel, byTarget, factsOf } from "./model.js";
import type { Measures } from "./output/report.js";
import { splitRows } from "./split.js";

/** Tables with fewer rows are tested by folds, so that every row is tested. */
const FEW = 1000;
const FOLDS = 5;
const TEST = 0.2;

/** Rows that a linear model learns from, at most: more change it little. */
const MOST_FOR_LINEAR = 20_000;

/** How a model is tested. */
export interface Plan {
  /** Rows to train on. */
  training: Table;
  /** Rows that are kept for the test; undefined for folds, and without a test. */
  test: Table | undefined;
  /** Folds that test every row; 0 for none. */
  folds: number;
}

/** Decides how a model is tested: by folds if they are asked for or rows are few, otherwise by rows kept apart. */
export function planOf({ table, targets }: Subject, options: Options): Plan {
  const { folds, test, groups, time, seed = 0 } = options;
  const column = (name: string | undefined) => (name === undefined ? undefined : table.columns.get(name));
  const ofGroups = column(groups);
  const units = ofGroups ? new Set(ofGroups).size : table.rows;
  if (ofGroups && units < 2)
    throw new UsageError(`--groups is ${JSON.stringify(groups)}, which has one group: leave it out.`);
  if (folds !== undefined) return { training: table, test: undefined, folds };
  if (test === undefined && table.rows < FEW) {
    const parts = table.rows < 2 * FOLDS ? 0 : Math.min(FOLDS, units);
    return { training: table, test: undefined, folds: parts };
  }
  const share = test ?? TEST;
  if (share === 0) return { training: table, test: undefined, folds: 0 };
  const split = splitRows({ target: targets[0].values, groups: ofGroups, time: column(time) }, share, seed);
  return { training: takeRows(table, split.training), test: takeRows(table, split.test), folds: 0 };
}

/** Workers train networks on tables of so many rows; below, starting them takes longer than it saves. */
const LEAST_FOR_WORKERS = 2000;

/** Trains a model by a plan. */
export function fit(
  model: AnyModel,
  { training, folds }: Plan,
  options: Pick<TableFitOptions, "onEpoch" | "onPrepared" | "onCheckpoint" | "resume" | "signal">,
) {
  const worker = training.rows >= LEAST_FOR_WORKERS;
  return withLines(training, () => model.fit(recordOf(training), { ...options, folds, worker }));
}

/** Report of a fit of either estimator. */
export type FitReport = Awaited<ReturnType<typeof fit>>;

/** The measures of each target by a plan: of its test rows, or those of the report, from folds. */
export async function measuresOf(
  model: AnyModel,
  { test }: Plan,
  { data }: FitReport,
): Promise<(Measures | undefined)[]> {
  if (!test)
    return data.targets.map(({ measures }) => (data.measuredBy.endsWith("folds") ? measures : undefined));
  const measures = await withLines(test, () => model.evaluate(recordOf(test)));
  return byTarget<Measures>(factsOf(model), measures).map(([, of]) => of);
}

/** The measures of each target by a linear model on the same rows; undefined if a signal has ended its training. */
export async function linearMeasures(
  aim: Aim,
  plan: Plan,
  options: Options,
  signal: AbortSignal,
): Promise<(Measures | undefined)[] | undefined> {
  const { training, test } = plan;
  const share = MOST_FOR_LINEAR / training.rows;
  const values = training.columns.get(aim.targets[0]) ?? [];
  const few =
    share < 1 ? takeRows(training, splitRows({ target: values }, share, options.seed ?? 0).test) : training;
  const linear = await estimatorFor(aim, { ...options, epochs: undefined, ensemble: undefined }, LINEAR);
  const report = await fit(linear, { ...plan, training: test ? few : training }, { signal });
  const measures = await measuresOf(linear, plan, report);
  linear.dispose();
  return signal.aborted ? undefined : measures;
}
