import type { Engine } from "../engine/engine.js";
import { StateError } from "../errors.js";
import { plural } from "../model/check.js";
import type { FitProgress } from "../record/progress.js";
import type { Sums } from "../record/tally.js";
import type { LoopSettings } from "./settings.js";

/** The fit that is resumed, or undefined where a new one begins: the rule that the option `resume` documents. */
export function fitToResume(
  { progress: { fit } }: Engine,
  { initialEpoch, resume }: LoopSettings,
): FitProgress | undefined {
  if (initialEpoch !== undefined || resume === false) return undefined;
  return fit?.isStopped && !resume ? undefined : fit;
}

/** @throws StateError unless a fit that is resumed trains on as many rows in batches of the same size. */
export function checkSameRows(fit: FitProgress, rows: number, batch: number): void {
  const { rows: before = rows, batch: batchBefore = batch } = fit;
  if (rows === before && batch === batchBefore) return;
  const name = (count: number, size: number) =>
    count === 0 ? "a source of batches" : `${plural(count, "row")} in batches of ${size}`;
  throw new StateError(
    `The fit to be resumed trained on ${name(before, batchBefore)}, but this one has ${name(rows, batch)}: give the rows and the batchSize of before, or initialEpoch: 0 to begin a new fit.`,
  );
}

/** @throws StateError where a fit that was cut within an epoch has made more batches of it than the epoch has now. */
export function checkCursor(partial: Sums, batches: number): void {
  if (partial.batches <= batches) return;
  throw new StateError(
    `The last fit was cut after ${partial.batches} batches of an epoch, but this one has only ${batches} in each: give the stepsPerEpoch of before to resume it, or initialEpoch: 0 to discard it.`,
  );
}
