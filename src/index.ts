/** densely: trains dense neural networks wherever JavaScript runs. */

// First, so that the core's text begins the bundle: what follows then compresses by itself.
import "./machine/strict.js";

export type { ClassWeight } from "./data/sample-weights.js";
export type { Numbers, Samples } from "./data/table.js";
export type { ParameterArrays, ParameterValues } from "./engine/parameters.js";
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
export type { CustomMetric, MetricInput } from "./evaluation/metrics.js";
export type { EvaluateOptions, FitOptions, ValidationData } from "./fit/options.js";
export type { EarlyStopping } from "./fit/stopping.js";
export type { Batch, Source } from "./fit/stream.js";
export type { MathBuild } from "./machine/build.js";
export type { Initializer, InitializerName, InitializerSpec } from "./model/initializers.js";
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
} from "./model/layers.js";
export type { LossInput, LossSpec } from "./model/losses.js";
export type { ActivationAlias, ActivationName, LossName } from "./model/names.js";
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
} from "./model/optimizers.js";
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
} from "./model/schedules.js";
export type { NetworkSpec } from "./model/spec.js";
export type { Gradients } from "./network/inference.js";
export { Network, type NetworkOptions } from "./network/network.js";
export type { BatchReport, EpochReport, History, Stopped } from "./record/history.js";
export type { Measures, MetricName } from "./record/measures.js";
export { type CheckOptions, checkGradients } from "./reference/check.js";
export type { NetworkJSON } from "./storage/json.js";
