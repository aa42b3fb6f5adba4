/**
 * densely/core: a Network that trains and predicts, in fewer bytes. It has no files and checkpoints, workers, streams,
 * weights, early stopping and gradients, and of metrics accuracy alone: the Network of densely has all of these.
 */

export type { Numbers, Samples } from "./data/table.js";
export type { ParameterArrays, ParameterValues } from "./engine/parameters.js";
export {
  DataError,
  DenselyError,
  DivergenceError,
  RuntimeError,
  ShapeError,
  SpecError,
  StateError,
} from "./errors.js";
export type { BasicFitOptions } from "./fit/basic-options.js";
export type {
  LeanEvaluateOptions as EvaluateOptions,
  LeanFitOptions as FitOptions,
} from "./fit/lean-options.js";
export type { BaseNetwork } from "./network/base-network.js";
export { LeanNetwork as Network } from "./network/lean-network.js";
export type { MathOptions, NetworkOptions } from "./network/options.js";
export * from "./program/basic-optimizers.js";
export * from "./program/layers/basic.js";
export type { EpochReport, History, Stopped } from "./record/history.js";
export type { Measures } from "./record/measures.js";
export type { NetworkJSON } from "./storage/json.js";
