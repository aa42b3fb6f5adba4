/**
 * npm run bench:tables: the accuracy of Classifier and Regressor on real tables, beside scikit-learn and XGBoost.
 *
 * npm run bench:tables -- penguins iris --options '{"epochs":100}' measures some tables with other options. --folds 1 takes
 * the first fold of each. --workers trains in workers.
 */

import { parseArgs } from "node:util";
import { frameOfCSV } from "../src/table/csv.js";
import { takeRows } from "../src/table/frame.js";
import { Classifier, Regressor } from "../src/table.js";
import { median } from "./lib/judge.js";
import { machine } from "./lib/report.js";
import {
  type BenchTable,
  errorOf,
  geometricMean,
  METHODS,
  type Method,
  mean,
  readTable,
  relative,
  type Score,
  TABLES,
} from "./lib/tables.js";

const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    options: { type: "string", default: "{}" },
    folds: { type: "string", default: "5" },
    most: { type: "string", default: "Infinity" },
    least: { type: "string", default: "0" },
    workers: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

/** The results of one table. */
interface Outcome {
  readonly table: BenchTable;
  /** Scores of densely by fold. */
  readonly scores: readonly Score[];
  readonly seconds: readonly number[];
}

/** Trains on the rows outside a fold, and measures on those inside. */
async function measure(table: BenchTable, fold: number): Promise<{ score: Score; seconds: number }> {
  const frame = frameOfCSV(readTable(table.name));
  const test = new Set(table.folds[fold]);
  const rowsOf = (isTest: boolean) => {
    const rows = Array.from({ length: frame.rows }, (_, row) => row).filter(
      (row) => test.has(row) === isTest,
    );
    const { columns } = takeRows(frame, rows);
    const line = (fields: unknown[]) =>
      fields.map((field) => JSON.stringify(String(field)).replaceAll('\\"', '""')).join(",");
    const names = [...columns.keys()];
    const lines = rows.map((_, i) => line(names.map((name) => columns.get(name)?.at(i))));
    return [line(names), ...lines].join("\n");
  };
  const [training, held] = [rowsOf(false), rowsOf(true)];
  const options = { target: table.target, seed: fold, ...JSON.parse(given.options) };
  const fitOptions = { worker: given.workers };
  const started = performance.now();
  if (table.task === "classification") {
    const model = new Classifier(options);
    await model.fit(training, fitOptions);
    const seconds = (performance.now() - started) / 1000;
    const { accuracy, logLoss } = model.evaluate(held);
    model.dispose();
    return { score: [accuracy, logLoss], seconds };
  }
  const model = new Regressor(options);
  await model.fit(training, fitOptions);
  const seconds = (performance.now() - started) / 1000;
  const { r2 } = model.evaluate(held);
  model.dispose();
  return { score: [r2], seconds };
}

/** Errors of a method on the folds that all methods were measured on. */
function errorsOf({ table, scores }: Outcome, method: Method | "densely"): number[] {
  const folds = Array.from(scores.keys()).filter((fold) =>
    METHODS.every((other) => table.scores[other][fold]),
  );
  return folds.map((fold) => errorOf(method === "densely" ? scores[fold] : table.scores[method][fold]));
}

/** Error relative to HGB on each fold that HGB was measured on. */
function ratiosOf({ table, scores }: Outcome): number[] {
  return scores.flatMap((score, fold) => {
    const other = table.scores.hgb[fold];
    return other ? [relative(errorOf(score), errorOf(other))] : [];
  });
}

const ALL = [...METHODS, "densely"] as const;

/** The rank of densely among all methods: 1 for the least error; equal ones share the mean of theirs. */
function rankOf(outcome: Outcome): number {
  const errors = ALL.map((method) => mean(errorsOf(outcome, method)));
  const own = errors[errors.length - 1];
  const better = errors.filter((error) => error < own - 1e-12).length;
  const equal = errors.filter((error) => Math.abs(error - own) <= 1e-12).length;
  return better + (equal + 1) / 2;
}

const digits = (value: number | undefined): string =>
  (value === undefined ? "" : value.toFixed(3)).padStart(8);

function print(outcome: Outcome): void {
  const { table, seconds, scores } = outcome;
  const losses = scores.flatMap((score) => (score.length === 2 ? [score[1]] : []));
  const cells = [
    geometricMean(ratiosOf(outcome)),
    rankOf(outcome),
    ...ALL.map((method) => mean(errorsOf(outcome, method))),
    losses.length > 0 ? mean(losses) : undefined,
    median(seconds),
  ];
  console.log(`${table.name.padEnd(13)}${String(table.rows).padStart(6)}${cells.map(digits).join("")}`);
}

function ratioWithin(outcomes: readonly Outcome[], from: number, to: number): number | undefined {
  const within = outcomes.filter(({ table }) => table.rows > from && table.rows <= to);
  return within.length > 0 ? geometricMean(within.flatMap(ratiosOf)) : undefined;
}

/** Mean log loss over the classifications. */
function logLossOf(outcomes: readonly Outcome[], method: Method | "densely"): number {
  const ofTables = outcomes.filter(({ table }) => table.task === "classification");
  return mean(
    ofTables.map(({ table, scores }) => {
      const folds = Array.from(scores.keys()).filter((fold) => METHODS.every((m) => table.scores[m][fold]));
      return mean(
        folds.map((fold) => (method === "densely" ? scores[fold] : table.scores[method][fold])[1] as number),
      );
    }),
  );
}

const named = TABLES.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const tables = named.filter(({ rows }) => rows <= Number(given.most) && rows >= Number(given.least));
const outcomes: Outcome[] = [];
const { date, processor, node } = machine();
console.log(`${date}, ${processor}, Node.js ${node}; scikit-learn 1.2, XGBoost 1.7`);
const titles = ["to hgb", "rank", ...ALL, "logloss", "s"];
console.log(`${"table".padEnd(13)}${"rows".padStart(6)}${titles.map((title) => title.padStart(8)).join("")}`);
for (const table of [...tables].sort((a, b) => a.rows - b.rows)) {
  const scores: Score[] = [];
  const seconds: number[] = [];
  // Without a score of the others, a fold says nothing.
  const folds = Object.keys(table.scores.hgb).length;
  for (let fold = 0; fold < Math.min(folds, Number(given.folds)); fold++) {
    const result = await measure(table, fold);
    scores.push(result.score);
    seconds.push(result.seconds);
  }
  const outcome = { table, scores, seconds };
  outcomes.push(outcome);
  print(outcome);
}

const ranges = [
  ["up to 1,000 rows", 0, 1000],
  ["1,000 to 3,300 rows", 1000, 3300],
  ["above", 3300, Infinity],
] as const;
for (const [title, from, to] of ranges) {
  const ratio = ratioWithin(outcomes, from, to);
  if (ratio !== undefined) console.log(`error relative to HGB, ${title}: ${ratio.toFixed(3)}`);
}
console.log(`mean rank among ${ALL.length}: ${mean(outcomes.map(rankOf)).toFixed(2)}`);
if (outcomes.some(({ table }) => table.task === "classification")) {
  const others = METHODS.map((method) => logLossOf(outcomes, method));
  const own = logLossOf(outcomes, "densely");
  console.log(
    `mean log loss ${own.toFixed(3)}, ${(own / Math.min(...others)).toFixed(3)} of the best other (${others.map((loss) => loss.toFixed(3)).join(", ")})`,
  );
}
const small = outcomes.filter(({ table }) => table.rows <= 1100).flatMap(({ seconds }) => seconds);
if (small.length > 0) console.log(`median time to fit up to 1,100 rows: ${median(small).toFixed(2)} s`);
