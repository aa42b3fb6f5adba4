import type { Rows } from "../data/dataset.js";
import { kindOf } from "../model/layers.js";
import { type NetworkSpec, widthsOf } from "../model/spec.js";
import type { Purpose } from "../program/request.js";
import { maximumInstructions } from "../program/tables.js";

/** Overhead of one instruction, in multiply-adds. */
const INSTRUCTION_WORK = 200;

/** Cost of copying one byte to memory that is touched for the first time, in multiply-adds. */
export const COPY_WORK = 8;

/** Maximum of bytes copied between two yields. */
export const COPY_BYTES = 2 ** 22;

/** Bytes that one row of the data takes in the window. */
export function rowBytes({ x, y, weights }: Rows): number {
  return x.cols * (x.bytes ? 1 : 4) + 4 * ((y?.cols ?? 0) + (weights?.cols ?? 0));
}

/** Multiply-adds of one sample forward: about as many as the network has parameters. */
export function workPerSample(spec: NetworkSpec): number {
  const widths = widthsOf(spec);
  return spec.layers.reduce((sum, layer, i) => sum + kindOf(layer).workOf(layer, widths[i]), 0);
}

/** Cost of one step in multiply-adds, with the overhead of its instructions. */
export function workOf(spec: NetworkSpec, samples: number, purpose: Purpose): number {
  const products = purpose === "train" || purpose === "gradients" ? 3 : 1;
  return products * workPerSample(spec) * samples + INSTRUCTION_WORK * maximumInstructions(spec);
}
