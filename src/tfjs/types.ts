/**
 * The parts of TensorFlow.js that this door touches, as far as it touches them. They are its own interfaces: densely
 * imports nothing of TensorFlow.js, and any copy and version that has these members will do.
 */

/** The kinds of numbers that models of this door have. */
export type DataType = "float32" | "int32" | "bool";

/** A tensor. */
export interface Tensor {
  /** The identity of its values: another object whenever they are replaced. */
  readonly dataId: object;
  readonly shape: readonly number[];
  readonly dtype: string;
  dataSync(): ArrayLike<number>;
  data(): Promise<ArrayLike<number>>;
  /** Makes a variable of it. */
  variable(trainable: boolean, name?: string): Variable;
  dispose(): void;
}

/** A tensor whose values can be replaced. */
export interface Variable extends Tensor {
  readonly trainable: boolean;
  assign(values: Tensor): void;
}

/** A weight of a layer. */
export interface Weight {
  readonly name: string;
  /** The variable, which `read` does not return any more once it is disposed of. */
  readonly val: { readonly isDisposed: boolean };
  read(): Variable;
}

/** A tensor without values: the input or output of a layer in a model. */
export interface SymbolicTensor {
  readonly shape: readonly (number | null)[];
  readonly sourceLayer: Layer;
  readonly inputs: readonly SymbolicTensor[];
  readonly callArgs: object | undefined;
}

/** A layer of any class. Members of single classes are in layers.ts. */
export interface Layer {
  readonly name: string;
  readonly losses: readonly unknown[];
  readonly weights: readonly Weight[];
  getClassName(): string;
  /** A function of the user that each call of the layer calls first. */
  readonly _callHook?: unknown;
}

/** A layer that is a model itself. */
export interface Container extends Layer {
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
}

/** An optimizer of tf.train. Members of single classes are in optimizers.ts. */
export interface Optimizer {
  readonly learningRate: number;
  readonly epsilon?: number;
  iterations_?: number;
  getClassName(): string;
}

/** Functions of targets and outputs that a model is compiled with. */
export type Measure = (targets: Tensor, outputs: Tensor) => Tensor;

/** A loss or metric by name or as a function. */
export type Identifier = string | Measure;

/** An argument of compile: for all outputs, for each in order, or for each by name. */
export type ByOutput<T> = T | readonly T[] | Readonly<Record<string, T | readonly T[]>>;

/** Values by name, as callbacks receive them. */
export type Logs = Record<string, number | Tensor>;

/** The list through which tf.LayersModel calls all callbacks of a fit, in their order. */
export interface CallbackList {
  readonly callbacks: readonly object[];
  setParams(params: object): void;
  setModel(model: Model): void;
  onTrainBegin(): Promise<void>;
  onTrainEnd(): Promise<void>;
  onEpochBegin(epoch: number): Promise<void>;
  onEpochEnd(epoch: number, logs: Logs): Promise<void>;
  onBatchBegin(batch: number, logs: Logs): Promise<void>;
  onBatchEnd(batch: number, logs: Logs): Promise<void>;
}

/** The last callback of every fit, and its result. */
export interface History {
  epoch: number[];
  history: Record<string, number[]>;
  syncData(): Promise<void>;
}

/** Computes the loss and metrics of a batch of inputs, targets and, of a class-weighted fit, weights. */
export type BatchFunction = (data: readonly Tensor[]) => Tensor[];

/** Arguments that fit passes to fitLoop. */
export type FitLoopArguments = [
  train: BatchFunction,
  data: readonly Tensor[],
  labels: readonly string[],
  batchSize: number | undefined,
  epochs: number | undefined,
  verbose: number | undefined,
  callbacks: readonly object[],
  test: BatchFunction | null,
  validation: readonly Tensor[] | null,
  shuffle: boolean | string | undefined,
  metrics: readonly string[],
  initialEpoch: number | undefined,
  stepsPerEpoch: number | null,
  validationSteps: number | null,
];

/** The methods of tf.LayersModel through which all training, evaluation and prediction goes. */
export interface ModelMethods {
  fitLoop(...given: FitLoopArguments): Promise<History>;
  makeTrainFunction(): BatchFunction;
  makeTestFunction(): void;
  testLoop(
    test: BatchFunction,
    data: readonly Tensor[],
    batchSize: number,
    verbose?: number,
    steps?: number,
  ): Tensor[];
  predictLoop(inputs: Tensor | readonly Tensor[], batchSize?: number, verbose?: boolean): Tensor | Tensor[];
}

/** A model of layers, compiled or not. */
export interface Model extends Container, ModelMethods {
  readonly outputNames: readonly string[];
  readonly loss: ByOutput<Identifier> | undefined;
  /** The functions that the losses stand for, once it is compiled. */
  readonly lossFunctions: readonly Measure[];
  readonly metrics: ByOutput<Identifier> | undefined;
  readonly metricsTensors: readonly (readonly [metric: Measure, output: number])[];
  readonly optimizer: Optimizer | undefined;
  readonly collectedTrainableWeights: readonly Weight[] | undefined;
  testFunction?: BatchFunction;
  history?: History;
  stopTraining_: boolean;
}

/** TensorFlow.js, or as much of it as `accelerate` needs. */
export interface TensorFlow {
  /** tf.LayersModel, whose methods are replaced. */
  LayersModel: { prototype: object };
  /** tf.CallbackList, through which callbacks are called as ever. */
  CallbackList: { prototype: object };
  /** tf.tensor, which makes the tensors that go back. */
  tensor(values: Float32Array, shape: number[], dtype: DataType): object;
  /** tf.tidy, in which metrics run that are functions of TensorFlow.js. */
  tidy(compute: () => number): number;
  /** tf.engine, which tells if a gradient is being computed. Without it `predict` stays with TensorFlow.js. */
  engine?(): object;
  /** tf.losses and tf.metrics: the names of losses and metrics that are functions of theirs. */
  losses?: object;
  metrics?: object;
  /** Without these, losses that densely does not have and fits with a classWeight stay with TensorFlow.js. */
  mean?: object;
  mul?: object;
  valueAndGrad?: object;
  variableGrads?: object;
}
