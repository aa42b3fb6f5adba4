import { type ActivationChoice, checkActivation } from "../../model/activations.js";
import type { Rule } from "../../model/check.js";

/** An activation by its name, an alias of it, or with its slope. Default "linear". */
export const activationRule: Rule<ActivationChoice> = { fallback: "linear", check: checkActivation };
