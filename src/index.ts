/** densely: trains dense neural networks wherever JavaScript runs. */

// First, so that the core's text begins the bundle: what follows then compresses by itself.
import "./machine/strict.js";

export {
  DataError,
  DenselyError,
  DivergenceError,
  FormatError,
  RuntimeError,
  ShapeError,
  SpecError,
  StateError,
} from "./errors.js";
export type { MathBuild } from "./machine/build.js";
export { type CheckOptions, checkGradients } from "./reference/check.js";
export type { Initializer, InitializerName, InitializerSpec } from "./spec/initializers.js";
export {
  type ActivationSpec,
  activation,
  type BatchNormSpec,
  batchNorm,
  type DenseInput,
  type DenseOptions,
  type DenseSpec,
  type DropoutSpec,
  dense,
  dropout,
  type GaussianNoiseSpec,
  gaussianNoise,
  type LayerInput,
  type LayerNormSpec,
  type LayerSpec,
  layerNorm,
} from "./spec/layers.js";
export type { LossInput, LossSpec } from "./spec/losses.js";
export type { ActivationAlias, ActivationName, LossName } from "./spec/names.js";
export {
  type AdadeltaSpec,
  type AdagradSpec,
  type AdamSpec,
  type AdamwSpec,
  adadelta,
  adagrad,
  adam,
  adamw,
  type LbfgsSpec,
  type LionSpec,
  lbfgs,
  lion,
  type NadamSpec,
  nadam,
  type OptimizerInput,
  type OptimizerName,
  type OptimizerSpec,
  type RmspropSpec,
  rmsprop,
  type SgdSpec,
  sgd,
} from "./spec/optimizers.js";
export {
  cosineDecay,
  exponentialDecay,
  oneCycle,
  piecewise,
  polynomialDecay,
  reduceOnPlateau,
  type ScheduleSpec,
  stepDecay,
  warmup,
} from "./spec/schedules.js";
export type { NetworkSpec } from "./spec/spec.js";
export type { ArticleParameters, ArticleValues } from "./training/article.js";
export type { Numbers, Samples } from "./training/data.js";
export type { Gradients } from "./training/forward.js";
export type { BatchReport, EpochReport, History, Stopped } from "./training/history.js";
export type { NetworkJSON } from "./training/json.js";
export type { Measures, MetricName } from "./training/measures.js";
export type { CustomMetric, MetricInput } from "./training/metrics.js";
export { Network, type NetworkOptions } from "./training/network.js";
export type { EvaluateOptions, FitOptions, ValidationData } from "./training/options.js";
export type { ParameterArrays, ParameterValues } from "./training/parameters.js";
export type { EarlyStopping } from "./training/stopping.js";
export type { Batch, Source } from "./training/stream.js";
export type { ClassWeight } from "./training/weights.js";
