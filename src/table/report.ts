import { checkKeys } from "../model/check.js";
import { exportMembers } from "../model/exported.js";
import { reportPage } from "./html.js";
import type { Importance } from "./importance.js";
import { count, describeColumns, describeRecipe, type ReportData } from "./report-data.js";

/** Result of a fit. String(report) is its text. */
export class Report<M> {
  static {
    exportMembers(Report.prototype, ["summary()", "toHTML(options)"]);
  }

  readonly data: ReportData<M>;
  readonly #describe: (measures: M) => string[];

  /** @param describe the main measures in words. */
  constructor(data: ReportData<M>, describe: (measures: M) => string[]) {
    this.data = data;
    this.#describe = describe;
  }

  /** Measures of the first target, on rows that the networks which predicted them were not trained on. */
  get measures(): M | undefined {
    return this.data.targets[0].measures;
  }

  toJSON(): ReportData<M> {
    return this.data;
  }

  /** The summary and the time that fit took. */
  toString(): string {
    const { seconds, isCut } = this.data;
    return `${this.summary()}\ntrained in ${seconds.toFixed(1)} s${isCut ? ", stopped before its end" : ""}`;
  }

  /** The report as text without the time, so that it is the same for the same training. */
  summary(): string {
    const { task, rows, inputs, columns, recipe, measuredBy, targets } = this.data;
    const lines = [
      `${task} of ${targets.map(({ name }) => name).join(", ")}: ${count(rows, "row")}, ${count(columns.length, "column")}, ${count(inputs, "input")}`,
      ...describeColumns(columns),
      describeRecipe(recipe),
    ];
    for (const { name, measures, notes } of targets) {
      const of = targets.length > 1 ? `${name}: ` : "";
      if (measures === undefined) {
        lines.push(
          `${of}no rows were kept for a score: fit(rows, { folds: 5 }) or evaluate(otherRows) has one`,
        );
      } else {
        for (const line of this.#describe(measures)) lines.push(`${of}${line} (${measuredBy})`);
      }
      for (const note of notes) lines.push(`note: ${note}`);
    }
    return lines.join("\n");
  }

  /**
   * The report as one page in HTML that loads nothing: the score against the baseline, classes, confusion, calibration, the
   * rows that the model is most wrong about, loss curves and columns.
   * @param options importance, as model.importance(rows) returns it for one target, to show it too.
   */
  toHTML(options: { importance?: readonly Importance[] | undefined } = {}): string {
    const { importance } = checkKeys<{ importance?: readonly Importance[] }>(
      options,
      ["importance"],
      "toHTML",
    );
    return reportPage(this.data, importance && [importance]);
  }
}
