import { checkName, type Rule } from "../../model/check.js";
import { ACTIVATIONS, type ActivationName, canonical } from "../../model/names.js";

/** The name of an activation or an alias of it. Default "linear". */
export const activationRule: Rule<ActivationName> = {
  fallback: "linear",
  check: (value) => checkName(canonical(value), ACTIVATIONS, "activation"),
};
