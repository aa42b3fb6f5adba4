/** The functions that setActivation chooses. */

import { StateError } from "../errors.js";
import { backward } from "./backward.js";
import { forward } from "./forward.js";
import type { Layers } from "./layers.js";
import { ACTIVATIONS } from "./options.js";
import type { Activation } from "./types.js";

/** The outputs for one input; the next call overwrites them. */
export type RunInput = (this: Layers, input: Float32Array) => Float32Array;
/** Computes the errors and deltas of the last input. */
export type CalculateDeltas = (this: Layers, target: Float32Array) => void;

function byActivation<T>(make: (activation: Activation) => T): Readonly<Record<Activation, T>> {
  return {
    sigmoid: make("sigmoid"),
    relu: make("relu"),
    "leaky-relu": make("leaky-relu"),
    tanh: make("tanh"),
  };
}

export const RUN_INPUT = /* @__PURE__ */ byActivation<RunInput>((activation) => {
  return function (input) {
    if (this.outputLayer > 0) return forward(this, input, activation);
    throw new StateError("output was empty");
  };
});

export const CALCULATE_DELTAS = /* @__PURE__ */ byActivation<CalculateDeltas>((activation) => {
  return function (target) {
    backward(this, target, activation);
  };
});

/** The activation of a network whose passes are those of setActivation; undefined for functions of the user. */
export function activationOf({
  runInput,
  calculateDeltas,
}: {
  runInput: RunInput;
  calculateDeltas: CalculateDeltas;
}): Activation | undefined {
  return (ACTIVATIONS as Activation[]).find(
    (name) => RUN_INPUT[name] === runInput && CALCULATE_DELTAS[name] === calculateDeltas,
  );
}
