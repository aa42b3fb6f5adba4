import { completeInSlices, completeSync, SLICE_WORK, type Slices } from "../engine/scheduler.js";
import { ShapeError, StateError } from "../errors.js";
import type { Network } from "../network/network.js";
import { readJSON } from "./json.js";
import {
  checkData,
  extended,
  type Formatter,
  formatAll,
  formatterOf,
  tableOf,
  toArray,
  toObject,
} from "./lookup.js";
import { measure, measureBinary } from "./measure.js";
import { exportAsInBrain } from "./members.js";
import { toNetwork } from "./network.js";
import { functionOf } from "./to-function.js";
import { beginBulk, bulkOf, endBulk, Trainee } from "./trainee.js";
import { type PreparedTraining, training } from "./training.js";
import type {
  BinaryTestResult,
  Datum,
  NetworkData,
  NetworkOptions,
  NeuralNetworkJSON,
  NumberHash,
  OldNeuralNetworkJSON,
  Pattern,
  TestResult,
  TrainingOptions,
  TrainingStatus,
} from "./types.js";

/** Trains as long as nothing ends it. @param isAsync true for a pause after the first tick. */
function* run(network: Trainee, prepared: PreparedTraining, isAsync: boolean): Slices<TrainingStatus> {
  const { preparedData, status, endTime } = prepared;
  beginBulk(network, preparedData);
  try {
    if (isAsync) {
      if (!network.trainingTick(preparedData, status, endTime)) return status;
      yield SLICE_WORK;
    }
    return yield* training(network, prepared, () => bulkOf(network, preparedData));
  } finally {
    endBulk(network);
  }
}

/**
 * A neural network with the interface and the semantics of brain.js 2's NeuralNetwork: dense layers of one activation, the
 * squared error, and one update per sample.
 *
 * Inputs and outputs are arrays, typed arrays, or numbers by name. All fields can be read, and weights and biases written,
 * between two calls and in callbacks.
 */
export class NeuralNetwork<
  I extends NetworkData = NetworkData,
  O extends NetworkData = NetworkData,
> extends Trainee {
  inputLookup: NumberHash | null = null;
  inputLookupLength = 0;
  outputLookup: NumberHash | null = null;
  outputLookupLength = 0;
  _formatInput: Formatter | null = null;
  _formatOutput: Formatter | null = null;

  static {
    exportAsInBrain(NeuralNetwork, { async: ["trainAsync"] });
  }

  /**
   * @param options the shape of the network and the options of its training. Default: the data say the shape.
   * @throws SpecError for an option out of its range.
   */
  constructor(options: Partial<NetworkOptions & TrainingOptions> = {}) {
    super();
    this.options = { ...this.options, ...options };
    this.updateTrainingOptions(options);
    const { inputSize, hiddenLayers, outputSize } = this.options;
    if (inputSize && outputSize) this.sizes = [inputSize, ...(hiddenLayers ?? []), outputSize];
  }

  /** The outputs for one input, by name if the data had names. @throws StateError, ShapeError */
  run(input: Partial<I>): O {
    if (this.sizes.length === 0) throw new StateError("network not runnable");
    const { inputLookup, outputLookup } = this;
    const numbers = inputLookup ? toArray(inputLookup, input, this.inputLookupLength) : input;
    // One call less where the answer is known: small networks run in a quarter of a microsecond.
    const isChecked = numbers.length === this.sizes[0] && this.validateInput === prototype.validateInput;
    if (!isChecked) this.validateInput(numbers as Float32Array);
    const outputs = this.runInput(numbers as Float32Array);
    return (outputLookup ? toObject(outputLookup, outputs) : new Float32Array(outputs)) as O;
  }

  /** Takes the sizes that are not set from the data, and draws weights. */
  verifyIsInitialized(preparedData: Pattern[]): void {
    if (this.sizes.length > 0 && this.outputLayer > 0) return;
    const [{ input, output }] = preparedData;
    const hidden = this.options.hiddenLayers ?? [Math.max(3, Math.floor(input.length / 2))];
    this.sizes = [input.length, ...hidden, output.length];
    this.initialize();
  }

  /** Checks options and data, and initializes the network. @throws SpecError, ShapeError */
  prepTraining(
    data: Datum<Partial<I>, Partial<O>>[],
    options: Partial<TrainingOptions> = {},
  ): PreparedTraining {
    this.updateTrainingOptions(options);
    const preparedData = this.formatData(data);
    const endTime = Date.now() + this.trainOpts.timeout;
    this.verifyIsInitialized(preparedData);
    this.validateData(preparedData);
    return { preparedData, status: { error: 1, iterations: 0 }, endTime };
  }

  /** Trains until the error, the iterations or the time of the options are reached. @throws SpecError, ShapeError */
  train(data: Datum<Partial<I>, Partial<O>>[], options: Partial<TrainingOptions> = {}): TrainingStatus {
    const prepared = this.prepTraining(data, options);
    return completeSync(run(this, prepared, false));
  }

  /** The same in slices, between which the event loop runs. The first begins at once. */
  async trainAsync(
    data: Datum<Partial<I>, Partial<O>>[],
    options: Partial<TrainingOptions> = {},
  ): Promise<TrainingStatus> {
    const prepared = this.prepTraining(data, options);
    return completeInSlices(run(this, prepared, true));
  }

  /** @throws ShapeError for a sample that does not fit the sizes. */
  validateData(data: Pattern[]): void {
    const [inputSize, outputSize] = [this.sizes[0], this.sizes[this.sizes.length - 1]];
    data.forEach(({ input, output }, index) => {
      if (input.length !== inputSize) {
        throw new ShapeError(`input at index ${index} length ${input.length} must be ${inputSize}`);
      }
      if (output.length !== outputSize) {
        throw new ShapeError(`output at index ${index} length ${output.length} must be ${outputSize}`);
      }
    });
  }

  /** @throws ShapeError for an input that does not fit the sizes. */
  validateInput(formattedInput: Float32Array): void {
    const [inputSize] = this.sizes;
    if (formattedInput.length !== inputSize) {
      throw new ShapeError(
        `input length ${formattedInput.length} must match options.inputSize of ${inputSize}`,
      );
    }
  }

  /** Samples as numbers in order. The first data by name decide the places of the names. @throws ShapeError */
  formatData(data: Datum<Partial<I>, Partial<O>>[]): Pattern[] {
    checkData(data, "formatData");
    const [{ input, output }] = data;
    if (!Array.isArray(input)) {
      this.inputLookup ??= tableOf(data.map((sample) => sample.input));
      this.inputLookupLength = Object.keys(this.inputLookup).length;
    }
    if (!Array.isArray(output)) {
      this.outputLookup ??= tableOf(data.map((sample) => sample.output));
      this.outputLookupLength = Object.keys(this.outputLookup).length;
    }
    this._formatInput ??= formatterOf(input, this.inputLookup);
    this._formatOutput ??= formatterOf(output, this.outputLookup);
    return formatAll(data, this._formatInput, this._formatOutput);
  }

  /** Adds the names of one sample to those of the network. */
  addFormat({ input, output }: Datum<Partial<I>, Partial<O>>): void {
    if (!Array.isArray(input) || typeof input[0] !== "number") {
      this.inputLookup = extended(this.inputLookup, input);
      this.inputLookupLength = Object.keys(this.inputLookup).length;
    }
    if (!Array.isArray(output) || typeof output[0] !== "number") {
      this.outputLookup = extended(this.outputLookup, output);
      this.outputLookupLength = Object.keys(this.outputLookup).length;
    }
  }

  /** The error for samples and the misclassified ones; for one output also counts, precision, recall and accuracy. */
  test(data: Datum<Partial<I>, Partial<O>>[]): TestResult | BinaryTestResult {
    const { preparedData } = this.prepTraining(data);
    const run = (input: Float32Array) => this.runInput(input);
    return preparedData[0].output.length === 1
      ? measureBinary(preparedData, run, this.options.binaryThresh)
      : measure(preparedData, run);
  }

  /** The network as JSON data, which brain.js 2 reads too. */
  toJSON(): NeuralNetworkJSON {
    if (!this.isRunnable) this.initialize();
    const { inputLookup, outputLookup } = this;
    return {
      type: "NeuralNetwork",
      sizes: [...this.sizes],
      layers: this.sizes.map((_, layer) => ({
        weights: (this.weights[layer] ?? []).map((unit) => Array.from(unit)),
        biases: Array.from(this.biases[layer] ?? []),
      })),
      inputLookup: inputLookup && { ...inputLookup },
      inputLookupLength: this.inputLookupLength,
      outputLookup: outputLookup && { ...outputLookup },
      outputLookupLength: this.outputLookupLength,
      options: { ...this.options },
      trainOpts: this.getTrainOptsJSON(),
    };
  }

  /** Becomes the network that toJSON of brain.js 1 or 2 or of this class described. @throws FormatError, SpecError */
  fromJSON(json: NeuralNetworkJSON | OldNeuralNetworkJSON): this {
    const { sizes, options, trainOpts, inputLookup, outputLookup, weights, biases } = readJSON(json);
    this.options = options;
    if (trainOpts) this.updateTrainingOptions(trainOpts);
    this.sizes = sizes;
    this.initialize();
    this.inputLookup = inputLookup;
    this.inputLookupLength = Object.keys(inputLookup ?? {}).length;
    this.outputLookup = outputLookup;
    this.outputLookupLength = Object.keys(outputLookup ?? {}).length;
    [this.weights[0], this.biases[0]] = [[], new Float32Array()];
    for (let layer = 1; layer <= this.outputLayer; layer++) {
      this.weights[layer] = weights[layer].map((unit) => Float32Array.from(unit));
      this.biases[layer] = Float32Array.from(biases[layer]);
    }
    return this;
  }

  /**
   * A function that computes the network as it is now and does not need it. Its toString gives a source that stands alone.
   * @param cb changes the body of that source.
   */
  toFunction(cb?: (source: string) => string): (input: Partial<I>) => O {
    if (this.sizes.length === 0) throw new StateError("No layers");
    const { activation, leakyReluAlpha } = this.trainOpts;
    const { inputLookup, outputLookup } = this;
    const { layers } = this.toJSON();
    const [weights, biases] = [layers.slice(1).map((l) => l.weights), layers.slice(1).map((l) => l.biases)];
    return functionOf({ weights, biases, activation, leakyReluAlpha, inputLookup, outputLookup }, cb);
  }

  /** A Network of densely with these layers and weights, for all that densely offers. Names do not go with it. */
  toNetwork(): Network {
    if (this.outputLayer < 1)
      throw new StateError(
        "toNetwork was called before training: train the network, or read it by fromJSON.",
      );
    return toNetwork(this);
  }
}

const { prototype } = NeuralNetwork;
