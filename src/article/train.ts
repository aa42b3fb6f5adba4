import { DivergenceError } from "../errors.js";
import { checkFunction, checkSignal } from "../fit/basic-options.js";
import { checkKeys, checkNumber, checkWhole } from "../model/check.js";
import { exported } from "../model/exported.js";
import { checkSpec, type NetworkSpec } from "../model/spec.js";
import { backward, forward } from "../program/compile.js";
import { loss } from "../program/loss.js";
import type { Matrix, ParameterMatrix } from "../program/matrix.js";
import { sgd } from "../program/optimizers.js";
import { matricesOf, planBuffers, planParameters } from "../program/parameters.js";
import { plan as makePlan } from "../program/plan.js";
import { requestOf } from "../program/request.js";
import { update } from "../program/update.js";
import { checkLayerDims, init_params } from "./init.js";
import { expectShape, PROBABILITY, type Rows, shapeOf } from "./matrices.js";
import { type ArticleParameters, articleOptions } from "./parameters.js";
import { Workspace } from "./workspace.js";

/** Epochs per call of the core, unless onEpoch is called after each. */
const EPOCHS_PER_CALL = 1024;

/** Report of one epoch for onEpoch. */
export interface TrainReport {
  /** From 1. */
  epoch: number;
  epochs: number;
  /** The cost before the update of this epoch. */
  cost: number;
}

/** Options of train, which the article does not have. */
export interface TrainOptions {
  /** Seed of the initial parameters, from 0 to below 2³². Default 3, as in the article. */
  seed?: number | undefined;
  /** Called after every epoch; return false to stop. */
  onEpoch?: ((report: TrainReport) => unknown) | undefined;
  /** Ends the training when it is aborted; train returns the parameters of that moment. */
  signal?: AbortSignal | undefined;
}

function checkOptions(options: TrainOptions): TrainOptions {
  const given = checkKeys<TrainOptions>(options, ["seed", "onEpoch", "signal"], "train");
  checkFunction(given.onEpoch, "onEpoch");
  checkSignal(given.signal);
  return given;
}

/** Checks X and Y. @returns the number of samples. @throws ShapeError, DataError if they do not fit layer_dims or one another. */
function checkData(X: Rows, Y: Rows, layer_dims: readonly number[]): number {
  const [inputs, outputs] = [layer_dims[0], layer_dims[layer_dims.length - 1]];
  const x = shapeOf(X, "X");
  expectShape("X", x, { rows: inputs }, `layer_dims begins with ${inputs}`);
  const fit = { rows: outputs, cols: x.cols };
  expectShape(
    "Y",
    shapeOf(Y, "Y", PROBABILITY),
    fit,
    `layer_dims ends in ${outputs} and X has ${x.cols} samples`,
  );
  return x.cols;
}

/** A training of the article in linear memory. */
interface Training {
  inputs: Matrix;
  targets: Matrix;
  parameters: readonly ParameterMatrix[];
  /** The cost of each step of the last run. */
  costs: Matrix;
  /** Runs a number of steps, of one epoch each. */
  run(steps: number): void;
}

/** Places the network and all samples, and compiles one epoch: forward pass, cost, backward pass, update. */
function placeTraining(workspace: Workspace, spec: NetworkSpec, samples: number, lr: number): Training {
  const { arena } = workspace.core;
  const rates = workspace.numbers("rates", EPOCHS_PER_CALL, lr);
  const losses = workspace.numbers("losses", EPOCHS_PER_CALL);
  const parameters = planParameters(spec, arena.top);
  arena.take(parameters.address + parameters.bytes);
  const store = { parameters, buffers: planBuffers(spec, arena.top), states: [] };
  const request = requestOf({
    purpose: "train",
    batch: samples,
    rows: 0,
    targets: "matrix",
    address: arena.top,
  });
  const placed = makePlan(spec, store, request);
  arena.take(placed.end);
  const plan = { ...placed, tables: { ...placed.tables, rates, losses } };
  const { Z, d } = plan.layers[plan.layers.length - 1];
  const { A0, Y, scratch } = plan;
  const operands = { input: Z, gradient: d, Y, losses, scratch, scale: 1 / samples };
  const program = [
    ...forward(plan),
    loss("binaryCrossentropy", operands),
    ...backward(plan),
    ...update(spec, plan, store),
  ];
  const run = workspace.load(program, samples);
  return { inputs: A0, targets: Y, parameters: matricesOf(parameters), costs: losses, run };
}

/**
 * Trains as the article does: init_params, then `epochs` times forward_prop, cost_function, backprop and
 * update_parameters over all samples at once. Here they are one program of the core, which runs many epochs per call.
 * @param X features x samples.
 * @param Y targets, outputs x samples, each from 0 to 1.
 * @param layer_dims sizes from inputs to outputs, such as [30, 16, 1].
 * @param epochs number of updates.
 * @param lr the learning rate, a number of at least 0.
 * @param options seed (3), onEpoch, signal.
 * @returns [params, cost_history]: the parameters after the last update, and the cost before each.
 * @throws SpecError for arguments out of range, ShapeError for matrices that do not fit, DataError for values out of range,
 * DivergenceError if the cost becomes NaN or infinite.
 */
export const train = /* @__PURE__ */ exported(
  "train(X, Y, layer_dims, epochs, lr, options)",
  (
    X: Rows,
    Y: Rows,
    layer_dims: readonly number[],
    epochs: number,
    lr: number,
    options: TrainOptions = {},
  ): [params: ArticleParameters, cost_history: number[]] => {
    checkLayerDims(layer_dims);
    checkWhole(epochs, 0, "epochs");
    checkNumber(lr, 0, Infinity, "lr");
    const { seed, onEpoch, signal } = checkOptions(options);
    const m = checkData(X, Y, layer_dims);
    const spec = checkSpec({ ...articleOptions(layer_dims), optimizer: sgd({ learningRate: lr }) });
    const start = init_params(layer_dims, seed);
    return Workspace.use((workspace) => {
      const { inputs, targets, parameters, costs, run } = placeTraining(workspace, spec, m, lr);
      workspace.write(inputs, X);
      workspace.write(targets, Y);
      for (const matrix of parameters) workspace.write(matrix, start[matrix.key as keyof ArticleParameters]);
      const cost_history: number[] = [];
      while (cost_history.length < epochs && !signal?.aborted) {
        const steps = onEpoch ? 1 : Math.min(EPOCHS_PER_CALL, epochs - cost_history.length);
        run(steps);
        for (const cost of workspace.readNumbers(costs, steps)) {
          cost_history.push(cost);
          if (Number.isFinite(cost)) continue;
          throw new DivergenceError(
            `Training diverged: the cost became ${cost} in epoch ${cost_history.length}; lower lr (${lr}) or scale X to about -1 to 1.`,
          );
        }
        const epoch = cost_history.length;
        if (onEpoch?.({ epoch, epochs, cost: cost_history[epoch - 1] }) === false) break;
      }
      const params: ArticleParameters = {};
      for (const matrix of parameters) {
        params[matrix.key as keyof ArticleParameters] = workspace.read(matrix);
      }
      return [params, cost_history];
    });
  },
);
