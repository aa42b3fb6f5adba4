import type { Engine } from "../engine/engine.js";
import type { ParameterArrays } from "../engine/parameters.js";
import { SpecError } from "../errors.js";
import { checkKeys, checkName, checkWhole } from "../model/check.js";
import { tensorsOf } from "../model/tensors.js";

/** The order of the numbers of W: unit by unit as in PyTorch, or input by input as in Keras. */
export type WeightLayout = "units-inputs" | "inputs-units";

const LAYOUTS: readonly WeightLayout[] = ["units-inputs", "inputs-units"];

/** How to give out the parameters of a layer. */
export interface ParamsOptions {
  /** Default "units-inputs". */
  layout?: WeightLayout | undefined;
}

/** [cols][rows] of [rows][cols]. */
function transpose(values: Float32Array, rows: number, cols: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) result[c * rows + r] = values[r * cols + c];
  }
  return result;
}

/** Copies of the parameters and running statistics of one layer. @throws SpecError for a layer that is not there. */
export function layerParams(engine: Engine, layer: number, options: ParamsOptions): ParameterArrays {
  const { layout } = checkKeys<ParamsOptions>(options, ["layout"], "params");
  const isTransposed = checkName(layout ?? "units-inputs", LAYOUTS, "layout") === "inputs-units";
  const { layers } = engine.spec;
  if (!(checkWhole(layer, 0, "layer") < layers.length)) {
    throw new SpecError(
      `layer is ${layer}, but the network has layers 0 to ${layers.length - 1}: give one of these.`,
    );
  }
  const tensors = tensorsOf(engine.spec).filter((tensor) => tensor.layer === layer);
  const result = engine.parameters.read(tensors.map(({ name }) => name));
  for (const { name, shape } of tensors) {
    const [units, inputs] = shape;
    const key = name as keyof ParameterArrays;
    if (isTransposed && shape.length === 2) result[key] = transpose(result[key], units, inputs);
  }
  return result;
}
