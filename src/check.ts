/** densely/check: the gradients of a network against those of the same network in float64. */

export { type CheckOptions, checkGradients } from "./reference/check.js";
