import type { Rules } from "../model/check.js";
import type { Direction } from "../model/monitor.js";
import { type NetworkSpec, outputsOf, picksLargest } from "../model/spec.js";
import type { Counts } from "../program/request.js";
import { ratio, type Sums } from "./tally.js";

/** One metric. */
export interface MetricKind<Options extends object = object> {
  options: Rules<Options>;
  /** The direction in which it improves. */
  direction: Direction;
  /** The networks that it is for: all, those that classify, or those whose outputs compete for one class. */
  isFor: "all" | "classifiers" | "choices";
  /** The counts that the core makes for it. */
  counts(options: Options): Counts;
  /** True if it says nothing about rows of one class alone, which are then refused. */
  needsTwoClasses?: boolean;
  /** Its value, from what was counted in one pass over the rows. */
  measure(sums: Sums, spec: NetworkSpec, options: Options): number;
}

/** The share of correct decisions: of rows, or of outputs that are decided one by one. */
export const ACCURACY = {
  options: {},
  direction: "max",
  isFor: "classifiers",
  counts: () => ({ hits: true }),
  measure: ({ hits, mass }, spec) => ratio(hits, mass * (picksLargest(spec) ? 1 : outputsOf(spec))),
} satisfies MetricKind;
