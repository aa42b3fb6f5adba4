import { numberIn } from "../../table/number-text.js";
import type { Command, Options } from "../command.js";
import { Failure } from "../failure.js";
import { openRows } from "../input/batches.js";
import { type Batch, placeOf, type Rows } from "../input/rows.js";
import { Source } from "../input/source.js";
import { withLines } from "../input/table.js";
import { type AnyModel, byTarget, type Facts, factsOf, loadModel } from "../model.js";
import { lineWriter } from "../output/csv.js";
import { json, write } from "../output/write.js";

/** Predictions for the rows of a batch: the values of each added column. */
type Added = unknown[][];

/** The names of the columns that are added: new ones, so that no column of the table is lost. */
function addedNames({ targets }: Facts, isClassifier: boolean, names: readonly string[]): string[] {
  const parts = isClassifier ? ["prediction", "probability"] : ["prediction"];
  const wanted = targets.flatMap((target) =>
    targets.length > 1 ? parts.map((part) => `${part} of ${target}`) : parts,
  );
  return wanted.map((name) => {
    let free = name;
    for (let i = 2; names.includes(free); i++) free = `${name} ${i}`;
    return free;
  });
}

/** The end of a sentence about a text that would be a number with the other mark before decimals. */
function withComma(text: string, { decimal }: Source): string {
  const other = decimal === "." ? "," : ".";
  return numberIn(text, other) === undefined ? "" : `; --decimal ${other} reads ${text}`;
}

/** The values of each column that a model reads, for the rows of a batch. @throws Failure for text among numbers. */
function inputsOf(facts: Facts, source: Source, { names, delimiter }: Rows, { rows, lines }: Batch) {
  const missing = new Set<unknown>(facts.missing);
  const places = new Map(names.map((name, c) => [name, c]));
  const inputs = new Map<string, unknown[] | Float64Array>();
  for (const { name, kind } of facts.columns) {
    const c = places.get(name);
    // A record may leave out what is missing.
    if (c === undefined) {
      inputs.set(name, new Array(rows.length).fill(undefined));
      continue;
    }
    const isNumbers = kind === "number" && delimiter !== undefined;
    const values = isNumbers ? new Float64Array(rows.length) : new Array<unknown>(rows.length);
    for (let r = 0; r < rows.length; r++) {
      const given = rows[r][c];
      const value = typeof given === "string" ? given.trim() : given;
      if (!isNumbers) {
        values[r] = value;
        continue;
      }
      const isMissing = value === "" || missing.has(value);
      const number = isMissing ? Number.NaN : numberIn(value as string, source.decimal);
      if (number === undefined) {
        throw new Failure(
          `${source.name}, ${placeOf(source, lines[r])}, column ${JSON.stringify(name)} is ${JSON.stringify(value)}: it is a column of numbers, so give one, or nothing where it is missing${withComma(value as string, source)}.`,
        );
      }
      values[r] = number;
    }
    inputs.set(name, values);
  }
  // A column may be named "__proto__", which an assignment would not make a key.
  return Object.fromEntries(inputs);
}

/** The predictions for a batch. */
function predictBatch(
  model: AnyModel,
  facts: Facts,
  inputs: Record<string, unknown[] | Float64Array>,
): Added {
  const perTarget = (given: unknown) => byTarget(facts, given).map(([, value]) => value);
  const chances = model.probabilities?.(inputs).map((row) => perTarget(row) as Record<string, number>[]);
  if (!chances) return model.predict(inputs).map(perTarget);
  const decided = facts.labels
    ? chances.map((ofRow) => ofRow.map((of, t) => mostProbable(facts.labels?.[t] ?? [], of)))
    : model.predict(inputs).map(perTarget);
  return decided.map((ofRow, r) => ofRow.flatMap((label, t) => [label, chances[r][t][String(label)]]));
}

/** The first of the most probable labels, which predict would find by computing all probabilities again. */
function mostProbable(labels: readonly unknown[], chances: Readonly<Record<string, number>>): unknown {
  let best = labels[0];
  for (const label of labels) if (chances[String(label)] > chances[String(best)]) best = label;
  return best;
}

/** Checks that a table has every column that a model reads. */
function checkColumns({ columns }: Facts, source: Source, { names }: Rows): void {
  const lacking = columns.filter(({ name }) => !names.includes(name));
  // Records may leave out what is missing.
  if (lacking.length === 0 || source.format === "json" || source.format === "jsonl") return;
  const some = lacking.slice(0, 5).map(({ name }) => JSON.stringify(name));
  throw new Failure(
    `${source.name} has no column ${some.join(", ")}${lacking.length > 5 ? ", ..." : ""}, which the model reads: give a table with the columns of training.`,
  );
}

/** A probability with six digits, a number with all that it has. */
const rounded = (value: unknown, name: string): unknown =>
  typeof value === "number" && name.startsWith("probability") ? Number(value.toFixed(6)) : value;

/** Rows whose texts are numbers where the model reads numbers, for JSON; rows as they are for CSV. */
function withNumbers(
  fields: unknown[][],
  { names, delimiter }: Rows,
  inputs: Readonly<Record<string, unknown[] | Float64Array>>,
  { json: isJSON }: Options,
): unknown[][] {
  if (!isJSON || delimiter === undefined) return fields;
  const numbers = names.map((name) => (inputs[name] instanceof Float64Array ? inputs[name] : undefined));
  return fields.map((row, r) => row.map((value, c) => numbers[c]?.[r] ?? value));
}

/** A writer of rows in the format of the output. @returns the header, and a function for each row. */
function writerFor(rows: Rows, names: readonly string[], options: Options) {
  const asJSON = options.json === true || rows.delimiter === undefined;
  const line = lineWriter(rows.delimiter ?? ",", options.raw === true);
  return asJSON
    ? {
        header: "",
        write: (values: readonly unknown[]) =>
          `${json(Object.fromEntries(names.map((name, i) => [name, values[i]])))}\n`,
      }
    : { header: line(names), write: line };
}

/** Rows in, rows with predictions out, some at a time. */
export const run: Command = async ({ words: [path, table], options }) => {
  const model = await loadModel(path);
  const facts = factsOf(model);
  const source = new Source(table, options.format, options.decimal ?? facts.decimal);
  const rows = await openRows(source);
  checkColumns(facts, source, rows);
  const added = addedNames(facts, model.probabilities !== undefined, rows.names);
  const writer = writerFor(rows, [...rows.names, ...added], options);
  if (writer.header !== "") await write(writer.header);
  for await (const batch of rows.batches) {
    if (batch.rows.length === 0) continue;
    const inputs = inputsOf(facts, source, rows, batch);
    const predictions = await withLines({ source, lines: Int32Array.from(batch.lines) }, () =>
      predictBatch(model, facts, inputs),
    );
    const texts = withNumbers(batch.rows, rows, inputs, options).map((fields, r) =>
      writer.write([...fields, ...predictions[r].map((value, i) => rounded(value, added[i]))]),
    );
    await write(texts.join(""));
  }
};
