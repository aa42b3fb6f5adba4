import { tabulateInputs } from "../data/dataset.js";
import type { Numbers, Samples, Table } from "../data/table.js";
import { tabulate } from "../data/tabulate.js";
import { areFinite } from "../data/values.js";
import { DataError, ShapeError } from "../errors.js";
import { checkKeys, plural, whole } from "../model/check.js";
import { exported } from "../model/exported.js";
import { type NetworkSpec, outputsOf, picksLargest } from "../model/spec.js";
import { checkNetwork, type NetworkLike } from "../network/check-network.js";
import { outputPerRow } from "../network/output-gradients.js";
import { halvesOf } from "./halves.js";
import { meanGradients } from "./mean-gradients.js";

/** The output that is explained, the inputs that it is compared with, and how closely. */
export interface IntegratedGradientsOptions {
  /** Inputs that stand for "nothing there": one row, or one for each row of x. Default: zeros. */
  baseline?: Samples | undefined;
  /** Points between the baseline and each row, from 1 to 10,000. Rows that need more get up to 1,024. Default 32. */
  steps?: number | undefined;
  /** The index of the output, or one for each row. Default: 0 for one output, and the predicted class if outputs are classes. */
  output?: number | Numbers | undefined;
}

const STEPS = whole(32, 1, 10_000);

/** The values of a table as the network computes with them: bytes are scaled. @throws DataError */
function valuesOf(table: Table, { inputScale }: NetworkSpec): Float32Array {
  const values = new Float32Array(table.rows * table.cols);
  table.copy(0, table.rows, values, 0);
  return table.bytes ? values.map((value) => value * inputScale) : values;
}

/** One baseline for each row. @throws ShapeError, DataError */
function baselineOf(spec: NetworkSpec, given: Samples | undefined, rows: number): Float32Array {
  const { inputs } = spec;
  const all = new Float32Array(rows * inputs);
  if (given === undefined) return all;
  const table = tabulate(given, inputs, "baseline", () => `the network has ${plural(inputs, "input")}`);
  if (table.rows !== 1 && table.rows !== rows) {
    throw new ShapeError(
      `baseline has ${table.rows} rows but x has ${plural(rows, "row")}: give one row for all, or one for each row.`,
    );
  }
  const values = valuesOf(table, spec);
  for (let at = 0; at < all.length; at += values.length) all.set(values, at);
  return all;
}

/** @throws DataError for values that are not finite. */
function refuseOverflow(values: Float32Array): Float32Array {
  if (areFinite(values)) return values;
  throw new DataError("Integrated gradients are not finite: scale x and baseline to about -1 to 1.");
}

/**
 * Integrated gradients: how much each input adds to one output, from that of the baseline to that of the row. They are
 * (x - x₀)·∫ dA/dx over the line from x₀ to x, and their sum over the inputs is the difference of the outputs: where it is not
 * so to 1 %, the steps of the row are doubled, up to 1,024. Layers act as in predictions, and the math is strict. Bytes are
 * inputs after inputScale.
 *
 * Source: Sundararajan et al., "Axiomatic Attribution for Deep Networks", 2017. The integral is by the midpoint rule.
 * @param network a Network of densely or densely/core. @param x [samples][inputs].
 * @param options.baseline one row, or one for each row of x. Default: zeros.
 * @param options.steps points on each line, from 1 to 10,000. Default 32.
 * @param options.output index of the output, or one for each row. Default: 0 for one output, and the predicted class if
 * outputs are classes.
 * @returns [samples][inputs], row by row.
 * @throws SpecError, ShapeError, DataError.
 */
export const integratedGradients = /* @__PURE__ */ exported(
  "integratedGradients(network, x, options)",
  (network: NetworkLike, x: Samples, options: IntegratedGradientsOptions = {}): Float32Array => {
    const { spec } = checkNetwork(network, "integratedGradients");
    const keys = ["baseline", "steps", "output"];
    const given = checkKeys<IntegratedGradientsOptions>(options, keys, "integratedGradients");
    const steps = STEPS.check(given.steps ?? STEPS.fallback, "steps");
    const table = tabulateInputs(spec, x);
    const { rows } = table;
    const isPredicted = given.output === undefined && picksLargest(spec);
    const indices = isPredicted ? undefined : outputPerRow(given.output, rows, outputsOf(spec));
    const inputs = valuesOf(table, spec);
    const baseline = baselineOf(spec, given.baseline, rows);
    const halves = halvesOf(network);
    try {
      const [from, to] = [baseline, inputs].map((ends) => halves.toMiddle(ends));
      const outputs = indices ?? halves.tail.predictClasses(to);
      const means = meanGradients(halves.tail, { from, to, outputs }, steps);
      return refuseOverflow(halves.toInputs(means).map((mean, i) => (inputs[i] - baseline[i]) * mean));
    } finally {
      halves.dispose();
    }
  },
);
