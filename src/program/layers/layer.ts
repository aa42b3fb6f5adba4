import type { Field, Step } from "../../formulas/steps.js";
import type { InitializerSpec } from "../../model/initializers.js";
import type { Instruction } from "../instruction.js";
import type { Matrix, ParameterMatrix } from "../matrix.js";
import type { Purpose } from "../request.js";

/** Role of a parameter or running statistic in its layer; with a number it is its public name, such as W1. */
export type Role = "W" | "b" | "gamma" | "beta" | "mean" | "variance" | "scale" | "alpha";

/** A parameter or running statistic of a layer. */
export interface LayerTensor {
  role: Role;
  /** Its name in the corresponding PyTorch module. */
  field: Field;
  /** [units, inputs] for a weight matrix, [features] for a vector. */
  shape: readonly number[];
  /** Its initial values. A vector starts at a constant. */
  init: InitializerSpec;
  /** True for running statistics: the forward pass updates them, and no optimizer does. */
  isStatistic: boolean;
}

/** The matrices of one layer by role. */
export type LayerMatrices = Partial<Record<Role, ParameterMatrix>>;

/** Memory of a batch that a layer needs for itself. */
export interface LayerMemory {
  /** False if the activation reads the input of the layer, which then serves as Z. */
  ownsZ: boolean;
  /** False if the layer works in place, so that Z becomes its output. */
  ownsOutput: boolean;
  /** False if the backward pass turns the gradient of the output into that of the input in place. */
  ownsGradient: boolean;
  /** Bytes that the forward pass keeps for the backward pass. */
  savedBytes: number;
}

/** A layer that passes its input on unchanged. */
export const IDLE: LayerMemory = { ownsZ: false, ownsOutput: false, ownsGradient: false, savedBytes: 0 };

/** A layer that writes its output from its input, and back-propagates in place. */
export const ELEMENTWISE: LayerMemory = { ...IDLE, ownsZ: true };

/**
 * Addresses and facts that the instructions of one layer are made from. `S` is its spec, and `R` are the roles of the
 * parameters that it always has.
 */
export interface LayerPlan<S, R extends Role = never> {
  spec: S;
  /** Index in the network, from 0. It selects the layer's stream of random numbers. */
  index: number;
  /** Number among the layers with the same letter, from 1. */
  number: number;
  input: Matrix;
  /** The matrix that the activation reads; the output itself where the activation works in place. */
  Z: Matrix;
  /** The same matrix as the input where the layer is idle. */
  output: Matrix;
  /** Statistics of the forward pass that the backward pass reads. */
  saved: Matrix;
  /** The gradient of the output. The backward pass overwrites it with that of Z or, in place, of the input. */
  d: Matrix | undefined;
  /** The gradient of the input; undefined if nothing needs it. */
  dInput: Matrix | undefined;
  /** Parameters and running statistics. */
  parameters: LayerMatrices & Record<R, ParameterMatrix>;
  /** Gradients of the parameters; empty for a frozen layer. */
  gradients: LayerMatrices;
  /** True if the loss contains the activation, and so computes the gradient of Z. */
  isFused: boolean;
  /** True if the activation is fused into the loss and nothing else reads the output, so that it is not computed. */
  skipsActivation: boolean;
  /** True if the kernels skip zeros of the input. */
  skipsZeros: boolean;
  /** Fused update: the backward pass updates the parameters directly, and their gradients are never stored. */
  descends: boolean;
}

/** A layer that the backward pass goes through. */
export type DifferentiatedPlan<S, R extends Role = never> = LayerPlan<S, R> & { d: Matrix };

/** A table of the values of an option that follows a schedule, one for each step. */
export interface ScheduledTable {
  /** Index of the layer that has the option; undefined for an option of the optimizer. */
  layer: number | undefined;
  values: Matrix;
}

/** The part of a plan that the instructions of every layer may use. */
export interface LayerContext {
  purpose: Purpose;
  /** True if layers behave as in training: dropout, noise, batch statistics. */
  training: boolean;
  seed: number;
  scratch: Matrix;
  tables: {
    /** The learning rate of each step. */
    rates: Matrix;
    /** Options that follow a schedule, each with a table of its value in each step. */
    scheduled: readonly ScheduledTable[];
  };
  /** True if rows have weights. */
  weighted: boolean;
  /** The weight of each row. */
  w: Matrix;
  /** A bias of zeros for layers without one. */
  noBias: Matrix;
  /** Where the bias gradient of a layer without a bias goes. */
  unusedGradient: Matrix;
}

/**
 * Everything about one kind of layer. `S` is its spec, and `R` are the roles of the parameters that it always has. A new kind
 * is one file with such an object as its default export, and a line in each list of index.ts.
 */
export interface LayerKind<S, R extends Role = never> {
  /**
   * First letter of its output in equations, as in A1 = f(Z1). Layers with the same letter are numbered together, and their
   * parameters too, so a role belongs to one letter only.
   */
  letter: string;
  /**
   * Checks options and fills in defaults.
   * @param what name of the layer in error messages.
   * @throws SpecError for an unknown option or a value out of range.
   */
  check(options: unknown, what: string): S;
  /** A few words for summary(). */
  describe(spec: S): string;
  /** Bytes of `saved` for each sample, if it has a part for each. */
  savedPerSample?: number;
  /** Features of its output. */
  widthOf(spec: S, inputs: number): number;
  /** Its parameters and running statistics, in the order of getParams. */
  tensorsOf(spec: S, inputs: number): LayerTensor[];
  /** Its predictions, step by step: what acts in training alone has no steps. checkGradients and the formats read them. */
  stepsOf(spec: S): Step[];
  /** True if training changes its parameters: it has some and is not frozen. */
  isTrained(spec: S): boolean;
  /** True if the backward pass can apply θ = θ - α·dθ by itself; see LayerPlan.descends. */
  canDescend(spec: S): boolean;
  /** True if zeros of its input are zeros of its output in training, so that the next layer can skip them too. */
  keepsZeros: boolean;
  /** Multiply-adds, or operations that take as long, of the forward pass of one sample. */
  workOf(spec: S, inputs: number): number;
  /** @param features inputs of the layer. @param samples rows of a batch. */
  memoryOf(spec: S, features: number, samples: number, training: boolean): LayerMemory;
  /** Instructions that compute the output from the input. */
  forward(layer: LayerPlan<S, R>, context: LayerContext): Instruction[];
  /** Instructions that compute the gradients of the input and of the parameters from that of the output. */
  backward(layer: DifferentiatedPlan<S, R>, context: LayerContext): Instruction[];
  /** Instructions that add the slopes of its penalties to its gradients. */
  penalize(layer: LayerPlan<S, R>): Instruction[];
  /** Instructions that add its penalties to the entry of the step in a table. Default none. */
  addPenalties?(layer: LayerPlan<S, R>, table: Matrix): Instruction[];
  /** Instructions that scale its weights down to their maximum norm after an update. */
  limitNorms(layer: LayerPlan<S, R>): Instruction[];
}

/** Members of a layer that neither has parameters nor changes the number of features. */
export const WITHOUT_PARAMETERS = {
  widthOf: (_: unknown, inputs: number) => inputs,
  tensorsOf: (): LayerTensor[] => [],
  isTrained: () => false,
  canDescend: () => false,
  penalize: (): Instruction[] => [],
  limitNorms: (): Instruction[] => [],
};

/** Multiply-adds that take as long as an elementwise function of one value. */
export const ELEMENTWISE_WORK = 8;
