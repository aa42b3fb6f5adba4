import { type Dataset, sliceDataset } from "../data/dataset.js";
import type { Engine } from "../engine/engine.js";
import type { Slices } from "../engine/scheduler.js";
import { DataError } from "../errors.js";
import type { Host } from "../machine/host.js";

export const REMEDY = "numbers overflow on the way, so scale x to about -1 to 1";

/** @throws DataError if an output is not finite, naming its row. @param units outputs of one row. */
export function checkOutputs(outputs: Float32Array, units: number): void {
  for (let i = 0; i < outputs.length; i++) {
    if (!Number.isFinite(outputs[i])) throw overflowOf(Math.floor(i / units), outputs[i]);
  }
}

/** The error of a row with an output that is no number or infinite. */
export function overflowOf(row: number, output: number): DataError {
  return new DataError(`Row ${row} of x (from 0) gives the output ${output}: ${REMEDY}.`);
}

/** @throws DataError that names the first row of some whose loss is not finite. @param first the row that rows begin with. */
export function* refuseOverflow(
  engine: Engine,
  data: Dataset,
  first: number,
  rows: number,
  host: Host = engine.core,
): Slices<never> {
  const count = Math.min(rows, data.x.rows - first);
  const session = engine.plans.open(sliceDataset(data, first, count), {
    purpose: "evaluate",
    batch: 1,
    windowBytes: Infinity,
    isSequential: true,
    host,
  });
  try {
    yield* session.load(0);
    session.run(0, 0, count);
    const arrival = session.fetch(0, count);
    if (arrival) yield arrival;
    const losses = session.results.losses(0, count);
    const row = losses.findIndex((loss) => !Number.isFinite(loss));
    if (row < 0) throw new DataError(`The loss of all rows is not finite: ${REMEDY}, and y likewise.`);
    throw new DataError(`Row ${first + row} of x (from 0) gives the loss ${losses[row]}: ${REMEDY}.`);
  } finally {
    engine.plans.close(session);
  }
}
