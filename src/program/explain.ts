import type { NetworkSpec } from "../spec/spec.js";
import { compile, type Store } from "./compile.js";
import type { Matrix } from "./matrix.js";
import type { Plan } from "./plan.js";

/** Lines up columns: the first to the left, the others to the right. */
function align(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, c) => Math.max(...rows.map((row) => row[c].length)));
  return rows.map((row) =>
    row
      .map((cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c])))
      .join("   ")
      .trimEnd(),
  );
}

const shape = ({ rows, cols }: Matrix): string => `${rows}x${cols}`;
const hex = (address: number): string => `@${address.toString(16).padStart(6, "0")}`;

/** The training step as text: one equation a line, with the shape and the address of what it writes. */
export function explain(spec: NetworkSpec, plan: Plan, store: Store): string {
  const sizes = [spec.inputs, ...spec.layers.map(({ units }) => units)].join("-");
  const lines = compile(spec, plan, store).map(({ equation, result }) => [
    equation,
    shape(result),
    hex(result.address),
  ]);
  return [`One training step of ${sizes}, batch of ${plan.batch}:`, ...align(lines)].join("\n");
}

/** The layers as text, with their parameter counts. */
export function summarize(spec: NetworkSpec, { parameters }: Store): string {
  const counts = parameters.layers.map(({ W, b }) => W.rows * W.cols + b.rows);
  const rows = spec.layers.map(({ type, units, activation }, i) => [
    `${i + 1}  ${type} ${activation}`,
    `${parameters.layers[i].W.cols} -> ${units}`,
    counts[i].toLocaleString("en"),
  ]);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return [
    ...align([["   layer", "shape", "parameters"], ...rows]),
    `${total.toLocaleString("en")} parameters, ${spec.loss}, ${spec.optimizer.type}`,
  ].join("\n");
}
