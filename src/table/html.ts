import type { Classification } from "./class-measures.js";
import { describePlan } from "./columns/index.js";
import {
  bar,
  type Cell,
  type Curve,
  chart,
  digits,
  escapeText,
  page,
  percent,
  shaded,
  table,
} from "./html-parts.js";
import type { Importance } from "./importance.js";
import type { Regression } from "./regression.js";
import { describeRecipe, type ReportData, type TargetReport } from "./report-data.js";

/** The name of a row by its number from 0. */
type Place = (row: number) => string;

/** Parts of a page besides the report. */
export interface PageParts {
  /** Importance of the columns for a target, if it is to be shown. */
  ofTarget(name: string): readonly Importance[] | undefined;
  place: Place;
}

const heading = (text: string): string => `<h2>${escapeText(text)}</h2>`;
const paragraph = (text: string): string => `<p>${escapeText(text)}</p>`;

/** Rows of the most classes that a confusion matrix is shown for. */
const MOST_CLASSES = 30;

function confusionTable({ classes, confusion }: Classification): string[] {
  if (classes.length > MOST_CLASSES) return [];
  const labels = classes.map(({ label }) => String(label));
  const rows = confusion.map((counts, i): Cell[] => {
    const total = counts.reduce((a, b) => a + b, 0);
    return [labels[i], ...counts.map((count) => shaded(total > 0 ? count / total : 0, String(count)))];
  });
  return [
    heading("Confusion"),
    paragraph("Rows: actual class. Columns: predicted class."),
    table(["", ...labels], rows),
  ];
}

function classificationParts(measures: Classification, place: Place): string[] {
  const { accuracy, balancedAccuracy, logLoss, calibrationError, baseline, classes, calibration, worst } =
    measures;
  const main: Cell[][] = [
    ["accuracy", percent(accuracy), percent(baseline.accuracy)],
    ["balanced accuracy", percent(balancedAccuracy), percent(1 / classes.length)],
    ["log loss", digits(logLoss), digits(baseline.logLoss)],
    ["calibration error", percent(calibrationError), ""],
  ];
  return [
    table(["", "model", "most frequent class"], main),
    heading("Classes"),
    table(
      ["class", "rows", "precision", "recall", "f1"],
      classes.map(({ label, rows, precision, recall, f1 }) => [
        String(label),
        rows,
        percent(precision),
        percent(recall),
        bar(f1, percent(f1)),
      ]),
    ),
    ...confusionTable(measures),
    heading("Calibration"),
    table(
      ["confidence", "accuracy", "rows"],
      calibration.map(({ confidence, accuracy: share, rows }) => [
        percent(confidence),
        bar(share, percent(share)),
        rows,
      ]),
    ),
    heading("Most wrong about"),
    worst.length === 0
      ? paragraph("No row is predicted wrong.")
      : table(
          ["row", "actual", "predicted", "probability of the actual class"],
          worst.map(({ row, actual, predicted, probability }) => [
            place(row),
            String(actual),
            String(predicted),
            percent(probability),
          ]),
        ),
  ];
}

function regressionParts(
  { r2, rootMeanSquaredError, meanAbsoluteError, baseline, worst }: Regression,
  place: Place,
): string[] {
  return [
    table(
      ["", "model", "mean of the training rows"],
      [
        ["root mean squared error", rootMeanSquaredError, baseline.rootMeanSquaredError],
        ["mean absolute error", meanAbsoluteError, baseline.meanAbsoluteError],
        ["R²", r2, 0],
      ],
    ),
    heading("Most wrong about"),
    table(
      ["row", "actual", "predicted"],
      worst.map(({ row, actual, predicted }) => [place(row), actual, predicted]),
    ),
  ];
}

function importanceParts(importance: readonly Importance[]): string[] {
  const largest = Math.max(...importance.map((of) => of.importance), 1e-9);
  const rows = importance.map(({ column, importance: fall, deviation }): Cell[] => [
    column,
    bar(fall / largest, `${digits(fall)} ± ${digits(deviation)}`),
  ]);
  return [
    heading("Importance"),
    paragraph("The fall of the score if the values of a column are shuffled."),
    table(["column", ""], rows),
  ];
}

function targetParts<M>(
  { name, measures, notes, histories }: TargetReport<M>,
  { task, measuredBy }: ReportData<M>,
  { ofTarget, place }: PageParts,
): string[] {
  const importance = ofTarget(name);
  const curves = histories.flatMap(({ loss, valLoss }): Curve[] => [
    { name: "training loss", values: loss },
    ...(valLoss ? [{ name: "validation loss", values: valLoss }] : []),
  ]);
  const parts =
    measures === undefined
      ? [paragraph("No rows were kept for a score.")]
      : task === "classification"
        ? classificationParts(measures as Classification, place)
        : regressionParts(measures as Regression, place);
  return [
    heading(measures === undefined ? name : `${name}: score by ${measuredBy}`),
    ...notes.map((note) => `<p class="note">${escapeText(note)}</p>`),
    ...parts,
    ...(importance ? importanceParts(importance) : []),
    heading("Loss"),
    chart(curves),
  ];
}

/** A report as one page that loads nothing. */
export function reportPage<M>(data: ReportData<M>, parts: PageParts): string {
  const { task, rows, inputs, columns, recipe, targets, seconds } = data;
  const names = targets.map(({ name }) => name).join(", ");
  return page(`${task[0].toUpperCase()}${task.slice(1)} of ${names}`, [
    paragraph(`${rows.toLocaleString("en")} rows, ${inputs} inputs, trained in ${seconds.toFixed(1)} s.`),
    paragraph(describeRecipe(recipe)),
    ...targets.flatMap((target) => targetParts(target, data, parts)),
    heading("Columns"),
    table(
      ["column", "taken as"],
      columns.map((plan) => [plan.name, [describePlan(plan), plan.advice].filter(Boolean).join("; ")]),
    ),
  ]);
}
