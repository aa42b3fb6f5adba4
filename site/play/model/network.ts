/** The network that settings describe, as plain data that the class Network takes and that code can show. */

import type { LayerInput, NetworkOptions, OptimizerInput, ScheduleSpec } from "densely";
import type { HiddenLayer, Settings } from "./settings.js";

type Rate = number | ScheduleSpec;

/** Data without the options that a schedule leaves at their defaults: the class completes them. */
const schedule = (type: string, options: object): ScheduleSpec => ({ type, ...options }) as ScheduleSpec;

/** The learning rate, or its schedule over the steps of the settings. */
export function rateOf({ schedule: name, rate: learningRate, steps }: Settings): Rate {
  switch (name) {
    case "constant":
      return learningRate;
    case "stepDecay":
      return schedule(name, { learningRate, every: Math.max(1, Math.round(steps / 3)), factor: 0.3 });
    case "exponentialDecay":
      return schedule(name, { learningRate, steps, factor: 0.1 });
    case "piecewise": {
      const boundaries = [Math.ceil(steps / 2), Math.ceil(steps / 2) + Math.ceil(steps / 4)];
      return schedule(name, { boundaries, rates: [learningRate, learningRate / 3, learningRate / 10] });
    }
    case "warmup":
      return schedule(name, { steps, after: learningRate });
    case "reduceOnPlateau":
      return schedule(name, { learningRate, patience: steps, factor: 0.5 });
    case "cosineDecay":
    case "cosineLog":
    case "flatCosine":
    case "oneCycle":
    case "polynomialDecay":
      return schedule(name, { learningRate, steps });
  }
}

/** The optimizer. Momentum is an option of sgd and rmsprop alone; lbfgs knows no decay and no schedule. */
function optimizerOf(settings: Settings): OptimizerInput {
  const { optimizer: type, momentum, decay: weightDecay } = settings;
  if (type === "lbfgs") return { type, learningRate: settings.rate };
  const options: Record<string, unknown> = { type, learningRate: rateOf(settings) };
  if (weightDecay > 0) options.weightDecay = weightDecay;
  if (momentum > 0 && hasMomentum(settings)) options.momentum = momentum;
  return options as OptimizerInput;
}

/** True if the optimizer has the option momentum. */
export function hasMomentum({ optimizer }: Settings): boolean {
  return optimizer === "sgd" || optimizer === "rmsprop";
}

/** The layers of one hidden layer: batchNorm stands before its activation, dropout behind it. */
function hidden({ units, activation }: HiddenLayer, { batchNorm, dropout, l1, l2 }: Settings): LayerInput[] {
  const penalties = { ...(l1 > 0 && { l1 }), ...(l2 > 0 && { l2 }) };
  const layers: LayerInput[] = batchNorm
    ? [{ type: "dense", units, ...penalties }, { type: "batchNorm" }, { type: "activation", activation }]
    : [{ type: "dense", units, activation, ...penalties }];
  return dropout > 0 ? [...layers, { type: "dropout", rate: dropout }] : layers;
}

/** Units of the output layer: one for two classes and for numbers, else one for each class. */
export function outputsOf(classes: number): number {
  return classes > 2 ? classes : 1;
}

/** The network with the layer that its data need at the end. @param classes 0 for a regression. */
export function networkOptions(settings: Settings, classes: number): NetworkOptions {
  const activation = classes === 0 ? "linear" : classes === 2 ? "sigmoid" : "softmax";
  return {
    inputs: 2,
    layers: [
      ...settings.layers.flatMap((layer) => hidden(layer, settings)),
      { type: "dense", units: outputsOf(classes), activation },
    ],
    optimizer: optimizerOf(settings),
    seed: settings.seed,
  };
}

/** The index in the spec of the last layer of each hidden layer, before its dropout: the one whose outputs are shown. */
export function shownLayers({ layers, batchNorm, dropout }: Settings): number[] {
  const each = batchNorm ? 3 : 1;
  const size = each + Number(dropout > 0);
  return layers.map((_, i) => i * size + each - 1);
}

/** Rows of a step. lbfgs takes all of them. */
export function batchOf({ batch, optimizer }: Settings, rows: number): number {
  return batch === 0 || optimizer === "lbfgs" ? rows : Math.min(batch, rows);
}
