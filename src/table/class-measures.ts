import { ln } from "../model/real.js";
import type { Label, Labels } from "./labels.js";

/** How well one class is found. */
export interface ClassMeasures {
  label: Label;
  /** Share of the rows predicted as this class that are of it; 0 if there are none. */
  precision: number;
  /** Share of the rows of this class that are predicted as it; 0 if there are none. */
  recall: number;
  /** 2·precision·recall / (precision + recall). */
  f1: number;
  /** Rows of this class. */
  rows: number;
}

/** A row about which a model is wrong. */
export interface WrongRow<V> {
  /** Number of the row, from 0. */
  row: number;
  actual: V;
  predicted: V;
}

/** How well rows are classified. */
export interface Classification {
  rows: number;
  /** Share of the rows that are predicted right. */
  accuracy: number;
  /** Mean recall of the classes that have rows. */
  balancedAccuracy: number;
  /** Mean of -ln of the probability of the right class. */
  logLoss: number;
  /** Expected calibration error: the mean difference of confidence and accuracy, in 10 bins of confidence. */
  calibrationError: number;
  /** The bins of the calibration error that have rows. */
  calibration: { confidence: number; accuracy: number; rows: number }[];
  /** Accuracy of the most frequent class of the training rows, and log loss of their shares. */
  baseline: { accuracy: number; logLoss: number };
  classes: ClassMeasures[];
  /** Rows of each class (first index) that are predicted as each class (second index), in the order of `classes`. */
  confusion: number[][];
  /** The rows that the model is most wrong about: those whose right class has the least probability. */
  worst: (WrongRow<Label> & { /** Of the right class. */ probability: number })[];
}

/** Probabilities below this one count as it in the log loss, as in scikit-learn 1.2. */
const LEAST_PROBABILITY = 1e-15;
const BINS = 10;
const WORST = 10;

const ratio = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);

const minusLog = (probability: number): number =>
  -ln(Math.min(Math.max(probability, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY));

/** Rows by class and predicted class. */
function confusionOf(width: number, classes: Int32Array, predicted: Int32Array): number[][] {
  const counts = Array.from({ length: width }, () => new Array<number>(width).fill(0));
  classes.forEach((actual, row) => {
    counts[actual][predicted[row]]++;
  });
  return counts;
}

function ofClass(label: Label, place: number, confusion: readonly (readonly number[])[]): ClassMeasures {
  const hits = confusion[place][place];
  const rows = confusion[place].reduce((a, b) => a + b, 0);
  const predicted = confusion.reduce((sum, counts) => sum + counts[place], 0);
  // f1 = 2·hits / (rows + predicted), which is 2pr / (p + r).
  return {
    label,
    precision: ratio(hits, predicted),
    recall: ratio(hits, rows),
    f1: ratio(2 * hits, rows + predicted),
    rows,
  };
}

/** Confidence and accuracy in bins of equal width (Naeini et al., 2015). */
function calibrationOf(
  confidences: Float64Array,
  classes: Int32Array,
  predicted: Int32Array,
): Classification["calibration"] {
  const bins = Array.from({ length: BINS }, () => ({ confidence: 0, accuracy: 0, rows: 0 }));
  confidences.forEach((confidence, row) => {
    // Bins are open on the left: 0.1 is in the first one.
    const bin = bins[Math.min(Math.max(Math.ceil(confidence * BINS) - 1, 0), BINS - 1)];
    bin.confidence += confidence;
    bin.accuracy += Number(classes[row] === predicted[row]);
    bin.rows++;
  });
  return bins
    .filter(({ rows }) => rows > 0)
    .map(({ confidence, accuracy, rows }) => ({
      confidence: confidence / rows,
      accuracy: accuracy / rows,
      rows,
    }));
}

/** Measures predictions. @param outputs probabilities of all classes, row by row. @param rows numbers of the rows. */
export function measureClasses(
  { labels, counts }: Labels,
  classes: Int32Array,
  predicted: Int32Array,
  outputs: Float64Array,
  rows?: ArrayLike<number>,
): Classification {
  const [count, width] = [classes.length, labels.length];
  const total = counts.reduce((a, b) => a + b, 0);
  const top = counts.indexOf(Math.max(...counts));
  const confusion = confusionOf(width, classes, predicted);
  const perClass = labels.map((label, place) => ofClass(label, place, confusion));
  const present = perClass.filter((measures) => measures.rows > 0);
  const right = Float64Array.from(classes, (actual, row) => outputs[row * width + actual]);
  const confidences = Float64Array.from(predicted, (place, row) => outputs[row * width + place]);
  const calibration = calibrationOf(confidences, classes, predicted);
  const mean = (values: ArrayLike<number>, of: (value: number) => number) =>
    ratio(
      Array.from(values).reduce((sum, value) => sum + of(value), 0),
      values.length,
    );
  const worst = Array.from(right.keys())
    .filter((row) => classes[row] !== predicted[row])
    .sort((a, b) => right[a] - right[b] || a - b)
    .slice(0, WORST);
  return {
    rows: count,
    accuracy: ratio(
      perClass.reduce((sum, _, place) => sum + confusion[place][place], 0),
      count,
    ),
    balancedAccuracy: mean(
      present.map(({ recall }) => recall),
      (recall) => recall,
    ),
    logLoss: mean(right, minusLog),
    calibrationError: calibration.reduce(
      (sum, bin) => sum + (bin.rows / count) * Math.abs(bin.accuracy - bin.confidence),
      0,
    ),
    calibration,
    baseline: {
      accuracy: mean(classes, (actual) => Number(actual === top)),
      logLoss: mean(classes, (actual) => minusLog(counts[actual] / total)),
    },
    classes: perClass,
    confusion,
    worst: worst.map((row) => ({
      row: rows ? rows[row] : row,
      actual: labels[classes[row]],
      predicted: labels[predicted[row]],
      probability: right[row],
    })),
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The main measures in words. */
export function describeClassification({
  accuracy,
  logLoss,
  baseline,
  calibrationError,
}: Classification): string[] {
  return [
    `accuracy ${percent(accuracy)}, against ${percent(baseline.accuracy)} of the most frequent class`,
    `log loss ${logLoss.toFixed(3)}, against ${baseline.logLoss.toFixed(3)} of the shares; calibration error ${percent(calibrationError)}`,
  ];
}
