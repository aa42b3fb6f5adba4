import { SpecError } from "../errors.js";
import { checkKeys, checkName, checkNumber, checkWhole, list, show, whole } from "../model/check.js";
import { ACTIVATIONS, type ActivationName } from "../model/names.js";
import type { Decide } from "./classification.js";
import { type ColumnKindName, KIND_NAMES } from "./columns/index.js";
import { DECIMALS, type Decimal } from "./number-text.js";
import type { Recipe, RecipeName } from "./recipes.js";
import { RECIPES } from "./recipes.js";

/** Options of Classifier and Regressor. Each has a default but `target`, which fit(x, y) does not need. */
export interface EstimatorOptions<T = string | readonly string[]> {
  /** The column to predict, or several. */
  target?: T | undefined;
  /** The names of the columns, where rows are arrays. */
  names?: readonly string[] | undefined;
  /** Kinds of columns by name: "number", "category", "date", "text" or "ignore". Default: by the types of their values. */
  columns?: Readonly<Record<string, ColumnKindName>> | undefined;
  /** Texts and numbers that stand for a missing value. Default: only null, undefined, NaN and the empty text do. */
  missing?: readonly (string | number)[] | undefined;
  /** The mark before the decimals of numbers in the text of a CSV file: "," reads 3,14. Default ".". */
  decimal?: Decimal | undefined;
  /** Levels of a category that get an input each, the most frequent ones. Default 100. */
  maxLevels?: number | undefined;
  /** Inputs of a column of text. Default 512. */
  features?: number | undefined;
  /** The column of groups, such as patients: validation rows are whole groups. It is no input. */
  groups?: string | undefined;
  /** The column of numbers or dates that orders the rows: the latest are validation rows. */
  time?: string | undefined;
  /** A whole number of at least 0 that determines everything random. Default 0. */
  seed?: number | undefined;
  /** How networks are made and trained: "starts", "realmlp" or "lbfgs". Default: by the number of rows. */
  recipe?: RecipeName | undefined;
  /** Networks whose predictions are averaged. Default: of the recipe. */
  members?: number | undefined;
  /** Units of each hidden layer. Default: of the recipe. */
  hidden?: readonly number[] | undefined;
  /** Activation of hidden layers. Default: of the recipe. */
  activation?: ActivationName | undefined;
  /** Default: of the recipe. */
  epochs?: number | undefined;
  /** Rows per update. Default: of the recipe. */
  batchSize?: number | undefined;
  /** Default: of the recipe. */
  learningRate?: number | undefined;
  /** Share of the rows, from 0 to 0.5, that each member is validated on. Default: of the recipe. */
  validation?: number | undefined;
  /** Bins of each column of numbers, which help networks to learn steps; 0 for none. Default: of the recipe. */
  bins?: number | undefined;
}

/** Options of Classifier. */
export interface ClassifierOptions<T = string | readonly string[]> extends EstimatorOptions<T> {
  /** "balanced" divides probabilities by the shares of the classes before it decides. Default "probable". */
  decide?: Decide | undefined;
  /** Share of each target that is spread over all classes in training. Default: of the recipe. */
  labelSmoothing?: number | undefined;
  /**
   * Parts of the rows by which epochs and temperature are found before the members train on all rows; 0 for none, as where
   * there are validation rows. Default: of the recipe.
   */
  tuningFolds?: number | undefined;
}

/** Options of Regressor. */
export interface RegressorOptions<T = string | readonly string[]> extends EstimatorOptions<T> {
  /** "log" learns the logarithm of the target, for positive targets of several orders of magnitude. Default "none". */
  transform?: "none" | "log" | undefined;
  /** True to keep predictions in the range of the training rows. Default true. */
  clamp?: boolean | undefined;
}

/** Checked options, as plain data. */
export interface EstimatorSpec {
  targets: string[] | undefined;
  isSeveral: boolean;
  names: string[] | undefined;
  columns: Record<string, ColumnKindName>;
  missing: (string | number)[];
  /** Absent from files of older versions. */
  decimal?: Decimal | undefined;
  maxLevels: number;
  features: number;
  groups: string | undefined;
  time: string | undefined;
  seed: number;
  recipe: Partial<Omit<Recipe, "name">> & { name: RecipeName | undefined };
  /** Of Classifier. */
  decide?: Decide;
  /** Of Regressor. */
  transform?: "none" | "log";
  /** Of Regressor. */
  clamp?: boolean;
}

const name = { check: (value: unknown, what: string): string => checkText(value, what) };

function checkText(value: unknown, what: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new SpecError(`${what} is ${show(value)}: give the name of a column.`);
}

const optional = <T>(value: unknown, check: (value: unknown) => T): T | undefined =>
  value === undefined ? undefined : check(value);

function checkNames(given: unknown): string[] {
  const names = list(name).check(given, "names");
  const twice = names.find((column, i) => names.indexOf(column) < i);
  if (twice === undefined) return names;
  throw new SpecError(`names has ${show(twice)} twice: give each column a name of its own.`);
}

function checkTargets(target: unknown): string[] | undefined {
  if (target === undefined) return undefined;
  if (!Array.isArray(target)) return [checkText(target, "target")];
  const names = list(name).check(target, "target");
  if (names.length > 0 && new Set(names).size === names.length) return names;
  throw new SpecError(`target has ${names.length} names, some twice or none: name each target once.`);
}

function checkColumns(columns: unknown): Record<string, ColumnKindName> {
  const given =
    columns === undefined
      ? {}
      : checkKeys<Record<string, unknown>>(columns, Object.keys(columns as object), "columns");
  return Object.fromEntries(
    Object.entries(given).map(([column, kind]) => [
      column,
      checkName(kind, KIND_NAMES, `kind of column ${show(column)}`),
    ]),
  );
}

const missingValue = {
  check(value: unknown, what: string): string | number {
    if (typeof value === "string" || typeof value === "number") return value;
    throw new SpecError(
      `${what} is ${show(value)}: give the text or the number that stands for a missing value.`,
    );
  },
};

const KEYS: readonly (keyof EstimatorOptions)[] = [
  "target",
  "names",
  "columns",
  "missing",
  "decimal",
  "maxLevels",
  "features",
  "groups",
  "time",
  "seed",
  "recipe",
  "members",
  "hidden",
  "activation",
  "epochs",
  "batchSize",
  "learningRate",
  "validation",
  "bins",
];

/** Checks the options that both estimators have. @param own names of the others. @throws SpecError */
export function checkEstimator(options: unknown, own: readonly string[], what: string): EstimatorSpec {
  const given = checkKeys<EstimatorOptions & { labelSmoothing?: number; tuningFolds?: number }>(
    options,
    [...KEYS, ...own],
    what,
  );
  const { groups, time } = given;
  if (groups !== undefined && time !== undefined) {
    throw new SpecError("groups and time were both given: choose what validation rows are taken by.");
  }
  const atLeast = (least: number, what: string) => (value: unknown) => checkWhole(value, least, what);
  const recipe = {
    name: optional(given.recipe, (value) => checkName(value, RECIPES, "recipe")),
    members: optional(given.members, atLeast(1, "members")),
    hidden: optional(given.hidden, (value) => list(whole()).check(value, "hidden")),
    activation: optional(given.activation, (value) => checkName(value, ACTIVATIONS, "activation")),
    epochs: optional(given.epochs, atLeast(1, "epochs")),
    batchSize: optional(given.batchSize, atLeast(1, "batchSize")),
    learningRate: optional(given.learningRate, (value) => checkNumber(value, 0, Infinity, "learningRate")),
    validation: optional(given.validation, (value) => checkNumber(value, 0, 0.5001, "validation")),
    bins: optional(given.bins, atLeast(0, "bins")),
    tuningFolds: optional(given.tuningFolds, atLeast(0, "tuningFolds")),
    labelSmoothing: optional(given.labelSmoothing, (value) => checkNumber(value, 0, 1, "labelSmoothing")),
  };
  if (recipe.tuningFolds === 1) throw new SpecError("tuningFolds is 1: give 0 for none, or at least 2.");
  const chosen = Object.entries(recipe).filter(([, value]) => value !== undefined);
  return {
    targets: checkTargets(given.target),
    isSeveral: Array.isArray(given.target),
    names: optional(given.names, checkNames),
    columns: checkColumns(given.columns),
    missing: optional(given.missing, (value) => list(missingValue).check(value, "missing")) ?? [],
    decimal: optional(given.decimal, (value) => checkName(value, DECIMALS, "decimal")),
    maxLevels: checkWhole(given.maxLevels ?? 100, 2, "maxLevels"),
    features: checkWhole(given.features ?? 512, 1, "features"),
    groups: optional(groups, (value) => checkText(value, "groups")),
    time: optional(time, (value) => checkText(value, "time")),
    seed: checkWhole(given.seed ?? 0, 0, "seed"),
    recipe: Object.fromEntries(chosen) as EstimatorSpec["recipe"],
  };
}
