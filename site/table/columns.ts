/** Shows what the columns were taken for, and how much each of them matters. */

import { find, make } from "../shared/dom.js";
import { bars, digits, grid, scrolling } from "./parts.js";
import type { ColumnPlan, Importance, Trained } from "./protocol.js";

/** Columns that the bars are shown of. */
const MOST_BARS = 15;
const MOST_LEVELS = 6;

function wordsFor(plan: ColumnPlan): string {
  switch (plan.kind) {
    case "number":
      return `number from ${plan.least} to ${plan.most}${plan.hasIndicator ? ", some missing" : ""}`;
    case "category": {
      const more = plan.levels.length + plan.others - MOST_LEVELS;
      const levels = plan.levels.slice(0, MOST_LEVELS).join(", ");
      return `category: ${levels}${more > 0 ? ` and ${more} more` : ""}${plan.hasMissing ? ", some missing" : ""}`;
    }
    case "date":
      return `date${plan.hasWeek ? ", with its day of the week" : ""}${plan.hasYear ? ", with its time of the year" : ""}${plan.hasIndicator ? ", some missing" : ""}`;
    case "text":
      return `text: its words and pairs of letters as ${plan.features} counts`;
    case "ignore":
      return `left out: ${plan.reason}`;
  }
}

export function showColumns(columns: readonly ColumnPlan[]): void {
  const table = grid(
    ["column", "taken for"],
    columns.map((plan) => [
      plan.name,
      make(
        "span",
        {},
        wordsFor(plan),
        ...(plan.advice ? [make("span", { className: "advice" }, `It ${plan.advice}.`)] : []),
      ),
    ]),
  );
  find("taken", HTMLElement).replaceChildren(scrolling("What the columns were taken for", table));
}

export function showImportance({ importance, importanceRows, data }: Trained): void {
  const shown = importance.slice(0, MOST_BARS);
  const largest = Math.max(...shown.map((of) => of.importance), 1e-9);
  const isClassification = data.task === "classification";
  const words = ({ importance: fall }: Importance) =>
    isClassification ? `${(100 * fall).toFixed(1)}` : digits(fall);
  const measure = isClassification ? "accuracy, in percentage points," : "R²";
  find("importance", HTMLElement).replaceChildren(
    bars(shown.map((of) => ({ name: of.column, share: of.importance / largest, words: words(of) }))),
    make(
      "p",
      { className: "soft small" },
      `How much ${measure} is lost if the values of a column are shuffled, on ${importanceRows.toLocaleString("en")} rows of the table that the networks know. Columns that say the same share their importance.${importance.length > MOST_BARS ? ` The ${MOST_BARS} most important of ${importance.length} columns are shown.` : ""}`,
    ),
  );
}
