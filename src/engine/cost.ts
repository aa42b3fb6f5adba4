import type { Table } from "../data/table.js";
import { type NetworkSpec, widthsOf } from "../model/spec.js";
import { type Purpose, programLimit } from "../program/plan.js";

/** Multiply-adds that cost as much time as the overhead of one instruction. */
const INSTRUCTION_WORK = 200;

/** Multiply-adds that take as long as copying a byte to memory that is touched for the first time. */
export const COPY_WORK = 8;

/** Bytes copied in one go. */
export const COPY_BYTES = 2 ** 22;

/** Bytes that a row of the data takes in the window. */
export function rowBytes({ x, y, weights }: { x: Table; y?: Table; weights?: Table }): number {
  return x.cols * (x.bytes ? 1 : 4) + 4 * ((y?.cols ?? 0) + (weights?.cols ?? 0));
}

/** Multiply-adds of one step, or as many as take its time. */
export function workOf(spec: NetworkSpec, samples: number, purpose: Purpose): number {
  const products = purpose === "train" || purpose === "gradients" ? 3 : 1;
  const widths = widthsOf(spec);
  const weights = spec.layers.reduce(
    (sum, { type }, i) => sum + widths[i + 1] * (type === "dense" ? widths[i] : 8),
    0,
  );
  return products * weights * samples + INSTRUCTION_WORK * programLimit(spec);
}
