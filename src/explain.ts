/** densely/explain: the parts of the inputs in the outputs of a network. */

export { type IntegratedGradientsOptions, integratedGradients } from "./explain/integrated-gradients.js";
export type { NetworkLike } from "./network/check-network.js";
