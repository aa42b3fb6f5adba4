import { DataError } from "../errors.js";
import type { Direction } from "../model/monitor.js";
import type { NetworkSpec } from "../model/spec.js";
import type { Counts } from "../program/request.js";
import type { Measures } from "../record/measures.js";
import type { MetricKind } from "../record/metric-kind.js";
import type { MetricName } from "../record/metrics.js";
import { ratio, type Sums } from "../record/tally.js";

/** A checked metric. */
export interface Metric {
  name: string;
  isCustom: boolean;
  /** Checked options; undefined for a custom metric. */
  options: object | undefined;
  /** Undefined for a custom metric that does not say it. */
  direction: Direction | undefined;
  /** Results that the core has to count for it. */
  counts: Counts;
  /** True if it says nothing about rows of one class alone. */
  needsTwoClasses: boolean;
  measure(sums: Sums, spec: NetworkSpec): number;
}

/** The error of rows that cannot be measured. @param what the rows, as messages name them. */
export function weightless(what: string): DataError {
  return new DataError(
    `sampleWeight is 0 for ${what}, and a mean over them says nothing: give a weight above 0 to at least one.`,
  );
}

/** A metric of the library with its checked options. */
export function metricOf(name: MetricName, kind: MetricKind, options: object): Metric {
  const { direction, needsTwoClasses = false, measure } = kind;
  return {
    name,
    isCustom: false,
    options,
    direction,
    needsTwoClasses,
    counts: kind.counts(options),
    measure: (sums, spec) => measure(sums, spec, options),
  };
}

/** Everything that the core has to count for these metrics. */
export function countsOf(metrics: readonly Metric[]): Counts {
  return Object.assign({}, ...metrics.map(({ counts }) => counts));
}

/**
 * The mean loss and the values of all metrics, from the sums of one pass.
 * @throws DataError if all its rows weigh 0.
 */
export function measure(metrics: readonly Metric[], sums: Sums, spec: NetworkSpec): Measures {
  if (sums.rows > 0 && sums.mass === 0) throw weightless("all rows of an epoch");
  const result: Measures = { loss: ratio(sums.loss, sums.mass) };
  for (const metric of metrics) {
    const value = metric.measure(sums, spec);
    if (metric.isCustom) result.custom = { ...result.custom, [metric.name]: value };
    else result[metric.name as MetricName] = value;
  }
  return result;
}
