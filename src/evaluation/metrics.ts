import { SpecError } from "../errors.js";
import { checkKeys, checkName, checkWhole, show } from "../model/check.js";
import { isClassifier, lastActivation, type NetworkSpec, outputsOf, picksLargest } from "../model/spec.js";
import type { Counts } from "../program/request.js";
import type { Measures, MetricName } from "../record/measures.js";
import { ratio, type Sums } from "../record/tally.js";

/** A metric of one's own. */
export interface CustomMetric {
  /** What histories and reports call it. */
  name: string;
  /** A number from all outputs and targets, row by row, `width` a row. */
  measure: (outputs: Float32Array, targets: Float32Array, width: number) => number;
}

/** A metric as fit and evaluate take it. */
export type MetricInput = MetricName | { type: "topKAccuracy"; k: number } | CustomMetric;

/** A checked metric: what the core counts for it, and what its number is. */
export interface Metric {
  name: string;
  isCustom: boolean;
  counts: Counts;
  measure(sums: Sums, spec: NetworkSpec): number;
}

const mean = (values: readonly number[]): number =>
  ratio(
    values.reduce((sum, value) => sum + value, 0),
    values.length,
  );

/** Tables of true by predicted classes: one over all classes, or one of two for each decision. */
export function confusionOf({ confusion }: Sums, spec: NetworkSpec): number[][][] {
  const outputs = outputsOf(spec);
  const [size, tables] = picksLargest(spec) ? [outputs, 1] : [2, outputs];
  return Array.from({ length: tables }, (_, t) =>
    Array.from({ length: size }, (_, row) =>
      confusion.slice(t * size * size + row * size, t * size * size + (row + 1) * size),
    ),
  );
}

/** Hits, misses and false alarms of each class that counts: class 1 of every decision, or every class of a choice. */
function outcomesOf(sums: Sums, spec: NetworkSpec): { hit: number; missed: number; wrong: number }[] {
  return confusionOf(sums, spec).flatMap((table) => {
    const positive = picksLargest(spec) ? table.map((_, c) => c) : [1];
    return positive.map((c) => {
      const hit = table[c][c];
      const actual = table[c].reduce((sum, count) => sum + count, 0);
      const predicted = table.reduce((sum, row) => sum + row[c], 0);
      return { hit, missed: actual - hit, wrong: predicted - hit };
    });
  });
}

/** The share of pairs of a positive and a negative that the scores put in order, ties counting half. */
function areaUnderCurve(scores: readonly number[], isPositive: (row: number) => boolean): number {
  const rows = Uint32Array.from(scores, (_, r) => r).sort((a, b) => scores[a] - scores[b]);
  let positives = 0;
  let rankSum = 0;
  for (let first = 0; first < rows.length; ) {
    let last = first;
    while (last < rows.length && scores[rows[last]] === scores[rows[first]]) last++;
    // Equal scores share the mean of their ranks, which count from 1.
    const rank = (first + 1 + last) / 2;
    for (; first < last; first++) {
      if (!isPositive(rows[first])) continue;
      positives++;
      rankSum += rank;
    }
  }
  const pairs = positives * (rows.length - positives);
  return pairs > 0 ? (rankSum - (positives * (positives + 1)) / 2) / pairs : Number.NaN;
}

/** The mean over the outputs of which both sides occur. */
function auc({ outputs, targets }: Sums, width: number): number {
  const rows = outputs.length / width;
  const areas = Array.from({ length: width }, (_, c) => {
    const scores = Array.from({ length: rows }, (_, r) => outputs[r * width + c]);
    return areaUnderCurve(scores, (r) => targets[r * width + c] > 0.5);
  }).filter((area) => !Number.isNaN(area));
  return mean(areas);
}

/** One row of sums for each output: n, Σ|e|, Σe², Σy, Σy². */
function deviationsOf({ deviations }: Sums): number[][] {
  return Array.from({ length: deviations.length / 5 }, (_, j) => deviations.slice(5 * j, 5 * j + 5));
}

/** Spreads of targets below this share of their squares are rounding, five float32 steps: the targets are constant. */
const ROUNDING = 1e-13;

/** R²; of constant targets 1 where they are met and 0 elsewhere, as in scikit-learn. */
function explained([n, , square, y, yy]: readonly number[]): number {
  const spread = yy - (y * y) / n;
  if (spread > ROUNDING * yy) return 1 - square / spread;
  return Number(square === 0);
}

type Measure = Metric["measure"];

const f1 = ({ hit, missed, wrong }: { hit: number; missed: number; wrong: number }) =>
  ratio(2 * hit, 2 * hit + missed + wrong);

const measures: Record<Exclude<MetricName, "topKAccuracy">, [Counts, Measure]> = {
  accuracy: [
    { hits: true },
    ({ hits, rows }, spec) => ratio(hits, rows * (picksLargest(spec) ? 1 : outputsOf(spec))),
  ],
  precision: [
    { confusion: true },
    (sums, spec) => mean(outcomesOf(sums, spec).map(({ hit, wrong }) => ratio(hit, hit + wrong))),
  ],
  recall: [
    { confusion: true },
    (sums, spec) => mean(outcomesOf(sums, spec).map(({ hit, missed }) => ratio(hit, hit + missed))),
  ],
  f1: [{ confusion: true }, (sums, spec) => mean(outcomesOf(sums, spec).map(f1))],
  auc: [{ outputs: true }, (sums, spec) => auc(sums, outputsOf(spec))],
  meanAbsoluteError: [
    { deviations: true },
    (sums) => mean(deviationsOf(sums).map(([n, absolute]) => ratio(absolute, n))),
  ],
  rootMeanSquaredError: [
    { deviations: true },
    (sums) => Math.sqrt(mean(deviationsOf(sums).map(([n, , square]) => ratio(square, n)))),
  ],
  r2: [{ deviations: true }, (sums) => mean(deviationsOf(sums).map(explained))],
};

const NAMES = [...Object.keys(measures), "topKAccuracy"] as MetricName[];
const FOR_CLASSIFIERS: readonly string[] = ["accuracy", "topKAccuracy", "precision", "recall", "f1", "auc"];

function topKAccuracy(k: unknown): Metric {
  const top = checkWhole(k, 1, "k of topKAccuracy");
  const measure: Measure = ({ topHits, rows }) => ratio(topHits, rows);
  return { name: "topKAccuracy", isCustom: false, counts: { top }, measure };
}

/** @throws SpecError for a name that histories could not tell from others. */
function customMetric({ name, measure }: CustomMetric): Metric {
  if (typeof name !== "string" || name === "") {
    throw new SpecError(
      `name of a metric of one's own is ${show(name)}: give text for histories to call it.`,
    );
  }
  return {
    name,
    isCustom: true,
    counts: { outputs: true },
    measure: ({ outputs, targets }, spec) =>
      measure(Float32Array.from(outputs), Float32Array.from(targets), outputsOf(spec)),
  };
}

/** @throws SpecError for an unknown metric, or one that means nothing for this network. */
function checkMetric(given: unknown, spec: NetworkSpec): Metric {
  if (typeof (given as CustomMetric)?.measure === "function") return customMetric(given as CustomMetric);
  const isOptions = typeof given === "object" && given !== null;
  const { type, k = 5 } = isOptions ? (given as { type?: unknown; k?: unknown }) : { type: given };
  const name = checkName(type, NAMES, "metric");
  if (FOR_CLASSIFIERS.includes(name) && !isClassifier(spec)) {
    throw new SpecError(
      `The metric "${name}" has no meaning for ${spec.loss.type} on ${lastActivation(spec)} outputs: end the network in "softmax" or "sigmoid" to classify.`,
    );
  }
  if (name !== "topKAccuracy" && isOptions) checkKeys(given, ["type"], name);
  if (name === "topKAccuracy") {
    if (isOptions) checkKeys(given, ["type", "k"], name);
    if (picksLargest(spec)) return topKAccuracy(k);
    throw new SpecError(
      `The metric "${name}" has no meaning for outputs that are decided one by one: end the network in "softmax".`,
    );
  }
  const [counts, measure] = measures[name];
  return { name, isCustom: false, counts, measure };
}

/** Checks a list of metrics. @throws SpecError */
export function checkMetrics(given: unknown, spec: NetworkSpec): Metric[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) {
    throw new SpecError(`metrics is ${show(given)}: give an array such as ["accuracy"].`);
  }
  const metrics = given.map((metric) => checkMetric(metric, spec));
  const names = metrics.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return metrics;
  throw new SpecError(`metrics has ${show(twice)} twice: give each name once.`);
}

/** What the core counts for all of them. */
export function countsOf(metrics: readonly Metric[]): Counts {
  return Object.assign({}, ...metrics.map(({ counts }) => counts));
}

/** The numbers of all metrics and the mean loss of a pass. */
export function measure(metrics: readonly Metric[], sums: Sums, spec: NetworkSpec): Measures {
  const result: Measures = { loss: ratio(sums.loss, sums.mass) };
  for (const metric of metrics) {
    const value = metric.measure(sums, spec);
    if (metric.isCustom) result.custom = { ...result.custom, [metric.name]: value };
    else result[metric.name as MetricName] = value;
  }
  return result;
}
