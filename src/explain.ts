/** densely/explain: how much each input adds to an output of a network, and the instructions and values of its last training step. */

export { type IntegratedGradientsOptions, integratedGradients } from "./explain/integrated-gradients.js";
export { lastStep, type StepLine } from "./explain/last-step.js";
export type { NetworkLike } from "./network/check-network.js";
