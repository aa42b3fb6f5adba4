import { statSync, writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { Bar } from "../../node/bar.js";
import { styleOf } from "../../node/style.js";
import { duration } from "../../record/course-text.js";
import { describeColumns } from "../../table/report-data.js";
import type { TableCheckpoint } from "../../table.js";
import type { Command, Options } from "../command.js";
import { estimatorFor, readSubject, type Subject } from "../estimator.js";
import { EXIT, Failure, UsageError } from "../failure.js";
import { placeOf } from "../input/rows.js";
import { recordOf, type Table } from "../input/table.js";
import { interruption } from "../interruption.js";
import type { AnyModel } from "../model.js";
import { count } from "../output/numbers.js";
import { plain, short } from "../output/plain.js";
import * as text from "../output/report.js";
import { json, write } from "../output/write.js";
import { readResume, removeResume, writeResume } from "../resume-file.js";
import { fit, linearMeasures, measuresOf, type Plan, planOf } from "../scoring.js";

/** Rows that importance is measured on, at most. */
const MOST_FOR_IMPORTANCE = 2000;

/** Checks before training that a file can be written after it. @throws UsageError for a folder, and for one in no folder. */
function checkFolder(option: string, path: string): void {
  const isFolder = (of: string) => statSync(of, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isFolder(path))
    throw new UsageError(`--${option} is ${path}, which is a folder: give the path of a file.`);
  if (isFolder(dirname(path))) return;
  throw new UsageError(`--${option} is ${path}, but there is no folder ${dirname(path)}: make it first.`);
}

/** The path of the model: by default the table's name with another ending, in the current folder. */
function outputOf(table: string, { output }: Options): string {
  const path =
    output ??
    (table === "-" ? "model.safetensors" : `${basename(table).replace(/(\.\w+)?(\.gz)?$/i, "")}.safetensors`);
  if (resolve(path) === resolve(table)) {
    throw new UsageError(`--output is ${path}, which is the table: give another path.`);
  }
  checkFolder("output", path);
  return path;
}

/** Result of the test. */
interface Found {
  measures: text.Measures | undefined;
  linear: text.Measures | undefined;
  importance: text.Importance[];
  /** The rows that were tested. */
  tested: Table;
}

/** Some rows of a table from its beginning; test rows and training rows have no order that matters. */
function someRows({ columns, rows, ...rest }: Table, most: number): Table {
  const part = Array.from(columns, ([name, values]) => [name, values.slice(0, most)] as const);
  return { ...rest, rows: Math.min(rows, most), columns: new Map(part) };
}

async function examine(
  model: AnyModel,
  subject: Subject,
  plan: Plan,
  options: Options,
  { measures, signal }: { measures: text.Measures | undefined; signal: AbortSignal },
): Promise<Found> {
  const tested = plan.test ?? plan.training;
  const linear = measures && (await linearMeasures(subject, plan, options, signal));
  const importance = model.importance(recordOf(someRows(tested, MOST_FOR_IMPORTANCE))) as text.Importance[];
  return { measures, linear, importance, tested };
}

const valueText = (value: unknown): string =>
  value === null || value === undefined || Number.isNaN(value) ? "missing" : String(value);

/** The place of a row, and its values in the columns that matter most. */
function describer({ tested, importance }: Found) {
  const names = importance.slice(0, 3).map(({ column }) => column);
  return (row: number) => ({
    place: placeOf(tested.source, tested.lines[row]),
    values: names
      .map((name) => short(`${name} ${valueText(tested.columns.get(name)?.[row])}`, 28))
      .join(", "),
  });
}

function reportText(found: Found, how: string): string {
  const style = styleOf(process.stdout);
  const { measures, linear, importance, tested } = found;
  const isClasses = measures !== undefined && text.areClasses(measures);
  const lines = measures
    ? text.measureSections(`Test of ${count(measures.rows, "row")}, ${how}`, measures, linear, style)
    : [];
  const fall = isClasses ? "accuracy" : "R²";
  return [
    ...lines,
    ...text.section(
      `Importance: fall of ${fall} if a column is shuffled${tested.rows > MOST_FOR_IMPORTANCE ? `, on ${MOST_FOR_IMPORTANCE} rows` : ""}`,
      text.importanceLines(importance, isClasses, style),
      style,
    ),
    ...(measures ? text.section("Most wrong about", text.worstLines(measures, describer(found)), style) : []),
    "",
  ].join("\n");
}

/** The contents of the table in a line, before training. */
function headline({ table, target, task, values }: Subject): string {
  const { bold } = styleOf(process.stdout);
  const classes = task === "classification" ? [...new Set(values as ArrayLike<unknown> as unknown[])] : [];
  const what =
    task === "classification"
      ? `${count(classes.length, "class").replace(/classs$/, "classes")} (${classes
          .slice(0, 5)
          .map((label) => short(String(label), 20))
          .join(", ")}${classes.length > 5 ? ", ..." : ""})`
      : "a number";
  const left = table.leftOut > 0 ? `; ${count(table.leftOut, "row")} without it left out` : "";
  return `${bold(plain(table.source.name))}: ${count(table.rows, "row")}, ${count(table.columns.size, "column")}; ${bold(short(target, 40))} is ${what}${left}\n`;
}

/** How the score was measured, in words. */
const howOf = ({ test, folds }: Plan): string =>
  test ? "which the model has not seen" : `each by a model of the other ${folds - 1} of ${folds} parts`;

/** Trains a model, tests it, and writes it to a file. */
export const run: Command = async ({ words: [path], options }) => {
  const started = Date.now();
  const output = outputOf(path, options);
  if (options.html !== undefined) checkFolder("html", options.html);
  const subject = await readSubject(path, options);
  const plan = planOf(subject, options);
  const model = await estimatorFor(subject, options);
  const isJSON = options.json === true;
  if (!isJSON) await write(headline(subject));
  const stop = interruption();
  let networks = 0;
  const bar = new Bar(
    process.stderr,
    ({ member = 1 }) => nameOf(member, networks, plan.folds),
    ({ member = 1 }) => member <= networks,
  );
  const checkpoints = new Map<number, TableCheckpoint>();
  let epochs = 0;
  const report = await fit(model, plan, {
    signal: stop.signal,
    onPrepared(columns) {
      if (!isJSON) process.stdout.write(`${describeColumns(columns).map(plain).join("\n")}\n`);
    },
    resume: options.resume ? readResume(output, options, subject.table) : undefined,
    onCheckpoint(checkpoint) {
      checkpoints.set(checkpoint.member, checkpoint);
    },
    onEpoch(epoch) {
      networks = epoch.members - plan.folds;
      epochs++;
      bar.show(epoch);
    },
  });
  bar.clear();
  if (stop.signal.aborted && epochs === 0 && !options.resume) {
    throw new Failure("Stopped before the first epoch ended: nothing was saved.");
  }
  const { saveFile } = await import("../../node.js");
  saveFile(model, output);
  if (stop.signal.aborted) {
    stop.end();
    writeResume(output, options, subject.table, checkpoints.values());
    process.stderr.write(
      `Stopped. ${output} has the networks as they are; the same command with --resume goes on.\n`,
    );
    process.exitCode = EXIT.interrupted;
    return;
  }
  removeResume(output);
  const measures = await measuresOf(model, plan, report);
  const found = await examine(model, subject, plan, options, { measures, signal: stop.signal });
  stop.end();
  if (options.html !== undefined) writePage(options.html, report, found, howOf(plan));
  if (isJSON) await write(`${json(summaryOf(subject, plan, found, output))}\n`);
  else {
    await write(`${reportText(found, howOf(plan))}\n`);
    const next = `densely predict ${output} new.csv > out.csv`;
    await write(`Wrote ${output} in ${duration((Date.now() - started) / 1000)}. Next: ${next}\n`);
  }
};

/** Writes the report as a page, with the measures of the test. */
function writePage(
  path: string,
  report: Awaited<ReturnType<AnyModel["fit"]>>,
  found: Found,
  how: string,
): void {
  const { data } = report;
  if (found.measures) {
    data.targets[0].measures = found.measures;
    data.measuredBy = `rows ${how}`;
  }
  writeFileSync(path, report.toHTML({ importance: found.importance }));
}

const nameOf = (member: number, networks: number, folds: number): string =>
  member > networks ? `fold ${member - networks}/${folds}` : `network ${member}/${networks}`;

/** The report as data. */
function summaryOf({ target, task }: Subject, plan: Plan, found: Found, output: string) {
  const { measures, linear, importance, tested } = found;
  const withLine = measures && {
    ...measures,
    worst: measures.worst.map(({ row, ...rest }) => ({ line: tested.lines[row], ...rest })),
  };
  return {
    ...{ target, task, model: output, rows: plan.training.rows },
    test: measures ? { rows: measures.rows, folds: plan.folds } : null,
    measures: withLine ?? null,
    linear: linear ?? null,
    importance,
  };
}
