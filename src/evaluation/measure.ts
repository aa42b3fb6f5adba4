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
  /** Undefined for a custom metric that does not say it. */
  direction: Direction | undefined;
  /** Results that the core has to count for it. */
  counts: Counts;
  measure(sums: Sums, spec: NetworkSpec): number;
}

/** A metric of the library with its checked options. */
export function metricOf(name: MetricName, kind: MetricKind, options: object): Metric {
  const { direction, measure } = kind;
  return { name, isCustom: false, direction, counts: kind.counts(options), measure };
}

/** Everything that the core has to count for these metrics. */
export function countsOf(metrics: readonly Metric[]): Counts {
  return Object.assign({}, ...metrics.map(({ counts }) => counts));
}

/** The mean loss and the values of all metrics, from the sums of one pass. */
export function measure(metrics: readonly Metric[], sums: Sums, spec: NetworkSpec): Measures {
  const result: Measures = { loss: ratio(sums.loss, sums.mass) };
  for (const metric of metrics) {
    const value = metric.measure(sums, spec);
    if (metric.isCustom) result.custom = { ...result.custom, [metric.name]: value };
    else result[metric.name as MetricName] = value;
  }
  return result;
}
