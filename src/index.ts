/** densely: trains dense neural networks wherever JavaScript runs. */

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
export type { EvaluateOptions } from "./evaluation/options.js";
export type { FitOptions, ValidationData } from "./fit/options.js";
export type { EarlyStopping } from "./fit/stopping.js";
export type { Batch, Source } from "./fit/stream.js";
export { type WorkersOptions, workers } from "./fit/workers.js";
export type { MathBuild } from "./machine/build.js";
export type { ActivationChoice, ActivationInput, SlopedActivation } from "./model/activations.js";
export type { CustomLoss } from "./model/custom-loss.js";
export type { Initializer, InitializerName, InitializerSpec } from "./model/initializers.js";
export type { LossInput, LossSpec } from "./model/losses.js";
export type { ActivationAlias, ActivationName, LossName } from "./model/names.js";
export * from "./model/schedules.js";
export type { NetworkSpec } from "./model/spec.js";
export type { Gradients } from "./network/gradients.js";
export { Network } from "./network/network.js";
export type { GivenOptimizerState, OptimizerState } from "./network/optimizer-state.js";
export type { MathOptions, NetworkOptions } from "./network/options.js";
export * from "./program/layers/index.js";
export * from "./program/optimizers.js";
export type { BatchBegin, BatchReport, EpochBegin, EpochReport, History, Stopped } from "./record/history.js";
export type { Measures, MeasuresOf } from "./record/measures.js";
export type { MetricName, MetricOptions } from "./record/metrics.js";
export type { NetworkJSON } from "./storage/json.js";
export type { Metadata, SaveOptions } from "./storage/metadata.js";
