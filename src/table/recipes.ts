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
  /**
   * Parts of the rows, each predicted by a network that was trained on the others, before the members train on all rows. The
   * best epochs of these networks, on average, are the epochs of the members, and one temperature for all is found on their
   * predictions. 0 for none. Of classification without validation rows only.
   */
  tuningFolds: number;
}

/** Rows from which RealMLP is better than the mean of some starts, on the tables of bench/tables. */
const LEAST_FOR_REALMLP = { classification: 1000, regression: 100 };

/** Rows from which tables are large: wider networks, and fewer of them and of epochs. */
const MEDIUM = 1000;
const LARGE = 3000;

/** Epochs times rows, at most. Large tables make enough updates in fewer epochs. */
const MOST_VISITS = 400_000;
const FEWEST_EPOCHS = 8;

/** Rows above which bins would take too much memory. */
const MOST_FOR_BINS = 100_000;

const STARTS: Recipe = {
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
  tuningFolds: 0,
};

const LBFGS: Recipe = {
  ...STARTS,
  name: "lbfgs",
  hidden: [20],
  activation: "tanh",
  epochs: 100,
  learningRate: 1,
};

/** The parts of RealMLP that depend on the number of rows. */
function realSizes(rows: number): Pick<Recipe, "members" | "hidden" | "epochs"> {
  if (rows < MEDIUM) return { members: 5, hidden: [64, 64], epochs: 80 };
  const epochs = Math.min(64, Math.max(FEWEST_EPOCHS, Math.round(MOST_VISITS / rows)));
  return { members: rows < LARGE ? 5 : 2, hidden: [128, 128, 128], epochs };
}

function realmlp(rows: number, task: Task): Recipe {
  const common = {
    name: "realmlp",
    batchSize: 256,
    validation: 0.2,
    tuningFolds: 0,
    ...realSizes(rows),
  } as const;
  if (task === "regression") {
    return {
      ...common,
      activation: "mish",
      learningRate: 0.07,
      labelSmoothing: 0,
      bins: rows < LARGE ? 8 : 0,
    };
  }
  const bins = rows < LARGE ? 8 : rows < MOST_FOR_BINS ? 16 : 0;
  return { ...common, activation: "selu", learningRate: 0.04, labelSmoothing: 0.1, bins };
}

/** Bins of the classifications that are too small for RealMLP: they take 3 % off the error and 5 % off the log loss. */
const BINS_OF_STARTS = 4;

/**
 * Rows from which small classifications are tuned. It takes 9 % off their log loss on the tables of bench/tables, and keeps
 * networks of columns that say little from being too sure of themselves.
 */
const LEAST_FOR_TUNING = 50;
const TUNING_FOLDS = 5;

function starts(rows: number, task: Task): Recipe {
  if (task === "regression") return STARTS;
  return { ...STARTS, bins: BINS_OF_STARTS, tuningFolds: rows < LEAST_FOR_TUNING ? 0 : TUNING_FOLDS };
}

/** Where a table has few columns, what there is to learn may be fine structure in them, such as a spiral or a map. */
const FEW_COLUMNS = 3;
const BINS_OF_FEW = 16;

/** More bins for few columns, unless bins would take too much memory, or rows are too few for them. */
function withBins(recipe: Recipe, rows: number, columns: number): Recipe {
  const isFine = columns <= FEW_COLUMNS && rows >= LEAST_FOR_REALMLP.regression && rows < MOST_FOR_BINS;
  return isFine ? { ...recipe, bins: Math.max(recipe.bins, BINS_OF_FEW) } : recipe;
}

/**
 * The recipe for a number of training rows.
 * @param name default: by the number of rows. @param columns besides the target. Default: many.
 */
export function recipeFor(
  name: RecipeName | undefined,
  rows: number,
  task: Task,
  columns = Number.POSITIVE_INFINITY,
): Recipe {
  switch (name ?? (rows < LEAST_FOR_REALMLP[task] ? "starts" : "realmlp")) {
    case "starts":
      return withBins(starts(rows, task), rows, columns);
    case "lbfgs":
      return LBFGS;
    case "realmlp":
      return withBins(realmlp(rows, task), rows, columns);
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
