import { tabulateDataset } from "../data/dataset.js";
import { withWeights } from "../data/sample-weights.js";
import type { Samples } from "../data/table.js";
import type { ParameterArrays } from "../engine/parameters.js";
import type { FitOptions } from "../fit/options.js";
import { checkBoolean, checkKeys } from "../model/check.js";
import { exportMembers } from "../model/exported.js";
import { applyGradients, type GivenGradients } from "./apply-gradients.js";
import { type BackwardOptions, backward } from "./backward.js";
import { BaseNetwork, engineOf } from "./base-network.js";
import { alive, alone, reading } from "./calls.js";
import { type CompileOptions, compile, setTrainable } from "./change.js";
import {
  type BackwardGradients,
  type Gradients,
  type GradientsOptions,
  gradients,
  trainOnBatch,
} from "./gradients.js";
import { layerParams, type ParamsOptions } from "./layer-params.js";
import { type GivenOptimizerState, getState, type OptimizerState, setState } from "./optimizer-state.js";
import { type OutputGradientsOptions, outputGradients } from "./output-gradients.js";

/** The part of Network that gives out gradients, makes single updates, and exchanges parts. */
export abstract class OpenNetwork extends BaseNetwork {
  static {
    exportMembers(OpenNetwork.prototype, [
      "trainOnBatch(x, y, options)",
      "gradients(x, y, options)",
      "backward(x, dOutputs, options)",
      "applyGradients(gradients)",
      "outputGradients(x, options)",
      "params(layer, options)",
      "getState()",
      "setState(state)",
      "compile(options)",
      "freeze(layer)",
      "unfreeze(layer)",
    ]);
  }

  /**
   * Makes one update from all rows as one batch. A fit that was stopped is discarded.
   * @param options.sampleWeight weight of each row in the mean loss. Default: all the same.
   * @param options.allowNegative true: weights may be negative, and the loss is Σw·L / rows, not Σw·L / Σw. Default false.
   * @returns the loss before it.
   * @throws DivergenceError if the loss or what the update leaves is not finite; then nothing has changed.
   */
  trainOnBatch(
    x: Samples,
    y: Samples,
    options: Pick<FitOptions, "sampleWeight" | "allowNegative"> = {},
  ): number {
    const engine = engineOf(this);
    return alone(engine, "trainOnBatch", () => {
      const keys = ["sampleWeight", "allowNegative"] as const;
      const { sampleWeight, allowNegative = false } = checkKeys<FitOptions>(options, keys, "trainOnBatch");
      const isSigned = checkBoolean(allowNegative, "allowNegative");
      return trainOnBatch(engine, withWeights(tabulateDataset(engine.spec, x, y), sampleWeight, isSigned));
    });
  }

  /**
   * Gradients of the mean loss over all rows: { loss, W1, b1, ..., inputs }, with those of l1 and l2. Frozen layers have
   * none. Nothing is updated. New arrays are views of one buffer of their own.
   * @param options.training true: of the next training step, with its dropout masks and the statistics of this batch.
   * Default false: of what predictions do.
   * @param options.out what an earlier call for as many rows returned. It is written and returned instead of new arrays, which
   * take longer to make than the gradients of a small batch.
   */
  gradients(x: Samples, y: Samples, options: GradientsOptions = {}): Gradients {
    const engine = alive(engineOf(this), "gradients");
    const given = checkKeys<GradientsOptions>(options, ["training", "out"], "gradients");
    const training = checkBoolean(given.training ?? false, "training");
    return reading(engine, "gradients", () =>
      gradients(engine, tabulateDataset(engine.spec, x, y), training, given.out),
    );
  }

  /**
   * Gradients for a given dL/d(outputs): { W1, b1, ..., inputs }, with those of l1 and l2, over all rows as one batch. Frozen
   * layers have none. Nothing is updated, running statistics of batchNorm neither.
   * @param dOutputs [samples][outputs], the derivative of a loss by each output. A mean over rows has its 1/rows in it.
   * @param options.training true for layers as in the next training step, false (default) for layers as in predictions.
   * @param options.of "logits" for dL/dZ, by the numbers before the last activation. Default "outputs".
   * @param options.out what an earlier call for as many rows returned: it is written and returned instead of new arrays.
   * @throws ShapeError, DataError.
   */
  backward(x: Samples, dOutputs: Samples, options: BackwardOptions = {}): BackwardGradients {
    const engine = engineOf(this);
    return reading(engine, "backward", () => backward(engine, x, dOutputs, options));
  }

  /**
   * Makes one update of the optimizer, with its clipping, decay and schedule, from these gradients: of `gradients` or `backward`,
   * averaged, changed or from elsewhere. A fit that was stopped is discarded.
   * @throws SpecError unless every parameter that is trained has a gradient, and for lbfgs; ShapeError, DataError.
   * @throws DivergenceError if what the update leaves is not finite; then nothing has changed.
   */
  applyGradients(gradients: GivenGradients): void {
    const engine = engineOf(this);
    alone(engine, "applyGradients", () => applyGradients(engine, gradients));
  }

  /**
   * The gradient of one output by the inputs for every row: [samples][inputs], row by row. Layers act as in predictions.
   * @param options.output index of the output, or an index for each row. Default 0 for a network with one output.
   * @param options.of "logits" for the number before the last activation. Default "outputs".
   */
  outputGradients(x: Samples, options: OutputGradientsOptions = {}): Float32Array {
    const engine = engineOf(this);
    return reading(engine, "outputGradients", () => outputGradients(engine, x, options));
  }

  /**
   * Copies of the parameters and running statistics of one layer, counted from 0, by their names in getParams.
   * @param options.layout "units-inputs" (default) for W as in PyTorch, "inputs-units" for W as in Keras.
   * @throws SpecError for a layer that is not there.
   */
  params(layer: number, options: ParamsOptions = {}): ParameterArrays {
    return layerParams(alive(engineOf(this), "params"), layer, options);
  }

  /**
   * Copies of the optimizer's state: { step, mean: { W1, b1, ... }, meanSquare: { ... } } of adam, W as [units][inputs]. There
   * are no vectors before the first update. checkpoint has it as a file.
   * @throws SpecError for lbfgs.
   */
  getState(): OptimizerState {
    return getState(alive(engineOf(this), "getState"));
  }

  /**
   * Replaces the parts of the optimizer's state that are given, flat or W as rows. The others stay. A fit that was stopped is
   * discarded.
   * @throws SpecError, ShapeError, DataError, and then changes nothing.
   */
  setState(state: GivenOptimizerState): void {
    const engine = engineOf(this);
    alone(engine, "setState", () => setState(engine, state));
  }

  /**
   * Goes on with another optimizer or loss; parameters and running statistics stay. With an optimizer, its state, the number of
   * updates and schedules begin anew; with a loss alone, the optimizer keeps its state. A fit that was cut or stopped is discarded.
   * @throws SpecError for a wrong one; then nothing has changed.
   */
  compile(options: CompileOptions): void {
    const engine = engineOf(this);
    alone(engine, "compile", () => compile(engine, options));
  }

  /** Keeps training from changing a layer, counted from 0. The optimizer's state stays, of this layer too. @throws SpecError */
  freeze(layer: number): void {
    const engine = engineOf(this);
    alone(engine, "freeze", () => setTrainable(engine, layer, false, "freeze"));
  }

  /** Ends `freeze`, or what `trainable: false` began. @throws SpecError */
  unfreeze(layer: number): void {
    const engine = engineOf(this);
    alone(engine, "unfreeze", () => setTrainable(engine, layer, true, "unfreeze"));
  }
}
