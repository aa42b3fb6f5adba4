import type { Samples } from "../data/table.js";
import { completeSync, type Slices } from "../engine/scheduler.js";
import type { EngineSource } from "../engine/source.js";
import { fit } from "../fit/fit.js";
import { checkFitOptions, checkSourceOptions, checkSyncOptions, optionsOf } from "../fit/options.js";
import type { Exam } from "../fit/settings.js";
import { fitSource, isSource } from "../fit/stream.js";
import { fitThere } from "../fit/worker-option.js";
import type { ThreadedBuild } from "../machine/threads.js";
import type { History } from "../record/history.js";
import { alone, aloneInSlices } from "./calls.js";

/** The options of a fit, which is moved to a worker where only workers share its steps. */
function inWorker(source: EngineSource, call: string, given: unknown): unknown {
  const { threading } = (source.math ?? {}) as ThreadedBuild;
  const isMoved = threading?.movesFits && call === "fit" && source.spec.loss.type !== "custom";
  return isMoved && typeof given === "object" ? { worker: true, ...given } : given;
}

/** Begins a fit: on rows x and y, or on a source x with its options in the place of y. */
function* begin(
  source: EngineSource,
  call: string,
  x: unknown,
  y: unknown,
  options: unknown,
  exam?: Exam,
): Slices<History> {
  const given = inWorker(source, call, optionsOf(x, y, options, call));
  if (isSource(x)) return yield* fitSource(source.engine, checkSourceOptions(source, given), x);
  const settings = { ...checkFitOptions(source, x as Samples, y as Samples, given), exam };
  return (yield* fitThere(source, settings)) ?? (yield* fit(source.engine, settings));
}

/** Trains in slices. @param exam measured with it, if a worker does the fit as a whole. */
export function fitInSlices(
  source: EngineSource,
  x: unknown,
  y: unknown,
  options?: unknown,
  exam?: Exam,
): Promise<History> {
  const run = () => begin(source, "fit", x, y, options, exam);
  return aloneInSlices(source.occupancy, "fit", run, isSource(x) ? y : options);
}

/** Trains without a pause. */
export function fitAtOnce(source: EngineSource, x: unknown, y: unknown, options?: unknown): History {
  return alone(source.engine, "fitSync", () => {
    checkSyncOptions(x, optionsOf(x, y, options, "fitSync"));
    return completeSync(begin(source, "fitSync", x, y, options));
  });
}
