import { kindOf } from "../model/layers.js";
import { isOverClasses, nameOf } from "../model/losses.js";
import { type NetworkSpec, widthsOf } from "../model/spec.js";
import { tensorsOf } from "../model/tensors.js";
import { compile } from "./compile.js";
import { type Matrix, sizeOf } from "./matrix.js";
import { matricesOf, type Store } from "./parameters.js";
import { type Plan, plan } from "./plan.js";
import { requestOf } from "./request.js";

/** Formats rows as columns: the first one flush left, the others flush right. */
function alignColumns(rows: readonly (readonly string[])[]): string[] {
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

/** The program of a plan as text: one line per instruction, with the shape and the address of the matrix that it writes. */
export function list(spec: NetworkSpec, plan: Plan, store: Store): string {
  const units = tensorsOf(spec).flatMap(({ role, shape }) => (role === "W" ? [shape[0]] : []));
  const lines = compile(spec, plan, store).map(({ equation, result }) => [
    equation,
    shape(result),
    hex(result.address),
  ]);
  return [
    `One training step of ${[spec.inputs, ...units].join("-")}, batch of ${plan.batch}:`,
    ...alignColumns(lines),
  ].join("\n");
}

/**
 * The program that fit runs for one training step, as text.
 * @param batch samples of the step, out of a larger data set of floats without weights and metrics.
 * @param address where the plan begins.
 */
export function explain(spec: NetworkSpec, store: Store, batch: number, address: number): string {
  const targets = isOverClasses(spec.loss) ? "classes" : "matrix";
  const request = requestOf({ purpose: "train", batch, rows: 2 * batch, targets, address });
  return list(spec, plan(spec, store, request), store);
}

/** The layers with their shapes and parameter counts, as text. */
export function summarize(spec: NetworkSpec, { parameters }: Store): string {
  const widths = widthsOf(spec);
  const tensors = tensorsOf(spec);
  const rows = spec.layers.map((layer, i) => {
    const kind = kindOf(layer);
    const isFrozen = tensors.some((tensor) => tensor.layer === i) && !kind.isTrained(layer);
    return [
      `${i + 1}  ${kind.describe(layer)}${isFrozen ? ", frozen" : ""}`,
      `${widths[i]} -> ${widths[i + 1]}`,
      sizeOf(Object.values(parameters.layers[i])).toLocaleString("en"),
    ];
  });
  const total = sizeOf(matricesOf(parameters));
  return [
    ...alignColumns([["   layer", "shape", "parameters"], ...rows]),
    `${total.toLocaleString("en")} parameters, ${nameOf(spec.loss)}, ${spec.optimizer.type}`,
  ].join("\n");
}
