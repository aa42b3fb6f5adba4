import { SpecError } from "../errors.js";
import { checkWhole, show } from "../model/check.js";
import type { EpochReport } from "../record/history.js";

/** How to train: the options that every Network has. */
export interface BasicFitOptions {
  /** Passes over the training rows. Default 1. */
  epochs?: number | undefined;
  /** Rows per update, or "full" for one update per epoch, which lbfgs always makes. Default 32. */
  batchSize?: number | "full" | undefined;
  /** true: each epoch takes the rows in a new random order, except in "full" batches. Default true. */
  shuffle?: boolean | undefined;
  /** Share of the rows, from 0 to below 1, kept for validation: the last ones, before shuffling. Default 0. */
  validationSplit?: number | undefined;
  /** Called after every epoch. Return false, or a promise of it, to stop. */
  onEpoch?: ((report: EpochReport) => unknown) | undefined;
  /** Aborting it ends fit after the current slice, with the history so far. */
  signal?: AbortSignal | undefined;
}

/** @throws SpecError unless the value is a function or left out. */
export function checkFunction(value: unknown, what: string): void {
  if (value === undefined || typeof value === "function") return;
  throw new SpecError(`${what} is ${show(value)}: give a function.`);
}

/** @throws SpecError unless the value is the signal of an AbortController or left out. */
export function checkSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined || typeof signal?.aborted === "boolean") return signal;
  throw new SpecError(`signal is ${show(signal)}: give the signal of an AbortController.`);
}

/** Rows per update. @throws SpecError for a wrong batchSize. */
export function checkBatchSize(batchSize: unknown, rows: number): number {
  if (batchSize === "full") return rows;
  return Math.min(checkWhole(batchSize ?? 32, 1, "batchSize", ', or "full"'), rows);
}
