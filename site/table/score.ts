/** Shows how good a model is: beside the baseline, and class by class. */

import { find, make } from "../shared/dom.js";
import { digits, grid, percent, scrolling } from "./parts.js";
import type { Classification, Regression, Trained } from "./protocol.js";

/** A confusion matrix of more classes is too large to read. */
const MOST_CLASSES = 20;

function confusionOf({ classes, confusion }: Classification): Node[] {
  if (classes.length > MOST_CLASSES) return [];
  const labels = classes.map(({ label }) => String(label));
  const rows = confusion.map((counts, i) => {
    const total = counts.reduce((a, b) => a + b, 0) || 1;
    return [
      labels[i],
      ...counts.map((count, j) => {
        const cell = make("span", { className: i === j ? "cell right" : "cell" }, String(count));
        cell.style.setProperty("--share", String(count / total));
        return cell;
      }),
    ];
  });
  const matrix = grid(["", ...labels], rows);
  matrix.classList.add("confusion");
  return [
    make("h3", {}, "Confusion"),
    make(
      "p",
      { className: "soft small" },
      "Each line is a class as it is, each column what the model took it for.",
    ),
    scrolling("Confusion matrix", matrix),
  ];
}

function classificationOf(measures: Classification): Node[] {
  const { accuracy, balancedAccuracy, logLoss, baseline, classes } = measures;
  return [
    grid(
      ["", "network", "most frequent class"],
      [
        ["rows predicted right", percent(accuracy), percent(baseline.accuracy)],
        ["mean over the classes", percent(balancedAccuracy), percent(1 / classes.length)],
        ["log loss", digits(logLoss), digits(baseline.logLoss)],
      ],
    ),
    ...confusionOf(measures),
  ];
}

const regressionOf = ({ r2, rootMeanSquaredError, meanAbsoluteError, baseline }: Regression): Node[] => [
  grid(
    ["", "network", "mean of the rows"],
    [
      ["mean absolute error", digits(meanAbsoluteError), digits(baseline.meanAbsoluteError)],
      ["root mean squared error", digits(rootMeanSquaredError), digits(baseline.rootMeanSquaredError)],
      ["R²", digits(r2), "0"],
    ],
  ),
];

const SOURCES: Readonly<Record<string, string>> = {
  "5 folds":
    "Measured on rows that the network had not seen: five times, a network learnt from four fifths of the rows and was tested on the fifth.",
  "validation rows":
    "Measured on rows that were kept out of training. They chose the best epoch, so new rows may fare slightly worse.",
  nothing: "There is no score: it was stopped before it could be tested on rows that it had not seen.",
};

/** Shows the score of a training. */
export function showScore({ data, leftOut }: Trained): void {
  const { task, rows, recipe, measuredBy, seconds, isCut, targets } = data;
  const [{ name, measures, notes }] = targets;
  const shown =
    measures === undefined
      ? []
      : task === "classification"
        ? classificationOf(measures as Classification)
        : regressionOf(measures as Regression);
  const about = `${recipe.members} networks of ${recipe.hidden.join("-")} ${recipe.activation} learnt from ${rows.toLocaleString("en")} rows in ${seconds.toFixed(1)} s${isCut ? ", and were stopped before their end" : ""}.`;
  const without =
    leftOut > 0
      ? ` ${leftOut === 1 ? "1 row" : `${leftOut} rows`} without ${name} ${leftOut === 1 ? "was" : "were"} left out.`
      : "";
  find("score", HTMLElement).replaceChildren(
    ...shown,
    ...notes.map((note) => make("p", { className: "small" }, `Note: ${note}.`)),
    make("p", { className: "soft small" }, `${SOURCES[measuredBy] ?? ""} ${about}${without}`),
  );
}
