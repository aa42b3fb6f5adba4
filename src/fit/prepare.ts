import { checkTable, convertTable } from "../data/check.js";
import type { Dataset } from "../data/dataset.js";
import type { Slices } from "../engine/scheduler.js";
import { fits } from "./open-session.js";

/**
 * Prepares the rows of a fit so that plain arrays are read once: rows that are loaded once are checked then, and those that
 * would be loaded in every epoch are converted.
 */
export function* prepare(data: Dataset, epochs: number): Slices<Dataset> {
  const { x, y } = data;
  yield* checkTable(y);
  if (epochs > 1 && !fits(data)) return { ...data, x: yield* convertTable(x) };
  if (!x.isLive) yield* checkTable(x);
  return data;
}
