import { SpecError } from "../errors.js";
import { checkKeys, checkName, checkWhole, show } from "./check.js";
import { ACTIVATIONS, type ActivationName } from "./names.js";

/** A fully-connected layer as plain data: A = f(W·A + b) with W of [units][inputs]. */
export interface DenseSpec {
  type: "dense";
  units: number;
  activation: ActivationName;
}

/** Any layer as plain data. */
export type LayerSpec = DenseSpec;

/**
 * A fully-connected layer of `units` outputs.
 * @param activation default "linear".
 * @throws SpecError for units below 1 or an unknown activation.
 */
export function dense(units: number, activation: ActivationName = "linear"): DenseSpec {
  return {
    type: "dense",
    units: checkWhole(units, 1, "The number of units of a dense layer"),
    activation: checkName(activation, ACTIVATIONS, "activation"),
  };
}

/** Checks one entry of `layers` (a layer made by a function, or the same as plain data) and fills in defaults. */
export function checkLayer(layer: unknown, index: number): LayerSpec {
  const what = `layer ${index + 1}`;
  if (typeof layer !== "object" || layer === null) {
    throw new SpecError(
      `Entry ${index} of layers is ${show(layer)}: give a layer such as dense(16, "relu").`,
    );
  }
  checkKeys(layer, ["type", "units", "activation"], what);
  const { type = "dense", units, activation } = layer as Partial<DenseSpec>;
  checkName(type, ["dense"], `type of ${what}`);
  return dense(units as number, activation);
}
