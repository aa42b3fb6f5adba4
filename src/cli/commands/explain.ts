import { type Style, styleOf } from "../../node/style.js";
import type { Command } from "../command.js";
import { Source } from "../input/source.js";
import { readTable, withLines } from "../input/table.js";
import { byTarget, factsOf, loadModel } from "../model.js";
import { digits } from "../output/numbers.js";
import { short } from "../output/plain.js";
import { bar, section } from "../output/report.js";
import { json, write } from "../output/write.js";

/** As explain of densely/table returns it. */
interface Explanation {
  prediction: unknown;
  value: number;
  base: number;
  contributions: { column: string; value: unknown; median: unknown; adds: number }[];
}

const MOST = 20;

const valueText = (value: unknown): string =>
  value === null || value === undefined || Number.isNaN(value)
    ? "missing"
    : value instanceof Date
      ? value.toISOString().slice(0, 10)
      : typeof value === "number"
        ? digits(value)
        : String(value);

const signed = (value: number): string => `${value < 0 ? "-" : "+"}${digits(Math.abs(value))}`;

function linesOf(
  { prediction, value, base, contributions }: Explanation,
  target: string,
  style: Style,
): string[] {
  const shown = contributions.slice(0, MOST);
  const most = Math.max(...shown.map(({ adds }) => Math.abs(adds)), 1e-12);
  const rest = contributions.length - shown.length;
  const cells = shown.map((part) => [
    short(part.column, 24),
    short(valueText(part.value), 20),
    signed(part.adds),
  ]);
  const widths = [0, 1, 2].map((c) => Math.max(...cells.map((row) => row[c].length)));
  const probability =
    typeof prediction === "number" && prediction === value ? "" : ` with probability ${digits(value)}`;
  const lines = shown.map(({ adds }, i) => {
    const [column, of, text] = cells[i];
    const length = bar(Math.abs(adds) / most);
    const drawn = adds < 0 ? style.bad(length) : style.good(length);
    return `${column.padEnd(widths[0])}  ${of.padEnd(widths[1])}  ${text.padStart(widths[2])}  ${drawn}`.trimEnd();
  });
  return section(
    `${target}: ${short(valueText(prediction), 40)}${probability}; the median row has ${digits(base)}`,
    rest > 0 ? [...lines, `and ${rest} more`] : lines,
    style,
  );
}

/** Shows how much each column adds to the prediction for the first row of a table. */
export const run: Command = async ({ words: [path, file], options }) => {
  const model = await loadModel(path);
  const facts = factsOf(model);
  const format = options.format ?? (file === "-" ? "json" : undefined);
  const source = new Source(file, format, options.decimal ?? facts.decimal);
  const table = await readTable(source, { ...facts, targets: [] });
  if (table.rows > 1) {
    process.stderr.write(`${source.name} has ${table.rows} rows: the first one is explained.\n`);
  }
  const row = Object.fromEntries(Array.from(table.columns, ([name, values]) => [name, values[0]]));
  const found = await withLines(table, () => model.explain(row));
  if (options.json) {
    await write(`${json(found)}\n`);
    return;
  }
  const style = styleOf(process.stdout);
  const lines = byTarget<Explanation>(facts, found).flatMap(([target, of]) => linesOf(of, target, style));
  await write(`${lines.slice(1).join("\n")}\n`);
};
