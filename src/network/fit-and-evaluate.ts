import type { Samples } from "../data/table.js";
import { checkEvaluateOptions, type EvaluateOptions } from "../evaluation/options.js";
import type { FitOptions } from "../fit/options.js";
import type { Exam } from "../fit/settings.js";
import type { History } from "../record/history.js";
import type { Measures } from "../record/measures.js";
import { sourceOf } from "./base-network.js";
import { fitInSlices } from "./fitting.js";
import type { Network } from "./network.js";

/**
 * Trains a network on rows and measures it on others: what fit and evaluate do. A worker does both, and the network then takes no
 * memory here.
 */
export async function fitAndEvaluate(
  network: Network,
  { x, y, options }: { x: Samples; y: Samples; options: FitOptions },
  test: { x: Samples; y: Samples; options: EvaluateOptions },
): Promise<{ history: History; measures: Measures }> {
  const source = sourceOf(network);
  const exam: Exam = { settings: checkEvaluateOptions(source.spec, test.x, test.y, test.options) };
  const history = await fitInSlices(source, x, y, options, exam);
  return { history, measures: exam.measures ?? network.evaluate(test.x, test.y, test.options) };
}

/** True if a network has memory on this thread: after its first use, other than training in a worker. */
export function hasMemory(network: Network): boolean {
  return sourceOf(network).made !== undefined;
}
