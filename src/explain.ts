/** densely/explain: the parts of the inputs in the outputs of a network, and what its last training step left in memory. */

export { type IntegratedGradientsOptions, integratedGradients } from "./explain/integrated-gradients.js";
export { lastStep, type StepLine } from "./explain/last-step.js";
export type { NetworkLike } from "./network/check-network.js";
