import { SpecError } from "../errors.js";
import { checkKind, checkName, show } from "../model/check.js";
import type { Direction } from "../model/monitor.js";
import { canonical, type MetricAlias } from "../model/names.js";
import { type NetworkSpec, outputsOf } from "../model/spec.js";
import { validationName } from "../record/history.js";
import type { MetricKind } from "../record/metric-kind.js";
import { METRICS, type MetricName, type MetricOptions } from "../record/metrics.js";
import { checkMeaning } from "./meaning.js";
import { type Metric, metricOf } from "./measure.js";

/** A custom metric. */
export interface CustomMetric {
  /** The name that histories and reports give it, under `custom`. */
  name: string;
  /**
   * Computes the metric from all rows of a pass.
   * @param outputs predictions, [samples][width], row by row.
   * @param targets targets in the same layout; class indices arrive as rows with a single 1.
   * @param width outputs of the network.
   * @param sampleWeight the weight of each row; undefined if the rows have none.
   */
  measure: (
    outputs: Float32Array,
    targets: Float32Array,
    width: number,
    sampleWeight?: Float32Array,
  ) => number;
  /** "min" if lower is better, "max" if higher is better. Needed only to monitor it with mode "auto". */
  direction?: Direction | undefined;
}

/** A metric as fit and evaluate take it: a name, a name with its options, or a custom metric. */
export type MetricInput = MetricName | MetricAlias | MetricOptions | CustomMetric;

/** Names that reports and histories have for other values. */
const TAKEN = ["loss", "epoch", "epochs", "learningRate", "seconds", "stopped", "custom", "confusionMatrix"];

/** @throws SpecError for a metric that histories could not name, or a direction that is none. */
function customMetric({ name, measure, direction }: CustomMetric): Metric {
  if (typeof name !== "string" || name === "") {
    throw new SpecError(`name of a custom metric is ${show(name)}: give the text that histories name it by.`);
  }
  const others = [...TAKEN, ...Object.keys(METRICS)];
  if (others.some((other) => name === other || name === validationName(other))) {
    throw new SpecError(
      `name of a custom metric is ${show(name)}, which reports have already: choose another.`,
    );
  }
  return {
    name,
    isCustom: true,
    options: undefined,
    direction:
      direction === undefined
        ? undefined
        : checkName<Direction>(direction, ["min", "max"], `direction of the metric ${show(name)}`),
    counts: { outputs: true },
    needsTwoClasses: false,
    measure: ({ outputs, targets, weights }, spec) => {
      const value: unknown = measure(
        Float32Array.from(outputs),
        Float32Array.from(targets),
        outputsOf(spec),
        weights.length > 0 ? Float32Array.from(weights) : undefined,
      );
      return checkResult(value, name);
    },
  };
}

/** The result of a custom metric. @throws SpecError unless it is a number; infinite ones and NaN are kept. */
function checkResult(value: unknown, name: string): number {
  if (typeof value === "number") return value;
  throw new SpecError(`The metric ${show(name)} returned ${show(value)}: return a number, or NaN for none.`);
}

/** @throws SpecError for an unknown metric, or one that has no meaning for this network. */
function checkMetric(given: unknown, spec: NetworkSpec): Metric {
  if (typeof (given as CustomMetric)?.measure === "function") return customMetric(given as CustomMetric);
  const named = typeof given === "string" ? canonical(given, Object.keys(METRICS)) : given;
  const { type: name, ...options } = checkKind(METRICS, named, "metric", 'a name such as "accuracy"');
  const kind: MetricKind = METRICS[name];
  checkMeaning(name, kind, spec);
  return metricOf(name, kind, options);
}

/** Checks the option `metrics`. @throws SpecError */
export function checkMetrics(given: unknown, spec: NetworkSpec): Metric[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) {
    throw new SpecError(`metrics is ${show(given)}: give an array such as ["accuracy"].`);
  }
  // Array.from visits holes too, as undefined.
  const metrics = Array.from(given, (metric) => checkMetric(metric, spec));
  const names = metrics.flatMap(({ name }) => [name, validationName(name)]);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return metrics;
  throw new SpecError(
    `metrics has ${show(twice)} twice, as a name or as that of validation rows: give each name once.`,
  );
}
