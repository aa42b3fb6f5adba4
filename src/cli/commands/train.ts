import { statSync, writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { Bar } from "../../node/bar.js";
import { duration } from "../../record/course-text.js";
import type { TableCheckpoint } from "../../table.js";
import type { Command, Options } from "../command.js";
import { type Aim, aimOf, estimatorFor, readSubject } from "../estimator.js";
import { type Examination, examine, summaryOf } from "../examination.js";
import { EXIT, Failure, UsageError } from "../failure.js";
import { placeOf } from "../input/rows.js";
import { interruption } from "../interruption.js";
import type { AnyModel } from "../model.js";
import { columnsText, examinationText, headline, howOf } from "../output/training.js";
import { json, write } from "../output/write.js";
import { identityOf, readResume, removeResume, writeResume } from "../resume-file.js";
import { type FitReport, fit, type Plan, planOf } from "../scoring.js";

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

/** A training before it begins. The rows are in its plan alone: a test may have a fifth of them apart, and copies cost memory. */
interface Setup {
  model: AnyModel;
  plan: Plan;
  aim: Aim;
  /** Columns of numbers that may be codes. */
  codes: readonly string[];
  identity: string;
}

/** Reads a table, and says what it is. */
async function setUp(path: string, options: Options): Promise<Setup> {
  const subject = await readSubject(path, options);
  const aim = aimOf(subject);
  const plan = planOf(subject, options);
  const model = await estimatorFor(aim, options);
  if (options.json !== true) await write(headline(subject));
  const { codes } = subject.table;
  return { model, plan, aim, codes, identity: identityOf(options, subject.table) };
}

/** Trains a model, tests it, and writes it to a file. */
export const run: Command = async ({ words: [path], options }) => {
  const started = Date.now();
  const output = outputOf(path, options);
  if (options.html !== undefined) checkFolder("html", options.html);
  const { model, plan, aim, codes, identity } = await setUp(path, options);
  const isJSON = options.json === true;
  const stop = interruption();
  const folds = plan.folds * aim.targets.length;
  let networks = 0;
  const bar = new Bar(
    process.stderr,
    ({ member = 1 }) => nameOf(member, networks, folds),
    ({ member = 1 }) => member <= networks,
  );
  const checkpoints = new Map<number, TableCheckpoint>();
  let epochs = 0;
  const report = await fit(model, plan, {
    signal: stop.signal,
    onPrepared(columns) {
      if (!isJSON) process.stdout.write(columnsText(columns, codes));
    },
    resume: options.resume ? readResume(output, identity) : undefined,
    onCheckpoint(checkpoint) {
      checkpoints.set(checkpoint.member, checkpoint);
    },
    onEpoch(epoch) {
      networks = epoch.members - folds;
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
    writeResume(output, identity, checkpoints.values());
    process.stderr.write(
      `Stopped. ${output} has the networks as they are; the same command with --resume goes on.\n`,
    );
    process.exitCode = EXIT.interrupted;
    return;
  }
  removeResume(output);
  const examination = await examine(model, aim, plan, options, { report, signal: stop.signal });
  stop.end();
  if (options.html !== undefined) writePage(options.html, report, examination, howOf(plan));
  if (isJSON) await write(`${json(summaryOf(plan, examination, output))}\n`);
  else {
    await write(examinationText(examination, howOf(plan)));
    const next = `densely predict ${output} new.csv > out.csv`;
    await write(`Wrote ${output} in ${duration((Date.now() - started) / 1000)}. Next: ${next}\n`);
  }
};

/** Writes the report as a page, with the measures of the test. */
function writePage(path: string, report: FitReport, examination: Examination, how: string): void {
  const { findings, tested } = examination;
  const { data } = report;
  findings.forEach(({ measures }, t) => {
    if (measures === undefined) return;
    data.targets[t].measures = measures;
    data.measuredBy = `rows ${how}`;
  });
  const importance = Object.fromEntries(findings.map((finding) => [finding.target, finding.importance]));
  const place = (row: number) => placeOf(tested.source, tested.lines[row]);
  writeFileSync(path, report.toHTML({ importance, place }));
}

const nameOf = (member: number, networks: number, folds: number): string =>
  member > networks ? `fold ${member - networks}/${folds}` : `network ${member}/${networks}`;
