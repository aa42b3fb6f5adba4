import { type Style, styleOf } from "../../node/style.js";
import type { Command } from "../command.js";
import { placeOf } from "../input/rows.js";
import { Source } from "../input/source.js";
import { readTable, recordOf, type Table, withLines } from "../input/table.js";
import { byTarget, factsOf, loadModel } from "../model.js";
import { count } from "../output/numbers.js";
import * as text from "../output/report.js";
import { json, write } from "../output/write.js";

/** The measures of one target as lines. */
function linesOf(measures: text.Measures, table: Table, target: string, style: Style): string[] {
  const place = (row: number) => ({ place: placeOf(table.source, table.lines[row]), values: "" });
  return [
    ...text.measureSections(`${target}: ${count(measures.rows, "row")}`, measures, undefined, style),
    ...text.section("Most wrong about", text.worstLines(measures, place), style),
  ];
}

/** Scores a model on rows that have the target. */
export const run: Command = async ({ words: [path, file], options }) => {
  const model = await loadModel(path);
  const facts = factsOf(model);
  const source = new Source(file, options.format, options.decimal ?? facts.decimal);
  const table = await readTable(source, facts);
  const measures = await withLines(table, () => model.evaluate(recordOf(table)));
  if (options.json) {
    await write(`${json(measures)}\n`);
    return;
  }
  const style = styleOf(process.stdout);
  const lines = byTarget<text.Measures>(facts, measures).flatMap(([target, of]) =>
    linesOf(of, table, target, style),
  );
  await write(`${lines.slice(1).join("\n")}\n`);
};
