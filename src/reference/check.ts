import { tabulateDataset } from "../data/dataset.js";
import type { Samples, Table } from "../data/table.js";
import { SpecError } from "../errors.js";
import { checkBoolean, checkKeys, checkWhole } from "../model/check.js";
import { type NetworkSpec, outputsOf } from "../model/spec.js";
import { tensorsOf } from "../model/tensors.js";
import type { Network } from "../network/network.js";
import { type LayerValues, objective } from "./network.js";

/** How to check gradients. */
export interface CheckOptions {
  /** Of what training does (batchNorm by the batch) or, by default, of what predictions do. */
  training?: boolean;
  /** Numbers of each parameter that are checked, evenly spaced where it has more. Default 100. */
  limit?: number;
}

/** Of the order of ∛ε, where what central differences leave out is as small as what float64 rounds off. */
const STEP = 1e-5;

/** @throws SpecError for a layer that draws random numbers in training, which only the core can draw again. */
function checkDraws({ layers }: NetworkSpec): void {
  layers.forEach(({ type }, i) => {
    if (type !== "dropout" && type !== "gaussianNoise") return;
    throw new SpecError(
      `Layer ${i + 1} is ${type}, whose random numbers the reference has not: leave out training, or the layer.`,
    );
  });
}

/** A table as rows in float64. */
function rowsOf(table: Table, scale = 1): Float64Array[] {
  return Array.from({ length: table.rows }, (_, r) => {
    const row = new Float32Array(table.cols);
    table.copy(r, 1, row, 0);
    return Float64Array.from(row, (value) => value * scale);
  });
}

/** The largest error of gradients against central differences over some of the values, as a share of 1e-2 + |difference|. */
function worst(
  values: readonly Float64Array[],
  gradient: Float32Array,
  limit: number,
  f: () => number,
): number {
  const width = values[0].length;
  const count = Math.min(limit, gradient.length);
  let error = 0;
  for (let k = 0; k < count; k++) {
    const at = Math.floor((k * gradient.length) / count);
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
 * Compares network.gradients with central differences of the same network written out plainly in float64.
 * @returns the largest |gradient - difference| / (1e-2 + |difference|) of each parameter and of `inputs`: below 1e-4 where
 * all is well, but where a value lies at a kink such as relu's 0 and has no derivative. Each number that is checked costs
 * two passes over all rows: give it some ten.
 * @throws SpecError for dropout or gaussianNoise with `training`.
 */
export function checkGradients(
  network: Network,
  x: Samples,
  y: Samples,
  options: CheckOptions = {},
): Record<string, number> {
  checkKeys(options, ["training", "limit"], "checkGradients");
  const training = checkBoolean(options.training ?? false, "training");
  const limit = checkWhole(options.limit ?? 100, 1, "limit");
  const { spec } = network;
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
}
