import { SpecError } from "../errors.js";
import { show } from "../model/check.js";
import type { Direction } from "../model/monitor.js";
import { canonical } from "../model/names.js";
import type { NetworkSpec } from "../model/spec.js";
import { Network } from "../network/network.js";
import { METRICS } from "../record/metrics.js";

/**
 * A model that these functions train and measure: a Network, or an estimator of densely/table. Its own types say what its
 * methods take.
 */
export interface Trainable {
  fit(x: never, y: never, options?: never): Promise<unknown>;
  predict(x: never): unknown;
  evaluate(x: never, y: never, options?: never): unknown;
  dispose?(): void;
  /** Of a network. */
  readonly spec?: unknown;
}

/** The same methods, as they are called here. */
interface Called {
  fit(x: unknown, y: unknown, options: object): Promise<unknown>;
  predict(x: unknown): unknown;
  evaluate(x: unknown, y: unknown, options?: object): unknown;
  checkpoint(): Uint8Array;
  readonly step: number;
  readonly math: string;
  dispose?(): void;
}

/** Measures by name. */
export type Scores = Readonly<Record<string, number>>;

/** The mean of each measure. */
export function meanOf(scores: readonly Scores[]): Scores {
  const mean = (name: string) => scores.reduce((sum, score) => sum + score[name], 0) / scores.length;
  return Object.fromEntries(Object.keys(scores[0]).map((name) => [name, mean(name)]));
}

/** The methods of a model as they are called here. @throws SpecError for anything else. */
export function called(model: unknown, what: string): Called {
  const given = model as Partial<Called> | null | undefined;
  const isModel = [given?.fit, given?.predict, given?.evaluate].every(
    (method) => typeof method === "function",
  );
  if (isModel) return given as Called;
  throw new SpecError(
    `${what} gave ${show(model)}: return a Network, or an estimator with fit, predict and evaluate.`,
  );
}

/** True for a network, which measures what it is asked for and can be trained in parts. */
export function isNetwork(model: Trainable): boolean {
  if (model instanceof Network) return true;
  return Array.isArray((model.spec as { layers?: unknown } | undefined)?.layers);
}

/** The numbers among the measures of a model on some rows. */
export function measureOf(model: Trainable, x: unknown, y: unknown, metrics: unknown): Scores {
  const options = metrics === undefined ? [] : [{ metrics }];
  return scoresOf(called(model, "make").evaluate(x, y, ...(isNetwork(model) ? options : [])));
}

/** The numbers among measures. */
export function scoresOf(measures: unknown): Scores {
  return Object.fromEntries(
    Object.entries(Object(measures) as object).filter(([, value]) => typeof value === "number"),
  );
}

/** The measures of estimators that stand for the loss, which they do not name. */
const LOSSES = ["loss", "logLoss", "rootMeanSquaredError"];

/** The measure that is the score. @throws SpecError if the model does not have it. */
export function scoreIn(scores: Scores, monitor: string): number {
  const name = monitor === "loss" ? LOSSES.find((loss) => loss in scores) : monitor;
  if (name !== undefined && name in scores) return scores[name];
  throw new SpecError(
    `monitor is ${show(monitor)}, but the model measures ${Object.keys(scores).map(show).join(", ")}: name one of these.`,
  );
}

/** The number of inputs of a model whose spec has it; undefined for any other. */
export function inputsOf(model: Trainable): number | undefined {
  const { inputs } = Object(model.spec) as { inputs?: unknown };
  return typeof inputs === "number" ? inputs : undefined;
}

/** True for a network whose targets are classes. */
export function isClassifier(model: Trainable): boolean {
  if (!isNetwork(model)) return false;
  const { loss } = model.spec as NetworkSpec;
  return ["categoricalCrossentropy", "binaryCrossentropy"].includes(loss.type);
}

/** The direction in which a measure improves. @throws SpecError if nothing says it. */
export function directionOf(monitor: string, mode: unknown, metrics: readonly unknown[]): Direction {
  if (mode === "min" || mode === "max") return mode;
  if (mode !== undefined && mode !== "auto")
    throw new SpecError(`mode is ${show(mode)}: give "min", "max" or "auto".`);
  if (monitor === "loss") return "min";
  const custom = metrics.find((metric) => (Object(metric) as { name?: unknown }).name === monitor);
  const { direction } = Object(custom) as { direction?: Direction };
  const known = Object.entries(METRICS).find(([name]) => name === canonical(monitor, [name]))?.[1].direction;
  if (direction ?? known) return (direction ?? known) as Direction;
  throw new SpecError(
    `monitor is ${show(monitor)}, whose direction nothing says: set mode to "min" or "max".`,
  );
}
