import type { LayerSpec } from "../model/layers.js";
import { type NetworkSpec, widthsOf } from "../model/spec.js";
import { compile } from "./compile.js";
import { type Matrix, sizeOf } from "./matrix.js";
import { matricesOf, type Store } from "./parameters.js";
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
  const products = spec.layers.flatMap((layer) => (layer.type === "dense" ? [layer.units] : []));
  const lines = compile(spec, plan, store).map(({ equation, result }) => [
    equation,
    shape(result),
    hex(result.address),
  ]);
  const sizes = [spec.inputs, ...products].join("-");
  return [`One training step of ${sizes}, batch of ${plan.batch}:`, ...align(lines)].join("\n");
}

/** A layer in a few words. */
function describe(layer: LayerSpec): string {
  const frozen = "trainable" in layer && !layer.trainable ? ", frozen" : "";
  switch (layer.type) {
    case "dense":
      return `dense ${layer.activation}${frozen}`;
    case "activation":
      return layer.activation;
    case "dropout":
      return `dropout ${layer.rate}`;
    case "gaussianNoise":
      return `gaussianNoise ${layer.stddev}`;
    default:
      return `${layer.type}${frozen}`;
  }
}

/** The layers as text, with their parameter counts. */
export function summarize(spec: NetworkSpec, { parameters }: Store): string {
  const widths = widthsOf(spec);
  const counts = parameters.layers.map((layer) => sizeOf(Object.values(layer)));
  const rows = spec.layers.map((layer, i) => [
    `${i + 1}  ${describe(layer)}`,
    `${widths[i]} -> ${widths[i + 1]}`,
    counts[i].toLocaleString("en"),
  ]);
  const total = sizeOf(matricesOf(parameters));
  return [
    ...align([["   layer", "shape", "parameters"], ...rows]),
    `${total.toLocaleString("en")} parameters, ${spec.loss.type}, ${spec.optimizer.type}`,
  ].join("\n");
}
