import { FormatError } from "../errors.js";
import { excerpt, isRecord } from "../storage/untrusted.js";
import { KIND_NAMES } from "./columns/index.js";
import { DECIMALS } from "./number-text.js";
import type { EstimatorSpec } from "./options.js";
import type { Preparation } from "./preparation.js";
import type { Recipe, Task } from "./recipes.js";

/** Everything but the tensors, as JSON data. */
export interface FileContent<C> {
  task: Task;
  options: EstimatorSpec;
  preparation: Preparation;
  recipe: Recipe;
  /** Each target with the specs of its networks, as text. */
  heads: { name: string; coding: C; specs: string[] }[];
  report: string;
}

/** Checks of the JSON data in a file, which may be anything. Networks check themselves. */

function refuse(what: string, value: unknown, expected: string): never {
  throw new FormatError(`${what} of the model in the file is ${excerpt(value)}: ${expected}; save it again.`);
}

const isText = (value: unknown): boolean => typeof value === "string";
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);
const isFlag = (value: unknown): boolean => typeof value === "boolean";
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isNumbers = (value: unknown): boolean => Array.isArray(value) && value.every(isNumber);
const isMissing = (value: unknown): boolean =>
  Array.isArray(value) && value.every((entry) => isText(entry) || typeof entry === "number");
const isSize = (value: unknown): boolean =>
  isCount(value) && (value as number) > 0 && (value as number) < 2 ** 24;

type Checks = Readonly<Record<string, (value: unknown) => boolean>>;

/** The members of a plan by its kind. */
const PLANS: Readonly<Record<string, Checks>> = {
  number: {
    median: isNumber,
    scale: isNumber,
    hasIndicator: isFlag,
    least: isNumber,
    most: isNumber,
    knots: isNumbers,
  },
  category: { levels: isTexts, others: isCount, hasMissing: isFlag },
  date: {
    median: isNumber,
    scale: isNumber,
    hasWeek: isFlag,
    hasYear: isFlag,
    hasIndicator: isFlag,
    least: isNumber,
    most: isNumber,
  },
  text: { features: isSize },
  ignore: { reason: isText },
};

/** The members of a coding by its task. */
const CODINGS: Readonly<Record<string, Checks>> = {
  classification: {
    labels: (value) =>
      Array.isArray(value) &&
      value.length > 1 &&
      value.every((label) => ["string", "number", "boolean", "bigint"].includes(typeof label)),
    counts: (value) => Array.isArray(value) && value.every(isCount),
  },
  regression: {
    transform: (value) => value === "none" || value === "log",
    mean: isNumber,
    deviation: isNumber,
    center: isNumber,
    isSkewed: isFlag,
    range: (value) => value === null || (Array.isArray(value) && value.length === 2 && value.every(isNumber)),
  },
};

/** The members of a recipe that are read after training. */
const RECIPE: Checks = {
  name: isText,
  members: isSize,
  hidden: (value) => Array.isArray(value) && value.every(isSize),
  activation: isText,
  epochs: isCount,
  batchSize: isCount,
  learningRate: isNumber,
  validation: isNumber,
  labelSmoothing: isNumber,
  bins: isCount,
};

function checkMembers(data: Record<string, unknown>, checks: Checks, what: string): void {
  for (const [name, isRight] of Object.entries(checks)) {
    if (!isRight(data[name])) refuse(`${name} of ${what}`, data[name], "it should be as save wrote it");
  }
}

/** An object among the data. @throws FormatError */
function member(data: Record<string, unknown>, name: string): Record<string, unknown> {
  const value = data[name];
  return isRecord(value) ? value : refuse(name, value, "it should be an object");
}

function checkPlan(plan: unknown): void {
  const checks = isRecord(plan) ? PLANS[String(plan.kind)] : undefined;
  if (!isRecord(plan) || !checks || !KIND_NAMES.some((kind) => kind === plan.kind)) {
    refuse("A column", isRecord(plan) ? plan.kind : plan, `it should be one of ${KIND_NAMES.join(", ")}`);
  }
  const isAdvice = (value: unknown): boolean => value === undefined || isText(value);
  checkMembers(plan, { name: isText, advice: isAdvice, ...checks }, "a column");
}

/** The data of a file as it was written. @throws FormatError for anything else, naming what is wrong. */
export function checkContent(data: unknown): FileContent<unknown> {
  if (!isRecord(data)) refuse("The data", data, "it should be an object");
  const { task, heads, report } = data;
  const coding = CODINGS[String(task)];
  if (!isText(task) || !coding) refuse("The task", task, "it should be classification or regression");
  const preparation = member(data, "preparation");
  checkMembers(preparation, { missing: isMissing, columns: Array.isArray }, "the preparation");
  for (const plan of preparation.columns as unknown[]) checkPlan(plan);
  checkMembers(member(data, "recipe"), RECIPE, "the recipe");
  const options = member(data, "options");
  checkMembers(
    options,
    { seed: isCount, isSeveral: isFlag, missing: isMissing, columns: isRecord, recipe: isRecord },
    "the options",
  );
  if (options.decimal !== undefined && !DECIMALS.some((mark) => mark === options.decimal)) {
    refuse("decimal", options.decimal, 'it should be "." or ","');
  }
  if (options.names !== undefined && !isTexts(options.names)) refuse("names", options.names, "give texts");
  if (!isText(report)) refuse("The report", report, "it should be a text");
  if (!Array.isArray(heads) || heads.length === 0) refuse("heads", heads, "it should be a list");
  for (const head of heads) {
    if (!isRecord(head)) refuse("A target", head, "it should be an object");
    checkMembers(head, { name: isText, specs: isTexts }, "a target");
    if ((head.specs as string[]).length === 0) refuse("specs", "empty", "there should be a network");
    checkMembers(member(head, "coding"), coding, "a target");
  }
  return data as unknown as FileContent<unknown>;
}
