import { type Style, styleOf } from "../../node/style.js";
import { CODE_ADVICE } from "../../table/columns/advice.js";
import type { ColumnPlan } from "../../table/columns/index.js";
import { describeColumns } from "../../table/report-data.js";
import type { Subject, Target, Task } from "../estimator.js";
import { type Examination, type Finding, MOST_FOR_IMPORTANCE } from "../examination.js";
import { placeOf } from "../input/rows.js";
import type { Table } from "../input/table.js";
import type { Plan } from "../scoring.js";
import { count, digits } from "./numbers.js";
import { plain, short } from "./plain.js";
import * as text from "./report.js";

/** A target with its classes, if it has any. */
function targetText({ name, values }: Target, task: Task, { bold }: Style): string {
  const named = bold(short(name, 40));
  if (task === "regression") return `${named} is a number`;
  const classes = [...new Set<unknown>(values)];
  const some = classes
    .slice(0, 5)
    .map((label) => short(String(label), 20))
    .join(", ");
  const noun = classes.length === 1 ? "class" : "classes";
  return `${named} is ${classes.length.toLocaleString("en")} ${noun} (${some}${classes.length > 5 ? ", ..." : ""})`;
}

/** The contents of the table in a line, before training. */
export function headline({ table, targets, task }: Subject): string {
  const style = styleOf(process.stdout);
  const what = targets.map((target) => targetText(target, task, style)).join("; ");
  const left =
    table.leftOut > 0
      ? `; ${count(table.leftOut, "row")} without ${targets.length > 1 ? "a target" : "it"} left out`
      : "";
  return `${style.bold(plain(table.source.name))}: ${count(table.rows, "row")}, ${count(table.columns.size, "column")}; ${what}${left}\n`;
}

/** The kinds of the columns, a line for each, and notes about some. */
export function columnsText(columns: readonly ColumnPlan[], codes: readonly string[]): string {
  const advised = columns.map((plan) =>
    codes.includes(plan.name) ? { ...plan, advice: CODE_ADVICE } : plan,
  );
  return `${describeColumns(advised).map(plain).join("\n")}\n`;
}

/** How the score was measured, in words. */
export const howOf = ({ test, folds }: Plan): string =>
  test ? "which the model has not seen" : `each by a model of the other ${folds - 1} of ${folds} parts`;

function valueText(value: unknown): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "missing";
  return typeof value === "number" ? digits(value) : String(value);
}

/** The place of a row, and its values in the columns that matter most. */
function describer(tested: Table, { importance }: Finding) {
  const names = importance.slice(0, 3).map(({ column }) => column);
  return (row: number) => ({
    place: placeOf(tested.source, tested.lines[row]),
    values: names
      .map((name) => short(`${name} ${valueText(tested.columns.get(name)?.[row])}`, 28))
      .join(", "),
  });
}

function findingLines(
  finding: Finding,
  { task, findings, tested }: Examination,
  how: string,
  style: Style,
): string[] {
  const { target, measures, linear, importance, notes } = finding;
  const isClasses = task === "classification";
  const of = findings.length === 1 ? "" : `${short(target, 40)}: `;
  const scores = measures
    ? text.measureSections(`${of}Test of ${count(measures.rows, "row")}, ${how}`, measures, linear, style)
    : ["", `${of}No test: it needs at least 10 rows, and --test above 0.`];
  const part = tested.rows > MOST_FOR_IMPORTANCE ? `, on ${MOST_FOR_IMPORTANCE} rows` : "";
  return [
    ...scores,
    ...text.section(
      `${of}Importance: fall of ${isClasses ? "accuracy" : "R²"} if a column is shuffled${part}`,
      text.importanceLines(importance, isClasses, style),
      style,
    ),
    ...(measures
      ? text.section(`${of}Most wrong about`, text.worstLines(measures, describer(tested, finding)), style)
      : []),
    ...(notes.length > 0 ? ["", ...notes.map((note) => `${of}note: ${plain(note)}`)] : []),
  ];
}

/** The test of a model as text. */
export function examinationText(examination: Examination, how: string): string {
  const style = styleOf(process.stdout);
  const lines = examination.findings.flatMap((finding) => findingLines(finding, examination, how, style));
  return `${lines.join("\n")}\n\n`;
}
