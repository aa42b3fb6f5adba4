import { SpecError } from "../errors.js";
import { checkKeys, show } from "./check.js";

/**
 * A loss in the code of the user. Arrays are flat, [rows][width], and copies; checkGradients hands over a Float64Array in the same
 * place. The functions are called once per batch, and so their time adds to that of a step; where rows have sample weights,
 * `value` is called once per row.
 */
export interface CustomLoss {
  /** For explain(), summary() and messages. */
  name: string;
  /** The mean loss over the rows, of the outputs of the last layer: behind its activation. */
  value(outputs: Float32Array, targets: Float32Array, width: number): number;
  /** Writes the derivative of `value` by each output to `out`, which is zeros. */
  gradient(outputs: Float32Array, targets: Float32Array, out: Float32Array, width: number): void;
}

/** A custom loss as part of a spec. */
export interface CustomLossSpec extends CustomLoss {
  type: "custom";
}

/** True for what is meant as a custom loss. */
export function isCustomLoss(given: unknown): given is CustomLoss {
  return typeof given === "object" && given !== null && ("value" in given || "gradient" in given);
}

/** @throws SpecError unless it has a name and both functions. */
export function checkCustomLoss(given: CustomLoss): CustomLossSpec {
  const { name, value, gradient } = checkKeys<CustomLoss>(
    given,
    ["type", "name", "value", "gradient"],
    "A custom loss",
  );
  const refuse = (member: string, found: unknown, expected: string): never => {
    throw new SpecError(
      `${member} of a custom loss is ${show(found)}: give ${expected}, as in { name, value(outputs, targets, width), gradient(outputs, targets, out, width) }.`,
    );
  };
  if (typeof name !== "string" || name === "") refuse("name", name, "a text");
  if (typeof value !== "function") refuse("value", value, "a function");
  if (typeof gradient !== "function") refuse("gradient", gradient, "a function");
  return { type: "custom", name, value, gradient };
}

/** The value of a custom loss. @throws SpecError for anything but a number. */
export function lossValue(
  loss: CustomLossSpec,
  outputs: Float32Array,
  targets: Float32Array,
  width: number,
): number {
  const value: unknown = loss.value(outputs, targets, width);
  if (typeof value === "number") return value;
  throw new SpecError(
    `value of the loss ${show(loss.name)} returned ${show(value)}: return a number, the mean loss over the rows.`,
  );
}

/** The derivatives of a custom loss by its outputs. @throws SpecError for a function that is not done when it returns. */
export function lossGradient(
  loss: CustomLossSpec,
  outputs: Float32Array,
  targets: Float32Array,
  width: number,
): Float32Array {
  const out = new Float32Array(outputs.length);
  const reply: unknown = loss.gradient(outputs, targets, out, width);
  if (typeof (reply as PromiseLike<unknown> | undefined)?.then !== "function") return out;
  throw new SpecError(
    `gradient of the loss ${show(loss.name)} returned a promise: write to out before it returns.`,
  );
}
