import { tabulateDataset } from "../data/dataset.js";
import type { Samples, Table } from "../data/table.js";
import { SpecError } from "../errors.js";
import { checkBoolean, checkKeys, checkWhole } from "../model/check.js";
import { exported } from "../model/exported.js";
import { type NetworkSpec, outputsOf } from "../model/spec.js";
import { tensorsOf } from "../model/tensors.js";
import { checkNetwork } from "../network/check-network.js";
import type { Network } from "../network/network.js";
import { type LayerValues, objective } from "./network.js";

/** Options of checkGradients. */
export interface CheckOptions {
  /** True for the network as in training, where batchNorm uses the statistics of the batch. Default false: as in predictions. */
  training?: boolean | undefined;
  /** At most this many numbers of each parameter are checked, evenly spaced. Default 100. */
  limit?: number | undefined;
}

/** Step of central differences: about ∛ε, where their truncation error is as small as the rounding of float64. */
const STEP = 1e-5;

/** @throws SpecError for a layer that draws random numbers in training, which only the core can repeat. */
function checkDraws({ layers }: NetworkSpec): void {
  layers.forEach(({ type }, i) => {
    if (type !== "dropout" && type !== "gaussianNoise") return;
    throw new SpecError(
      `Layer ${i + 1} is ${type}, whose random numbers checkGradients cannot repeat: leave out training, or the layer.`,
    );
  });
}

/** Copies the rows of a table to float64. */
function rowsOf(table: Table, scale = 1): Float64Array[] {
  return Array.from({ length: table.rows }, (_, r) => {
    const row = new Float32Array(table.cols);
    table.copy(r, 1, row, 0);
    return Float64Array.from(row, (value) => value * scale);
  });
}

/**
 * Finds the largest error of a gradient against central differences, as a share of 1e-2 + |difference|.
 * @param values the numbers that the gradient is of, which f reads.
 * @param limit at most this many of them are checked.
 */
function worst(
  values: readonly Float64Array[],
  gradient: Float32Array,
  limit: number,
  f: () => number,
): number {
  const width = values[0].length;
  const checks = Math.min(limit, gradient.length);
  let error = 0;
  for (let k = 0; k < checks; k++) {
    const at = Math.floor((k * gradient.length) / checks);
    const row = values[Math.floor(at / width)];
    const value = row[at % width];
    const moved = [STEP, -STEP].map((step) => {
      row[at % width] = value + step;
      return f();
    });
    row[at % width] = value;
    const slope = (moved[0] - moved[1]) / (2 * STEP);
    // NaN stays: the maximum of it and anything is NaN.
    error = Math.max(error, Math.abs(gradient[at] - slope) / (1e-2 + Math.abs(slope)));
  }
  return error;
}

/**
 * Compares network.gradients with central differences of the same network in float64.
 *
 * Each number that is checked costs two passes over all rows, so about ten rows are enough.
 * @param x inputs, as for network.gradients.
 * @param y targets, as for network.gradients.
 * @param options training (default false) and limit (default 100).
 * @returns the largest |gradient - difference| / (1e-2 + |difference|) of each parameter and of `inputs`. Correct gradients
 * give less than 1e-4, except at a kink such as relu's 0, where there is no derivative.
 * @throws SpecError for dropout or gaussianNoise with `training` and for options out of range, ShapeError or DataError for
 * data that do not fit, StateError for a network that was disposed of.
 */
export const checkGradients = /* @__PURE__ */ exported(
  "checkGradients(network, x, y, options)",
  (network: Network, x: Samples, y: Samples, options: CheckOptions = {}): Record<string, number> => {
    const given = checkKeys<CheckOptions>(options, ["training", "limit"], "checkGradients");
    const training = checkBoolean(given.training ?? false, "training");
    const limit = checkWhole(given.limit ?? 100, 1, "limit");
    const { spec } = checkNetwork(network, "checkGradients");
    if (training) checkDraws(spec);
    const gradients: Record<string, Float32Array | number> = network.gradients(x, y, { training });
    const params: Record<string, Float32Array> = network.getParams();

    const data = tabulateDataset(spec, x, y);
    const inputs = rowsOf(data.x, data.x.bytes ? spec.inputScale : 1);
    const outputs = outputsOf(spec);
    const targets =
      data.targets === "matrix"
        ? rowsOf(data.y)
        : rowsOf(data.y).map(([label]) =>
            Float64Array.from({ length: outputs }, (_, c) => Number(c === label)),
          );
    const values: LayerValues[] = spec.layers.map(() => ({}));
    const f = (): number => objective(spec, values, inputs, targets, training);

    const tensors = tensorsOf(spec).map(({ name, layer, field }) => {
      const numbers = Float64Array.from(params[name]);
      values[layer][field] = numbers;
      return [name, [numbers]] as const;
    });
    const checked = [...tensors, ["inputs", inputs] as const].filter(([name]) => name in gradients);
    return Object.fromEntries(
      checked.map(([name, rows]) => [name, worst(rows, gradients[name] as Float32Array, limit, f)]),
    );
  },
);
