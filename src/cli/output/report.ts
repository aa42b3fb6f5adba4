import type { Style } from "../../node/style.js";
import { digits, percent } from "./numbers.js";
import { short } from "./plain.js";

/** Measures of classes or of numbers, as evaluate of densely/table returns them. */
export type Measures = ClassMeasures | NumberMeasures;

type Interval = [low: number, high: number];

export interface ClassMeasures {
  rows: number;
  accuracy: number;
  logLoss: number;
  calibrationError: number;
  baseline: { accuracy: number; logLoss: number };
  classes: readonly { label: unknown; precision: number; recall: number; f1: number; rows: number }[];
  confusion: readonly (readonly number[])[];
  worst: readonly { row: number; actual: unknown; predicted: unknown; probability: number }[];
}

export interface NumberMeasures {
  rows: number;
  r2: number;
  rootMeanSquaredError: number;
  meanAbsoluteError: number;
  rootMeanSquaredErrorInterval: Interval;
  baseline: { rootMeanSquaredError: number; meanAbsoluteError: number };
  worst: readonly { row: number; actual: unknown; predicted: unknown }[];
}

export const areClasses = (measures: Measures): measures is ClassMeasures => "accuracy" in measures;

/** The quantile of the normal distribution with 97.5 % below it. */
const Z = 1.959964;

/** 95 % interval of a share of some rows (Wilson, 1927). */
export function wilson(share: number, rows: number): Interval {
  // (p + z²/2n ± z·√(p(1 - p)/n + z²/4n²)) / (1 + z²/n)
  const square = (Z * Z) / rows;
  const half = Z * Math.sqrt((share * (1 - share)) / rows + square / (4 * rows));
  // Rounding may leave the range by a hair.
  const within = (value: number) => Math.min(Math.max(value, 0), 1);
  return [-half, half].map((part) => within((share + square / 2 + part) / (1 + square))) as Interval;
}

/** Columns of texts, each as wide as its longest; all but the first on the right. */
export function aligned(rows: readonly (readonly string[])[], gap = "  "): string[] {
  const widths = rows[0].map((_, c) => Math.max(...rows.map((row) => row[c].length)));
  return rows.map((row) =>
    row
      .map((cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c])))
      .join(gap)
      .trimEnd(),
  );
}

const LABEL = 24;
const MOST_CLASSES = 12;
const label = (value: unknown): string => short(String(value), LABEL);

/** The score against those of a linear model and of the best guess without columns. */
export function scoreLines(measures: Measures, linear: Measures | undefined, { bold }: Style): string[] {
  if (areClasses(measures)) {
    const [low, high] = wilson(measures.accuracy, measures.rows);
    const others = linear && areClasses(linear) ? linear : undefined;
    return aligned([
      ["", "accuracy", "95 % interval", "log loss"],
      [
        "model",
        percent(measures.accuracy),
        `${percent(low)} to ${percent(high)}`,
        measures.logLoss.toFixed(3),
      ],
      ...(others ? [["linear model", percent(others.accuracy), "", others.logLoss.toFixed(3)]] : []),
      ["most frequent class", percent(measures.baseline.accuracy), "", measures.baseline.logLoss.toFixed(3)],
    ]).map((line, i) => (i === 1 ? bold(line) : line));
  }
  const { rootMeanSquaredError, rootMeanSquaredErrorInterval, meanAbsoluteError, r2, baseline } = measures;
  const [low, high] = rootMeanSquaredErrorInterval;
  const others = linear && !areClasses(linear) ? linear : undefined;
  const line = (of: NumberMeasures, name: string, interval: string) => [
    ...[name, digits(of.rootMeanSquaredError), interval, digits(of.meanAbsoluteError), of.r2.toFixed(3)],
  ];
  return aligned([
    ["", "error (RMS)", "95 % interval", "mean absolute", "R²"],
    [
      "model",
      digits(rootMeanSquaredError),
      `${digits(low)} to ${digits(high)}`,
      digits(meanAbsoluteError),
      r2.toFixed(3),
    ],
    ...(others ? [line(others, "linear model", "")] : []),
    ["mean", digits(baseline.rootMeanSquaredError), "", digits(baseline.meanAbsoluteError), ""],
  ]).map((text, i) => (i === 1 ? bold(text) : text));
}

/** A line for each class: precision, recall and f1. */
export function classLines({ classes }: ClassMeasures): string[] {
  const shown = classes.slice(0, MOST_CLASSES);
  const lines = aligned([
    ["", "precision", "recall", "f1", "rows"],
    ...shown.map(({ label: name, precision, recall, f1, rows }) => [
      ...[label(name), percent(precision), percent(recall), f1.toFixed(3), rows.toLocaleString("en")],
    ]),
  ]);
  return classes.length > shown.length ? [...lines, `and ${classes.length - shown.length} more`] : lines;
}

/** Rows by their class, and by the predicted one. */
export function confusionLines({ classes, confusion }: ClassMeasures, style: Style): string[] {
  const names = classes.map(({ label: name }) => short(String(name), 12));
  if (names.length > MOST_CLASSES) return [];
  const cells = [
    ["", ...names],
    ...confusion.map((counts, c) => [names[c], ...counts.map((n) => n.toLocaleString("en"))]),
  ];
  const widths = cells[0].map((_, c) => Math.max(...cells.map((row) => row[c].length)));
  return cells.map((row, r) =>
    row
      .map((cell, c) => {
        const text = c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c]);
        if (r === 0 || c === 0 || cell === "0") return c > 0 && r > 0 ? style.dim(text) : text;
        return r === c ? style.good(text) : style.bad(text);
      })
      .join("  ")
      .trimEnd(),
  );
}

/** A bar of a share of the width, with eighths of a character. */
export function bar(share: number, width = 24): string {
  const eighths = Math.round(Math.min(Math.max(share, 0), 1) * width * 8);
  const part = " ▏▎▍▌▋▊▉"[eighths % 8];
  return `${"█".repeat(Math.floor(eighths / 8))}${part === " " ? "" : part}`;
}

export interface Importance {
  column: string;
  importance: number;
  deviation: number;
}

/** The importance of a full bar, at least: less is shown as 0. */
const LEAST_IMPORTANCE = 0.001;

/** A bar for each column: how far the score falls without it. */
export function importanceLines(found: readonly Importance[], isClasses: boolean, style: Style): string[] {
  const shown = found.slice(0, 15);
  const most = Math.max(...shown.map(({ importance }) => importance), LEAST_IMPORTANCE);
  const text = (value: number) => (isClasses ? percent(value) : value.toFixed(3));
  const width = Math.max(...shown.map(({ column }) => short(column, LABEL).length));
  const lines = shown.map(({ column, importance, deviation }) => {
    const numbers = `${text(importance).padStart(7)} ± ${text(deviation)}`;
    return `${short(column, LABEL).padEnd(width)}  ${numbers.padEnd(18)} ${style.accent(bar(importance / most))}`.trimEnd();
  });
  return found.length > shown.length ? [...lines, `and ${found.length - shown.length} more`] : lines;
}

/** The rows that a model is most wrong about. @param describe the place and the main values of a row. */
export function worstLines(
  measures: Measures,
  describe: (row: number) => { place: string; values: string },
  most = 5,
): string[] {
  const rows = areClasses(measures)
    ? measures.worst.slice(0, most).map(({ row, actual, predicted, probability }) => {
        const { place, values } = describe(row);
        return [place, `${label(actual)}, predicted ${label(predicted)}`, percent(probability), values];
      })
    : measures.worst.slice(0, most).map(({ row, actual, predicted }) => {
        const { place, values } = describe(row);
        return [place, digits(Number(actual)), `predicted ${digits(Number(predicted))}`, values];
      });
  if (rows.length === 0) return ["none"];
  const widths = [0, 1, 2].map((c) => Math.max(...rows.map((row) => row[c].length)));
  return rows.map(([place, what, chance, values]) =>
    [place.padEnd(widths[0]), what.padEnd(widths[1]), chance.padStart(widths[2]), values]
      .join("  ")
      .trimEnd(),
  );
}

/** Lines under a heading, two blanks to the right. */
export const section = (heading: string, lines: readonly string[], { bold }: Style): string[] =>
  lines.length > 0 ? ["", bold(heading), ...lines.map((line) => `  ${line}`)] : [];

/** The scores of a model under a heading, and of a classifier the scores and predictions by class. */
export function measureSections(
  heading: string,
  measures: Measures,
  linear: Measures | undefined,
  style: Style,
): string[] {
  const scores = section(heading, scoreLines(measures, linear, style), style);
  if (!areClasses(measures)) return scores;
  return [
    ...scores,
    ...section("By class", classLines(measures), style),
    ...section("Rows of each class, by predicted class", confusionLines(measures, style), style),
  ];
}
