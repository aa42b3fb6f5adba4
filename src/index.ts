/** densely: trains dense neural networks wherever JavaScript runs. */

export {
  DataError,
  DenselyError,
  DivergenceError,
  RuntimeError,
  ShapeError,
  SpecError,
  StateError,
} from "./errors.js";
export type { MathBuild } from "./machine/build.js";
export { type DenseSpec, dense, type LayerSpec } from "./spec/layers.js";
export type { ActivationName, LossName } from "./spec/names.js";
export { type AdamSpec, adam, type OptimizerSpec, type SgdSpec, sgd } from "./spec/optimizers.js";
export type { NetworkSpec } from "./spec/spec.js";
export type { ArticleParameters, ArticleValues } from "./training/article.js";
export type { Numbers, Samples } from "./training/data.js";
export type { Measures } from "./training/evaluation.js";
export type { Gradients } from "./training/forward.js";
export type { BatchReport, EpochReport, History, Stopped } from "./training/history.js";
export type { NetworkJSON } from "./training/json.js";
export { Network, type NetworkOptions } from "./training/network.js";
export type { EvaluateOptions, FitOptions, MetricName } from "./training/options.js";
export type { ParameterArrays, ParameterValues } from "./training/parameters.js";
