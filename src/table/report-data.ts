import type { History } from "../record/history.js";
import { type ColumnPlan, describePlan } from "./columns/index.js";
import type { Recipe, Task } from "./recipes.js";

/** Part of a report about one target. */
export interface TargetReport<M> {
  name: string;
  /** Measures of rows that the networks which predicted them were not trained on; undefined if there are none. */
  measures: M | undefined;
  /** Advice. */
  notes: string[];
  /** The loss curves of each member. */
  histories: History[];
}

/** The contents of a report. */
export interface ReportData<M> {
  task: Task;
  rows: number;
  /** Inputs of the networks. */
  inputs: number;
  columns: readonly ColumnPlan[];
  recipe: Recipe;
  /** Where the measures come from: "5 folds", "validation rows" and so on; "nothing" without measures. */
  measuredBy: string;
  targets: TargetReport<M>[];
  /** Wall time of fit. */
  seconds: number;
  /** True if a callback or a signal ended fit before its time. */
  isCut: boolean;
}

/** A number with its noun. */
export const count = (n: number, noun: string): string =>
  `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;

/** A recipe in a line. */
export function describeRecipe(recipe: Recipe): string {
  const {
    name,
    members,
    hidden,
    activation,
    epochs,
    batchSize,
    learningRate,
    validation,
    labelSmoothing,
    bins,
    tuningFolds,
  } = recipe;
  const layers = hidden.length > 0 ? `${hidden.join("-")} ${activation}` : "no hidden layer";
  const share = validation > 0 ? `, each validated on its own ${Math.round(100 * validation)} %` : "";
  const rounds = count(epochs, "epoch");
  const training = tuningFolds > 0 ? `up to ${rounds}, chosen by ${tuningFolds} folds` : rounds;
  const batches = name === "lbfgs" ? "full batches" : `batches of ${batchSize}`;
  const smoothing = labelSmoothing > 0 ? `, label smoothing ${labelSmoothing}` : "";
  const inBins = bins > 0 ? `, numbers in ${bins} bins` : "";
  return `${name}: ${count(members, "network")} of ${layers}, ${training}, ${batches}, learning rate ${learningRate}${smoothing}${inBins}${share}`;
}

/** The name of a column in one line. */
const nameOf = (name: string): string => JSON.stringify(name).slice(1, -1).slice(0, 60);

/** Notes that are shown, at most. */
const MOST_NOTES = 10;

/** A line for each column with its kind, at most `most` of them, and notes about those that may be something else. */
export function describeColumns(columns: readonly ColumnPlan[], most = 40): string[] {
  const width = Math.min(Math.max(...columns.map(({ name }) => name.length)), 30);
  const lines = columns
    .slice(0, most)
    .map((plan) => `  ${nameOf(plan.name).padEnd(width)}  ${describePlan(plan)}`);
  const rest = columns.length > most ? [`  and ${columns.length - most} more`] : [];
  const notes = columns.filter(({ advice }) => advice !== undefined).slice(0, MOST_NOTES);
  return [...lines, ...rest, ...notes.map(({ name, advice }) => `note: ${nameOf(name)} ${advice}`)];
}
