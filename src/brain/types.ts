/** The data, options and results of densely/brain, with the names of brain.js. */

/** Numbers by name. */
export interface NumberHash {
  [name: string]: number;
}

/** One input or output: numbers in order or by name. */
export type NetworkData = number[] | Float32Array | Partial<NumberHash>;

/** One sample. */
export interface Datum<I, O> {
  input: I;
  output: O;
}

/** A sample as training reads it: numbers in order. */
export type Pattern = Datum<Float32Array, Float32Array>;

export type Activation = "sigmoid" | "relu" | "leaky-relu" | "tanh";

/** The state of a training. */
export interface TrainingStatus {
  /** Passes over the data so far. */
  iterations: number;
  /** Mean squared error of the last pass that measured it, each sample before its update; 1 before the first. */
  error: number;
}

/** The shape of a network. */
export interface NetworkOptions {
  /** Default: that of the data. */
  inputSize: number;
  /** Default: that of the data. */
  outputSize: number;
  /** Units of each hidden layer. Default: one layer, of half the inputs and at least 3. */
  hiddenLayers?: number[];
  /** Output above which a network with one output says 1. Default 0.5. */
  binaryThresh: number;
  /** Seed of the initial weights; without one, Math.random draws them. */
  seed?: number;
}

/** How a network is trained. */
export interface TrainingOptions {
  /** The activation of all layers. Default "sigmoid". */
  activation: Activation | (string & {});
  /** Maximum number of passes over the data. Default 20000. */
  iterations: number;
  /** Training ends once the error is not above this. Default 0.005. */
  errorThresh: number;
  /** True to print the status every `logPeriod` iterations, or a function that receives it. Default false. */
  log: boolean | ((status: TrainingStatus) => void);
  /** Default 10. */
  logPeriod: number;
  /** Slope of leaky-relu below 0. Default 0.01. */
  leakyReluAlpha: number;
  /** Default 0.3. */
  learningRate: number;
  /** Share of the last change of a weight in its next change. Default 0.1. */
  momentum: number;
  /** Receives the status every `callbackPeriod` iterations. */
  callback?: (status: TrainingStatus) => void;
  /** Default 10. */
  callbackPeriod: number;
  /** Maximum training time in milliseconds. Default Infinity. */
  timeout: number;
  /** "adam" in place of momentum. */
  praxis?: "adam" | null | undefined;
  /** Of adam. Default 0.9. */
  beta1: number;
  /** Of adam. Default 0.999. */
  beta2: number;
  /** Of adam. Default 1e-8. */
  epsilon: number;
  /** Not used, as in brain.js: the field of this name of the network is. */
  errorCheckInterval?: number;
}

/** The training options as JSON data. */
export interface TrainingOptionsJSON
  extends Omit<TrainingOptions, "log" | "callback" | "timeout" | "errorCheckInterval"> {
  log: boolean;
  timeout: number | "Infinity";
}

/** The weights of one layer: of each unit, and its bias. That of the inputs has none. */
export interface LayerJSON {
  biases: number[];
  weights: number[][];
}

/** A network as JSON data, as brain.js 2 writes it. */
export interface NeuralNetworkJSON {
  type: string;
  sizes: number[];
  layers: LayerJSON[];
  inputLookup: NumberHash | null;
  inputLookupLength: number;
  outputLookup: NumberHash | null;
  outputLookupLength: number;
  options: NetworkOptions;
  trainOpts: TrainingOptionsJSON;
}

/** A layer as brain.js 1 writes it: its units by name or number. */
export interface OldLayerJSON {
  [unit: string]: { bias?: number; weights?: NumberHash };
}

/** A network as JSON data, as brain.js 1 writes it. */
export interface OldNeuralNetworkJSON {
  sizes: number[];
  layers: OldLayerJSON[];
  inputLookup: boolean | NumberHash | null;
  outputLookup: boolean | NumberHash | null;
  activation?: string;
  trainOpts?: Partial<TrainingOptionsJSON>;
  [option: string]: unknown;
}

/** A sample that the network got wrong, with the class that it said and the right one. */
export interface Misclass {
  input: ArrayLike<number>;
  output: ArrayLike<number>;
  actual: number;
  expected: number;
}

/** The result of `test`. */
export interface TestResult {
  /** Mean squared error. */
  error: number;
  misclasses: Misclass[];
  /** Number of samples. */
  total: number;
}

/** The result of `test` of a network with one output. */
export interface BinaryTestResult extends TestResult {
  trueNeg: number;
  truePos: number;
  falseNeg: number;
  falsePos: number;
  precision: number;
  recall: number;
  accuracy: number;
}
