import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";

const file = new URL("../results.json", import.meta.url);

export function machine() {
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: cpus()[0].model,
    node: process.versions.node,
  };
}

/** Puts one workload's results into results.json and leaves the others as they are. */
export function keep({ workload, ...results }) {
  const all = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  all[workload] = { ...machine(), ...results };
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
}

/** @param {number} value */
export function threeDigits(value) {
  if (!Number.isFinite(value)) return "-";
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}

const words = { same: "", falls: "another loss", fails: "DOES NOT TRAIN" };

/** @param {Awaited<ReturnType<typeof import("./race.mjs").race>>} results */
export function table({ workload, rounds, contestants }) {
  const own = contestants.find(({ name }) => name === "densely")?.samplesPerSecond;
  const rows = contestants.map(({ name, version, samplesPerSecond, finalLoss, training, note, error }) => {
    if (error) return [name, "", "", "", "", error];
    return [
      name,
      version,
      threeDigits(samplesPerSecond),
      own ? `${threeDigits(own / samplesPerSecond)}x` : "-",
      finalLoss.toFixed(4),
      note ?? words[training],
    ].map((cell, column) =>
      column === 5 && note && training === "fails" ? `${cell}; ${words.fails}` : cell,
    );
  });
  const head = ["", "version", "samples/s", "densely / it", "final loss", ""];
  const lines = align([head, ...rows], ["left", "left", "right", "right", "right", "left"]);
  const { date, processor, node } = machine();
  return `${workload}   medians of ${rounds} rounds, ${date}, ${processor}, Node ${node}\n${lines.join("\n")}\n`;
}

function align(rows, sides) {
  const widths = sides.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => {
    const cells = row.map((cell, i) =>
      sides[i] === "left" ? cell.padEnd(widths[i]) : cell.padStart(widths[i]),
    );
    return `  ${cells.join("  ")}`.trimEnd();
  });
}
