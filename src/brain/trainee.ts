import { SpecError, StateError } from "../errors.js";
import { show } from "../model/check.js";
import { meanSquare } from "./errors.js";
import { zerosLikeWeights } from "./layers.js";
import { exportAsInBrain } from "./members.js";
import {
  checkActivation,
  checkTrainingOptions,
  defaults,
  trainDefaults,
  trainingOptionsToJSON,
} from "./options.js";
import { activationOf, CALCULATE_DELTAS, type CalculateDeltas, RUN_INPUT, type RunInput } from "./passes.js";
import { Bulk, type Trainable } from "./training.js";
import type {
  Activation,
  NetworkOptions,
  Pattern,
  TrainingOptions,
  TrainingOptionsJSON,
  TrainingStatus,
} from "./types.js";
import { adam, descend, resetMoments } from "./update.js";
import { drawer, drawVector } from "./weights.js";

/** The trainings under way whose data are on the core. */
const bulks = new WeakMap<Trainee, Bulk>();

/** The part of a NeuralNetwork that trains, on data that are numbers in order. */
export class Trainee implements Trainable {
  options: NetworkOptions = defaults();
  trainOpts: TrainingOptions = trainDefaults();
  sizes: number[] = [];
  outputLayer = -1;
  biases: Float32Array[] = [];
  weights: Float32Array[][] = [];
  outputs: Float32Array[] = [];
  deltas: Float32Array[] = [];
  changes: Float32Array[][] = [];
  errors: Float32Array[] = [];
  biasChangesLow: Float32Array[] = [];
  biasChangesHigh: Float32Array[] = [];
  changesLow: Float32Array[][] = [];
  changesHigh: Float32Array[][] = [];
  /** Updates by adam so far. */
  iterations = 0;
  /** Iterations from one measurement of the error to the next. */
  errorCheckInterval = 1;
  /** The outputs for numbers in order, in an array that the next call overwrites. `setActivation` chooses it. */
  runInput: RunInput = (input) => {
    this.setActivation();
    return this.runInput(input);
  };
  /** Computes `errors` and `deltas` of the last run. `setActivation` chooses it. */
  calculateDeltas: CalculateDeltas = (target) => {
    this.setActivation();
    this.calculateDeltas(target);
  };

  static {
    exportAsInBrain(Trainee, { free: ["logTrainingStatus"] });
  }

  /** Draws initial weights for `sizes`. @throws StateError if there are none. */
  initialize(): void {
    const { sizes } = this;
    if (sizes.length === 0) throw new StateError("Sizes must be set before initializing");
    const draw = drawer(this.options.seed);
    this.outputLayer = sizes.length - 1;
    this.deltas = sizes.map((size) => new Float32Array(size));
    this.errors = sizes.map((size) => new Float32Array(size));
    this.outputs = sizes.map((size) => new Float32Array(size));
    this.changes = zerosLikeWeights(sizes);
    this.biases = [];
    this.weights = [];
    for (let layer = 1; layer < sizes.length; layer++) {
      this.biases[layer] = drawVector(draw, sizes[layer]);
      this.weights[layer] = Array.from({ length: sizes[layer] }, () => drawVector(draw, sizes[layer - 1]));
    }
    this.setActivation();
    if (this.trainOpts.praxis === "adam") {
      resetMoments(this);
      this.adjustWeights = adamOf;
    }
  }

  /** Chooses the activation of all layers. Default: that of the training options. @throws SpecError */
  setActivation(activation?: string): void {
    const name = checkActivation(activation ?? this.trainOpts.activation);
    this.runInput = RUN_INPUT[name];
    this.calculateDeltas = CALCULATE_DELTAS[name];
  }

  /** True if the network has sizes. */
  get isRunnable(): boolean {
    return this.sizes.length > 0;
  }

  /** Changes training options. @throws SpecError for one out of its range, and then changes nothing. */
  updateTrainingOptions(trainOpts: Partial<TrainingOptions>): void {
    const merged = { ...this.trainOpts, ...trainOpts };
    this.validateTrainingOptions(merged);
    this.trainOpts = merged;
    this.setLogMethod(merged.log);
  }

  /** @throws SpecError for an option out of its range. */
  validateTrainingOptions(options: TrainingOptions): void {
    checkTrainingOptions(options);
  }

  /** The training options as JSON data. */
  getTrainOptsJSON(): TrainingOptionsJSON {
    return trainingOptionsToJSON(this.trainOpts);
  }

  /** Sets the function that receives the status: `logTrainingStatus` for true. */
  setLogMethod(log: TrainingOptions["log"]): void {
    this.trainOpts.log = log === true ? this.logTrainingStatus : log;
  }

  /** Prints the status. */
  logTrainingStatus(status: TrainingStatus): void {
    if (typeof status?.iterations !== "number") {
      throw new SpecError(`logTrainingStatus was given ${show(status)}: give { iterations, error }.`);
    }
    console.log(`iterations: ${status.iterations}, training error: ${status.error}`);
  }

  /** Trains one epoch. @returns the mean squared error, each sample before its update */
  calculateTrainingError(data: Pattern[]): number {
    const error = epochOf(this, data);
    if (error !== undefined) return error;
    let sum = 0;
    for (const pattern of data) sum += this.trainPattern(pattern, true) ?? 0;
    return sum / data.length;
  }

  /** Trains one epoch. */
  trainPatterns(data: Pattern[]): void {
    if (epochOf(this, data) !== undefined) return;
    for (const pattern of data) this.trainPattern(pattern);
  }

  /** Trains one epoch and reports it. @returns false, without training, if the training is at its end */
  trainingTick(data: Pattern[], status: TrainingStatus, endTime: number): boolean {
    const { callback, callbackPeriod, errorThresh, iterations, log, logPeriod } = this.trainOpts;
    if (status.iterations >= iterations || status.error <= errorThresh || Date.now() >= endTime) return false;
    status.iterations++;
    if (typeof log === "function" && status.iterations % logPeriod === 0) {
      status.error = this.calculateTrainingError(data);
      log(status);
    } else if (status.iterations % this.errorCheckInterval === 0) {
      status.error = this.calculateTrainingError(data);
    } else {
      this.trainPatterns(data);
    }
    if (callback && status.iterations % callbackPeriod === 0) {
      callback({ iterations: status.iterations, error: status.error });
    }
    return true;
  }

  /** Trains with one sample. @returns its squared error before the update if `logErrorRate`, else null */
  trainPattern(value: Pattern, logErrorRate?: boolean): number | null {
    this.runInput(value.input);
    this.calculateDeltas(value.output);
    this.adjustWeights();
    return logErrorRate ? meanSquare(this.errors[this.outputLayer]) : null;
  }

  /** Updates the weights by `outputs` and `deltas`: by momentum, or by adam where `praxis` was so at `initialize`. */
  adjustWeights(): void {
    descend(this);
  }
}

/** adjustWeights of a network that was initialized with praxis "adam". */
function adamOf(this: Trainee): void {
  adam(this);
}

const { prototype } = Trainee;

/** The activation of a network whose updates are those of this library; undefined if the user has replaced a part of them. */
function ownActivation(network: Trainee): Activation | undefined {
  const isOwn =
    network.trainPattern === prototype.trainPattern && network.adjustWeights === prototype.adjustWeights;
  return isOwn ? activationOf(network) : undefined;
}

/** Trains one epoch on the core. @returns its error; undefined where plain JavaScript has to */
function epochOf(network: Trainee, data: Pattern[]): number | undefined {
  const activation = ownActivation(network);
  if (!activation) return undefined;
  const kept = bulks.get(network);
  if (kept?.isOf(data, activation)) return kept.one(network);
  const once = new Bulk(network, data, activation);
  try {
    return once.one(network);
  } finally {
    once.dispose();
  }
}

/** Keeps some data on the core until `endBulk`, if the network's updates are those of this library. */
export function beginBulk(network: Trainee, data: Pattern[]): void {
  const activation = ownActivation(network);
  if (activation) bulks.set(network, new Bulk(network, data, activation));
}

/** The training that `beginBulk` began; undefined as soon as the user has replaced a part of a tick. */
export function bulkOf(network: Trainee, data: Pattern[]): Bulk | undefined {
  const { trainingTick, calculateTrainingError, trainPatterns } = network;
  const isOwn =
    trainingTick === prototype.trainingTick &&
    calculateTrainingError === prototype.calculateTrainingError &&
    trainPatterns === prototype.trainPatterns;
  const bulk = isOwn ? bulks.get(network) : undefined;
  return bulk?.isOf(data, ownActivation(network)) ? bulk : undefined;
}

export function endBulk(network: Trainee): void {
  bulks.get(network)?.dispose();
  bulks.delete(network);
}
