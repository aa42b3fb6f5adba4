import { Failure } from "../failure.js";
import type { Source } from "./source.js";

/** Some records of a file, with the line of each; of a .json file its number, from 1. */
export interface RecordBatch {
  records: Record<string, unknown>[];
  lines: number[];
}

/** Records that are handed on at a time. */
const BATCH = 4096;

/** True for the beginning of a text that may still become JSON. */
function mayGoOn(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return true;
  } catch (error) {
    const { message } = error as Error;
    const position = /position (\d+)/.exec(message)?.[1];
    return /Unexpected end|Unterminated/.test(message) || Number(position) >= beginning.length;
  }
}

/** The place of the first character that makes a text no JSON, found by halving: not every engine says it. */
function faultIn(text: string): number {
  let [good, bad] = [0, text.length + 1];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (mayGoOn(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

/** Parses JSON. @param first the line in which the text begins. @throws Failure with line and column. */
function parse(source: Source, text: string, first: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const before = text.slice(0, faultIn(text)).split("\n");
    const column = before[before.length - 1].length + 1;
    throw new Failure(
      `${source.name}, line ${first + before.length - 1}, column ${column}: this is no JSON: give an array of objects in a .json file, and one object a line in a .jsonl file.`,
    );
  }
}

function checkRecord(source: Source, place: string, value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  const text = JSON.stringify(value).slice(0, 40);
  throw new Failure(`${source.name}, ${place} is ${text}: give an object with a value for each column.`);
}

/** The records of a .json file: an array of objects, one object, or an object of columns. */
function recordsIn(source: Source, value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.map((item, i) => checkRecord(source, `record ${i + 1}`, item));
  const record = checkRecord(source, "the value", value);
  const columns = Object.entries(record);
  if (columns.length === 0 || !columns.every(([, values]) => Array.isArray(values))) return [record];
  const rows = Math.max(...columns.map(([, values]) => (values as unknown[]).length));
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(columns.map(([name, values]) => [name, (values as unknown[])[row]])),
  );
}

/** The lines of a text that comes in parts. */
async function* linesOf(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of texts) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}

/** The records of a .json or a .jsonl file. @throws Failure naming line and column. */
export async function* recordBatches(source: Source): AsyncGenerator<RecordBatch> {
  if (source.format === "json") {
    const records = recordsIn(source, parse(source, await source.whole(), 1));
    for (let from = 0; from < records.length; from += BATCH) {
      const part = records.slice(from, from + BATCH);
      yield { records: part, lines: part.map((_, i) => from + i + 1) };
    }
    return;
  }
  let batch: RecordBatch = { records: [], lines: [] };
  let line = 0;
  for await (const text of linesOf(source.text())) {
    line++;
    if (text.trim() === "") continue;
    batch.records.push(checkRecord(source, `line ${line}`, parse(source, text, line)));
    batch.lines.push(line);
    if (batch.records.length < BATCH) continue;
    yield batch;
    batch = { records: [], lines: [] };
  }
  if (batch.records.length > 0) yield batch;
}
