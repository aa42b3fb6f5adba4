import { checkFunction } from "../fit/basic-options.js";
import { checkKeys } from "../model/check.js";
import { exportMembers } from "../model/exported.js";
import { reportPage } from "./html.js";
import type { Importance } from "./importance.js";
import { count, describeColumns, describeRecipe, type ReportData } from "./report-data.js";

/** Options of toHTML. */
export interface PageOptions {
  /** As model.importance(rows) returns it: of one target, or by target. */
  importance?: readonly Importance[] | Readonly<Record<string, readonly Importance[]>> | undefined;
  /** The name of a row by its number from 0. Default: the number. */
  place?: ((row: number) => string) | undefined;
}

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
   * @param options importance, as model.importance(rows) returns it, to show it too; place, the name of a row by its number
   * from 0, by default the number.
   */
  toHTML(options: PageOptions = {}): string {
    const { importance, place = String } = checkKeys<PageOptions>(options, ["importance", "place"], "toHTML");
    checkFunction(place, "place");
    const ofTarget = (name: string) =>
      Array.isArray(importance) ? importance : (importance as Record<string, readonly Importance[]>)?.[name];
    return reportPage(this.data, { ofTarget, place });
  }
}
