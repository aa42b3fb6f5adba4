import { lbfgs } from "../lbfgs/lbfgs.js";
import type { ActivationName } from "../model/names.js";
import { cosineLog } from "../model/schedules.js";
import type { NetworkOptions } from "../network/options.js";
import { adam } from "../program/basic-optimizers.js";
import { dense } from "../program/layers/basic.js";
import { type LayerSpec, scale } from "../program/layers/index.js";
import type { OptimizerInput } from "../program/optimizers.js";

/** Kind of prediction: one of some classes, or a number. */
export type Task = "classification" | "regression";

/** The names of all recipes. */
export const RECIPES = ["starts", "realmlp", "lbfgs"] as const;

export type RecipeName = (typeof RECIPES)[number];

/** How networks are made and trained, as plain data. Each entry but `name` is an option. */
export interface Recipe {
  name: RecipeName;
  /** Networks whose predictions are averaged. */
  members: number;
  /** Units of each hidden layer. */
  hidden: number[];
  activation: ActivationName;
  epochs: number;
  /** Rows per update. */
  batchSize: number;
  learningRate: number;
  /** Share of the rows that each member is validated on, and not trained on; 0 for none. */
  validation: number;
  /** Share of each target that is spread over all classes. Of classification only. */
  labelSmoothing: number;
  /** Bins of each column of numbers; 0 for none. */
  bins: number;
}

/** Rows from which RealMLP is better than the mean of some starts, on the tables of bench/tables. */
const MANY = 1000;

/** The recipe for a number of training rows. */
export function recipeFor(name: RecipeName | undefined, rows: number, task: Task): Recipe {
  switch (name ?? (rows < MANY ? "starts" : "realmlp")) {
    case "starts":
      return {
        name: "starts",
        members: 5,
        hidden: [100],
        activation: "relu",
        epochs: 200,
        batchSize: 200,
        learningRate: 0.001,
        validation: 0,
        labelSmoothing: 0,
        bins: 0,
      };
    case "lbfgs":
      return {
        name: "lbfgs",
        members: 5,
        hidden: [20],
        activation: "tanh",
        epochs: 100,
        batchSize: rows,
        learningRate: 1,
        validation: 0,
        labelSmoothing: 0,
        bins: 0,
      };
    case "realmlp":
      return {
        name: "realmlp",
        members: 2,
        hidden: [128, 128, 128],
        activation: task === "classification" ? "selu" : "mish",
        epochs: 64,
        batchSize: 256,
        learningRate: task === "classification" ? 0.04 : 0.07,
        validation: 0.2,
        labelSmoothing: task === "classification" ? 0.1 : 0,
        bins: task === "classification" ? (rows < 3 * MANY ? 8 : 16) : 0,
      };
  }
}

/** The shape of a network for a table. */
export interface Shape {
  inputs: number;
  outputs: number;
  /** True if inputs are counts as bytes. */
  isBytes: boolean;
  task: Task;
}

/** The factor of the rate of the scale layer, and of biases, in RealMLP-TD-S. */
const SCALE_RATE = 6;
const BIAS_RATE = 0.1;

function optimizerOf({ name, epochs, batchSize, learningRate }: Recipe, rows: number): OptimizerInput {
  switch (name) {
    case "starts":
      return adam({ learningRate });
    case "lbfgs":
      return lbfgs({ learningRate });
    case "realmlp": {
      const steps = epochs * Math.ceil(rows / batchSize);
      return adam({ learningRate: cosineLog({ learningRate, steps }), beta2: 0.95 });
    }
  }
}

/**
 * The layers of RealMLP-TD-S (Holzmüller et al., "Better by Default", 2024). Its neural tangent parametrisation is, under
 * Adam, weights from N(0, 1/inputs) with a rate of 1/√inputs; the last layer begins with zeros.
 */
function realLayers(
  { hidden, activation }: Recipe,
  { inputs, outputs }: Shape,
  last: ActivationName,
): LayerSpec[] {
  const widths = [inputs, ...hidden];
  const rateAfter = (width: number) => ({ W: 1 / Math.sqrt(width), b: BIAS_RATE });
  return [
    scale({ rate: SCALE_RATE }),
    ...hidden.map((units, i) =>
      dense(units, activation, { init: "lecunNormal", rate: rateAfter(widths[i]) }),
    ),
    dense(outputs, last, { init: "zeros", rate: rateAfter(widths[hidden.length]) }),
  ];
}

function layersOf(recipe: Recipe, shape: Shape): LayerSpec[] {
  const last: ActivationName = shape.task === "classification" ? "softmax" : "linear";
  if (recipe.name === "realmlp") return realLayers(recipe, shape, last);
  return [...recipe.hidden.map((units) => dense(units, recipe.activation)), dense(shape.outputs, last)];
}

/** The network of one member. @param rows training rows, which decide the steps of its schedule. */
export function networkOptions(recipe: Recipe, shape: Shape, rows: number, seed: number): NetworkOptions {
  const { labelSmoothing } = recipe;
  const isClassifier = shape.task === "classification";
  return {
    inputs: shape.inputs,
    layers: layersOf(recipe, shape),
    loss: isClassifier ? { type: "categoricalCrossentropy", labelSmoothing } : "meanSquaredError",
    optimizer: optimizerOf(recipe, rows),
    inputScale: shape.isBytes ? 1 : undefined,
    seed,
  };
}
