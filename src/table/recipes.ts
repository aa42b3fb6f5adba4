import { lbfgs } from "../lbfgs/lbfgs.js";
import type { ActivationName } from "../model/names.js";
import type { NetworkOptions } from "../network/options.js";
import { adam } from "../program/basic-optimizers.js";
import { dense } from "../program/layers/basic.js";
import type { LayerSpec } from "../program/layers/index.js";
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
      };
    case "realmlp":
      return {
        name: "realmlp",
        members: 2,
        hidden: [128, 128, 128],
        activation: task === "classification" ? "selu" : "mish",
        epochs: rows > 5000 ? 64 : 128,
        batchSize: 256,
        learningRate: task === "classification" ? 0.04 : 0.07,
        validation: 0.2,
        labelSmoothing: task === "classification" ? 0.1 : 0,
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

function optimizerOf({ name, learningRate }: Recipe): OptimizerInput {
  return name === "lbfgs" ? lbfgs({ learningRate }) : adam({ learningRate });
}

/** The network of one member. */
export function networkOptions(recipe: Recipe, shape: Shape, _rows: number, seed: number): NetworkOptions {
  const { hidden, activation, labelSmoothing } = recipe;
  const isClassifier = shape.task === "classification";
  const layers: LayerSpec[] = hidden.map((units) => dense(units, activation));
  return {
    inputs: shape.inputs,
    layers: [...layers, dense(shape.outputs, isClassifier ? "softmax" : "linear")],
    loss: isClassifier ? { type: "categoricalCrossentropy", labelSmoothing } : "meanSquaredError",
    optimizer: optimizerOf(recipe),
    inputScale: shape.isBytes ? 1 : undefined,
    seed,
  };
}
