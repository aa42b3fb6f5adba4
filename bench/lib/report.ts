import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import type { Verdict } from "./judge.js";

const file = new URL("../results.json", import.meta.url);

/** The date and the machine of a measurement. */
export interface Machine {
  readonly date: string;
  readonly processor: string;
  readonly node: string;
}

/** A contestant that took part in a race. */
export interface Finish {
  readonly name: string;
  readonly version: string;
  readonly samplesPerSecond: number;
  readonly slowest: number;
  readonly fastest: number;
  readonly firstLoss: number;
  readonly finalLoss: number;
  readonly training: Verdict;
  /** Differences from the task, if there are any. */
  readonly note: string | null;
  readonly error?: undefined;
}

/** A contestant that failed. */
export interface Failure {
  readonly name: string;
  readonly error: string;
}

export interface RaceResults {
  readonly workload: string;
  readonly rounds: number;
  readonly contestants: readonly (Finish | Failure)[];
}

export function machine(): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: cpus()[0].model,
    node: process.versions.node,
  };
}

/** Replaces the results of one workload in results.json and keeps the others. */
export function keep({
  workload,
  ...results
}: {
  readonly workload: string;
  readonly [result: string]: unknown;
}): void {
  const all = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  all[workload] = { ...machine(), ...results };
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
}

/** The races in results.json, by workload. */
export function keptRaces(): Record<string, Machine & RaceResults> {
  return JSON.parse(readFileSync(file, "utf8"));
}

export function threeDigits(value: number): string {
  if (!Number.isFinite(value)) return "-";
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}

/** True if a contestant took part. */
export function hasFinished(contestant: Finish | Failure): contestant is Finish {
  return contestant.error === undefined;
}

const VERDICTS: Record<Verdict, string> = { same: "", falls: "another loss", fails: "DOES NOT TRAIN" };

/** The results of a race as lines of text. */
export function table({ workload, rounds, contestants }: RaceResults): string {
  const own = contestants.filter(hasFinished).find(({ name }) => name === "densely")?.samplesPerSecond;
  const rows = contestants.map((contestant) => {
    if (!hasFinished(contestant)) return [contestant.name, "", "", "", "", contestant.error];
    const { name, version, samplesPerSecond, finalLoss, training, note } = contestant;
    const remark =
      note === null ? VERDICTS[training] : training === "fails" ? `${note}; ${VERDICTS.fails}` : note;
    const ratio = own ? `${threeDigits(own / samplesPerSecond)}x` : "-";
    return [name, version, threeDigits(samplesPerSecond), ratio, finalLoss.toFixed(4), remark];
  });
  const head = ["", "version", "samples/s", "densely / it", "final loss", ""];
  const lines = alignColumns([head, ...rows], ["left", "left", "right", "right", "right", "left"]);
  const { date, processor, node } = machine();
  return `${workload}   medians of ${rounds} rounds, ${date}, ${processor}, Node ${node}\n${lines.join("\n")}\n`;
}

/** Pads the cells of each column to the same width. */
export function alignColumns(rows: readonly string[][], sides: readonly ("left" | "right")[]): string[] {
  const widths = sides.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => {
    const cells = row.map((cell, i) =>
      sides[i] === "left" ? cell.padEnd(widths[i]) : cell.padStart(widths[i]),
    );
    return `  ${cells.join("  ")}`.trimEnd();
  });
}
