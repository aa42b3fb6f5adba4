import { SpecError } from "../errors.js";
import { nameOf } from "../model/losses.js";
import { isClassifier, lastActivation, type NetworkSpec, picksLargest } from "../model/spec.js";
import type { MetricKind } from "../record/metric-kind.js";
import type { MetricName } from "../record/metrics.js";

/** @throws SpecError if the outputs are no decisions. @param what the user of decisions, such as 'The metric "f1"'. */
export function checkClassifier(spec: NetworkSpec, what: string): void {
  if (isClassifier(spec)) return;
  throw new SpecError(
    `${what} has no meaning for ${nameOf(spec.loss)} on ${lastActivation(spec)} outputs: end the network in "softmax" or "sigmoid" to classify.`,
  );
}

/** @throws SpecError for a metric that has no meaning for this network. */
export function checkMeaning(name: MetricName, { isFor }: MetricKind, spec: NetworkSpec): void {
  if (isFor !== "all") checkClassifier(spec, `The metric "${name}"`);
  if (isFor === "choices" && !picksLargest(spec)) {
    throw new SpecError(
      `The metric "${name}" has no meaning for outputs that are decided one by one: end the network in "softmax".`,
    );
  }
}
