import type { Column } from "./columns/column.js";
import type { Targets } from "./inputs.js";
import type { Task } from "./recipes.js";

/** Target as networks learn it, decided from training rows. */
export interface Learnt<C> {
  /** How targets become outputs and back, as plain data. */
  coding: C;
  /** The training targets. */
  targets: Targets;
  /** Keys by which validation rows are stratified. */
  keys: ArrayLike<number>;
}

/** How a target is predicted. @typeParam C its coding, V one prediction, M measures of predictions. */
export interface TaskKind<C, V, M> {
  task: Task;
  /** Decides from training rows. @throws DataError */
  learn(column: Column): Learnt<C>;
  /** Targets of other rows. @throws DataError */
  targetsOf(coding: C, column: Column): Targets;
  /** Outputs of a network for each row. */
  outputs(coding: C): number;
  /** The predictions that outputs stand for, row by row. */
  decide(coding: C, outputs: Float64Array): V[];
  /** Compares outputs with the targets of the same rows. @param rows their numbers, for the worst ones. Default 0, 1, ... */
  measure(coding: C, targets: Column, outputs: Float64Array, rows?: ArrayLike<number>): M;
  /** The outputs of a row of the one value that all of some rows have; undefined if they have several. */
  only(whole: C, column: Column): Float64Array | undefined;
  /** Writes outputs of a model of some rows, with a coding of its own, to the places of rows among those of the whole. */
  place(whole: C, part: C, outputs: Float64Array, rows: ArrayLike<number>, to: Float64Array): void;
  /** The output that decides about a row, given all outputs of the row. */
  focus(coding: C, outputs: Float64Array): number;
  /** The number that an output stands for: a probability, or a number in the units of the target. */
  value(coding: C, output: number): number;
  /** The number that a column's importance is measured by: larger is better. */
  score(measures: M): number;
  /** The measures in some lines. */
  describe(measures: M): string[];
  /** Advice about the target. */
  notes(coding: C): string[];
}
