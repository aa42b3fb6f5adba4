import { activationSteps } from "../../formulas/steps.js";
import { type ActivationChoice, type ActivationInput, describeActivation } from "../../model/activations.js";
import { checkOptions, type Rules } from "../../model/check.js";
import { exported } from "../../model/exported.js";
import { activate, derive } from "../equations.js";
import { activationRule } from "./activation-rule.js";
import { ELEMENTWISE_WORK, IDLE, type LayerKind, WITHOUT_PARAMETERS } from "./layer.js";

/** An activation as a layer by itself: A = f(A). */
export interface ActivationSpec {
  type: "activation";
  activation: ActivationChoice;
}

const RULES: Rules<Omit<ActivationSpec, "type">> = { activation: activationRule };

/**
 * An activation by itself, such as relu after batchNorm. An activation that follows a product directly is an argument of
 * dense instead.
 * @throws SpecError for an unknown name.
 */
export const activation = /* @__PURE__ */ exported(
  "activation(name)",
  (name: ActivationInput): ActivationSpec => kind.check({ activation: name }, "activation"),
);

const kind: LayerKind<ActivationSpec> = {
  ...WITHOUT_PARAMETERS,
  letter: "F",
  check: (options, what) => ({ type: "activation", ...checkOptions(RULES, options, what) }),
  describe: ({ activation }) => describeActivation(activation),
  stepsOf: ({ activation }) => activationSteps(activation),
  keepsZeros: false,
  workOf: (_, inputs) => ELEMENTWISE_WORK * inputs,
  memoryOf: ({ activation }) => ({ ...IDLE, ownsOutput: activation !== "linear" }),
  /** F = f(A). */
  forward: ({ spec, Z, output, skipsActivation }) =>
    Z === output || skipsActivation ? [] : [activate(spec.activation, Z, output)],
  /** dA = dF * f'(A), in place. */
  backward: ({ spec, input, Z, output, d, isFused }) => {
    if (Z === output || isFused) return [];
    const dA = { ...d, name: `d${input.name}` };
    return [derive(spec.activation, Z, output, dA)];
  },
};

export default kind;
