import { meanSquare } from "./errors.js";
import type { BinaryTestResult, Misclass, Pattern, TestResult } from "./types.js";

/** A trained network on its formatted data. */
type Run = (input: Float32Array) => Float32Array;

function squaredError(outputs: Float32Array, target: Float32Array): number {
  return meanSquare(outputs.map((value, i) => target[i] - value));
}

function indexOfLargest(values: Float32Array): number {
  return values.indexOf(values.reduce((most, value) => Math.max(most, value), -Infinity));
}

/** Compares the class of each sample, as `classes` finds it, with the right one. */
function compare(
  patterns: readonly Pattern[],
  run: Run,
  classes: (outputs: Float32Array, target: Float32Array) => [actual: number, expected: number],
): TestResult & { pairs: [actual: number, expected: number][] } {
  const misclasses: Misclass[] = [];
  let sum = 0;
  const pairs = patterns.map(({ input, output }) => {
    const outputs = run(input);
    const [actual, expected] = classes(outputs, output);
    if (actual !== expected) misclasses.push({ input, output, actual, expected });
    sum += squaredError(outputs, output);
    return [actual, expected] as [number, number];
  });
  return { error: sum / patterns.length, misclasses, total: patterns.length, pairs };
}

/** The error and the misclassified samples of a network with several outputs: the largest one is the class. */
export function measure(patterns: readonly Pattern[], run: Run): TestResult {
  const { pairs: _, ...result } = compare(patterns, run, (outputs, target) => [
    indexOfLargest(outputs),
    indexOfLargest(target),
  ]);
  return result;
}

/** The same of a network with one output, which says 1 above a threshold. */
export function measureBinary(patterns: readonly Pattern[], run: Run, threshold: number): BinaryTestResult {
  const { pairs, ...result } = compare(patterns, run, ([output], [target]) => [
    output > threshold ? 1 : 0,
    target,
  ]);
  const count = (actual: number, expected: number) =>
    pairs.filter(([a, e]) => a === actual && e === expected).length;
  const [trueNeg, truePos, falseNeg, falsePos] = [count(0, 0), count(1, 1), count(0, 1), count(1, 0)];
  return {
    ...result,
    trueNeg,
    truePos,
    falseNeg,
    falsePos,
    precision: truePos > 0 ? truePos / (truePos + falsePos) : 0,
    recall: truePos > 0 ? truePos / (truePos + falseNeg) : 0,
    accuracy: (trueNeg + truePos) / result.total,
  };
}
