/** The training step as the core runs it, with the values that the last one left in memory. */

import { lastStep, type StepLine } from "densely/explain";
import type { Line } from "./protocol.js";
import type { Training } from "./training.js";

/** Values of a line that are shown: the first ones of the first sample, or of the first unit. */
const SHOWN = 5;

const hex = (address: number): string => `@${address.toString(16).padStart(6, "0")}`;

function brief(value: number): string {
  const text = Math.abs(value) < 1e-3 && value !== 0 ? value.toExponential(1) : value.toFixed(3);
  return text.startsWith("-") ? text : ` ${text}`;
}

/** The values as text, or who wrote over them: the later line whose result has the same address. */
function valuesText({ values, address }: StepLine, later: readonly StepLine[]): string {
  if (values) {
    const shown = Array.from(values.subarray(0, SHOWN), brief).join(" ");
    return values.length > SHOWN ? `${shown} …` : shown;
  }
  const writer = later.findLast((line) => line.address === address);
  return writer ? `in place: see ${writer.equation.split(" = ")[0]}` : "written over";
}

/** The lines of explain(), before there is a step. */
function printedLines({ network, batch }: Training): Line[] {
  const [, ...lines] = network.explain({ batchSize: batch }).split("\n");
  return lines.map((line) => {
    const [, equation, shape, address] = /^(.*?)\s+(\d+x\d+)\s+(@[0-9a-f]+)$/.exec(line) ?? [
      "",
      line,
      "",
      "",
    ];
    return { equation, shape, address, values: "" };
  });
}

/** The lines of the last step with its values; of explain() before the first one. */
export function listingOf(training: Training): Line[] {
  const lines = lastStep(training.network);
  if (lines.length === 0) return printedLines(training);
  return lines.map((line, i) => ({
    equation: line.equation,
    shape: `${line.rows}x${line.cols}`,
    address: hex(line.address),
    values: valuesText(line, lines.slice(i + 1)),
  }));
}
