import { checkDataset, checkTable } from "../data/check.js";
import { type Dataset, tabulateDataset, tabulateInputs } from "../data/dataset.js";
import type { Samples, Table } from "../data/table.js";
import { Engine } from "../engine/engine.js";
import {
  type ParameterArrays,
  type ParameterValues,
  readParameters,
  writeParameters,
} from "../engine/parameters.js";
import { completeInSlices, completeSync, type Slices } from "../engine/scheduler.js";
import { SpecError } from "../errors.js";
import { Evaluation } from "../evaluation/evaluation.js";
import { fit } from "../fit/fit.js";
import { epochs } from "../fit/iterate.js";
import {
  checkEvaluateOptions,
  checkFitOptions,
  checkNoWorker,
  checkSourceOptions,
  type EvaluateOptions,
  type FitOptions,
} from "../fit/options.js";
import { type Batch, fitSource, isSource, type Source } from "../fit/stream.js";
import { isBuild, type MathBuild } from "../machine/build.js";
import { checkBoolean, checkKeys, checkWhole, show } from "../model/check.js";
import { checkRate } from "../model/rates.js";
import type { ScheduleSpec } from "../model/schedules.js";
import { checkSpec, type NetworkSpec, SPEC_KEYS, type SpecOptions } from "../model/spec.js";
import { explain, summarize } from "../program/explain.js";
import type { EpochReport, History } from "../record/history.js";
import type { Measures } from "../record/measures.js";
import { startOfProgress } from "../record/progress.js";
import { checkpoint, readCheckpoint } from "../storage/checkpoint.js";
import { fromJSON, type NetworkJSON, toJSON } from "../storage/json.js";
import { load, save } from "../storage/network-file.js";
import { activations, classesOf, type Gradients, gradients, predict, trainOnBatch } from "./inference.js";

/** What the constructor takes: the network, and the build of the core that computes it. */
export interface NetworkOptions extends SpecOptions {
  /** `relaxed` from "densely/relaxed" for fused multiply-add; default: strict, the same bits on every engine. */
  math?: MathBuild;
}

/** @throws SpecError unless math is a build of the core, or left out. */
function checkMath(math: MathBuild | undefined): MathBuild | undefined {
  if (math === undefined || isBuild(math)) return math;
  throw new SpecError(
    `math is ${show(math)}: import { relaxed } from "densely/relaxed" and give that, or leave it out.`,
  );
}

/**
 * A dense neural network and its training. Inputs x are flat and row by row or an array of rows, [samples][inputs];
 * targets y likewise, [samples][outputs], or for categoricalCrossentropy one class index a row.
 *
 * All methods but fit are synchronous. Errors are named (SpecError, ShapeError, DataError, StateError,
 * DivergenceError) and leave the network as it was.
 */
export class Network {
  readonly #engine: Engine;

  /**
   * @param options the whole network, or its sizes: [4, 16, 3] is 4 inputs, 16 hidden units with relu and 3 outputs
   * with softmax (a sigmoid for 1), trained by adam.
   * @throws SpecError for an unknown name or key or a value out of range, with the nearest valid name.
   */
  constructor(options: NetworkOptions | readonly number[]) {
    if (Array.isArray(options)) {
      this.#engine = new Engine(checkSpec(options));
      return;
    }
    checkKeys(options, [...SPEC_KEYS, "math"], "Network");
    const { math, ...spec } = options as NetworkOptions;
    this.#engine = new Engine(checkSpec(spec), checkMath(math));
  }

  /** The network that toJSON described: its data, or the same as text. @throws SpecError, ShapeError, DataError */
  static fromJSON(json: unknown, options: { math?: MathBuild } = {}): Network {
    checkKeys(options, ["math"], "fromJSON");
    const { spec, params } = fromJSON(json);
    const network = new Network({ ...spec, ...options });
    writeParameters(network.#engine, params, true);
    return network;
  }

  /** The network that save wrote. @throws FormatError for any other bytes, naming what is wrong and where. */
  static load(bytes: Uint8Array | ArrayBuffer, options: { math?: MathBuild } = {}): Network {
    checkKeys(options, ["math"], "load");
    const { spec, params } = load(bytes);
    const network = new Network({ ...spec, ...options });
    network.setParams(params);
    return network;
  }

  /**
   * The network that checkpoint wrote, ready to go on: what it trains from here has the same bits as if it had never been
   * away. @throws FormatError for any other bytes.
   */
  static resume(bytes: Uint8Array | ArrayBuffer, options: { math?: MathBuild } = {}): Network {
    checkKeys(options, ["math"], "resume");
    const { spec, restore } = readCheckpoint(bytes);
    const network = new Network({ ...spec, ...options });
    restore(network.#engine);
    return network;
  }

  /** The build that computes: "relaxed" only where it was asked for and the engine has it. */
  get math(): "strict" | "relaxed" {
    return this.#engine.core.math;
  }

  /** Bytes of WebAssembly memory in use by this network, which grows with the largest call and goes with dispose. */
  get memoryBytes(): number {
    return this.#engine.core.arena.bytes;
  }

  /** A copy of the learning rate or its schedule, which may be changed between two fits; reductions by reduceOnPlateau end. */
  get learningRate(): number | ScheduleSpec {
    return this.spec.optimizer.learningRate;
  }

  /** @throws SpecError for anything but a number of at least 0, a schedule, or a function of the step. */
  set learningRate(rate: number | ScheduleSpec | ((step: number) => number)) {
    const { spec, progress } = this.#alive("learningRate");
    spec.optimizer.learningRate = checkRate(rate, "learningRate");
    progress.plateau = startOfProgress().plateau;
  }

  /** Updates so far, in all fits. */
  get step(): number {
    return this.#engine.progress.step;
  }

  /**
   * Trains in slices of some milliseconds, between which the event loop runs. Further calls go on where the last
   * one ended.
   * @returns one number an epoch of what was measured, and why it ended.
   */
  async fit(x: Samples, y: Samples, options?: FitOptions): Promise<History>;
  /** Trains on batches [x, y] as they come, one update each; an epoch is stepsPerEpoch of them, or all. */
  async fit(source: Source, options?: FitOptions): Promise<History>;
  async fit(x: Samples | Source, y?: Samples | FitOptions, options?: FitOptions): Promise<History> {
    const engine = this.#alive("fit");
    engine.occupy("fit");
    try {
      return await completeInSlices(this.#slices(x, y, options));
    } finally {
      engine.free();
    }
  }

  /** Trains without a pause: the same bits as fit. Promises that callbacks return are not awaited. */
  fitSync(x: Samples, y: Samples, options?: FitOptions): History;
  fitSync(source: Iterable<Batch>, options?: FitOptions): History;
  fitSync(x: Samples | Source, y?: Samples | FitOptions, options?: FitOptions): History {
    return this.#alone("fitSync", () => {
      checkNoWorker((isSource(x) ? y : options) as FitOptions | undefined);
      if (isSource(x) && Symbol.asyncIterator in x) {
        throw new SpecError(
          "fitSync was given an async source of batches: use fit, which can wait for them.",
        );
      }
      return completeSync(this.#slices(x, y, options));
    });
  }

  #slices(x: unknown, y: unknown, options: unknown): Slices<History> {
    const engine = this.#engine;
    const { spec } = engine;
    if (isSource(x)) return fitSource(engine, checkSourceOptions(spec, (y ?? {}) as FitOptions), x);
    return fit(engine, checkFitOptions(spec, x as Samples, y as Samples, (options ?? {}) as FitOptions));
  }

  /**
   * fit as a loop: `for await (const report of network.epochs(x, y, options))`. Leaving the loop ends the fit after the
   * epoch at hand.
   */
  epochs(x: Samples, y: Samples, options: FitOptions = {}): AsyncGenerator<EpochReport, History> {
    return epochs((onEpoch) => this.fit(x, y, { ...options, onEpoch }), options.onEpoch);
  }

  /**
   * Learns from some more rows, as they come: one pass in their own order, in batches of 32.
   * @returns the mean loss, of each batch before its update.
   */
  partialFit(x: Samples, y: Samples, options: Pick<FitOptions, "batchSize" | "sampleWeight"> = {}): number {
    checkKeys(options, ["batchSize", "sampleWeight"], "partialFit");
    return this.fitSync(x, y, { ...options, shuffle: false, initialEpoch: 0 }).loss[0];
  }

  /** One update from all rows as one batch. @returns the loss before it. */
  trainOnBatch(x: Samples, y: Samples): number {
    return this.#alone("trainOnBatch", (engine) => trainOnBatch(engine, this.#dataset(x, y)));
  }

  /**
   * The outputs for every row: [samples][outputs], row by row.
   * @param options.out is written and returned instead of a new array.
   */
  predict(x: Samples, options: { out?: Float32Array } = {}): Float32Array {
    const engine = this.#alive("predict");
    checkKeys(options, ["out"], "predict");
    return predict(engine, this.#inputs(x), options.out);
  }

  /** The class index of every row: the largest output, or 0 or 1 for a single sigmoid. */
  predictClasses(x: Samples): Int32Array {
    return classesOf(this.#alive("predictClasses").spec, this.predict(x));
  }

  /** The outputs of layer number `layer` (from 0, as in `layers`) for every row: [samples][its width], row by row. */
  activations(x: Samples, layer: number): Float32Array {
    return activations(this.#alive("activations"), this.#inputs(x), layer);
  }

  /** Mean loss, and what `metrics` asks for: shares from 0 to 1, errors in the units of y. */
  evaluate(x: Samples, y: Samples, options: EvaluateOptions = {}): Measures {
    const engine = this.#alive("evaluate");
    const { data, metrics, confusion } = checkEvaluateOptions(engine.spec, x, y, options);
    completeSync(checkDataset(data));
    const evaluation = new Evaluation(engine, data, metrics, { confusion });
    try {
      return completeSync(confusion ? evaluation.measureWithConfusion() : evaluation.measure());
    } finally {
      evaluation.dispose();
    }
  }

  /** Mean loss. */
  loss(x: Samples, y: Samples): number {
    return this.evaluate(x, y).loss;
  }

  /**
   * Gradients of the mean loss over all rows: { loss, W1, b1, ..., inputs }, l1 and l2 with them; frozen layers have none.
   * Nothing is updated.
   * @param options.training true: of the next training step, with its dropout masks and the statistics of this batch.
   * Default false: of what predictions do.
   */
  gradients(x: Samples, y: Samples, options: { training?: boolean } = {}): Gradients {
    checkKeys(options, ["training"], "gradients");
    const training = checkBoolean(options.training ?? false, "training");
    return gradients(this.#alive("gradients"), this.#dataset(x, y), training);
  }

  /**
   * Copies of all parameters: { W1, b1, ... }, W as [units][inputs], row by row; gamma1, beta1, ... of normalisations, and
   * mean1, variance1, ..., the running statistics of batchNorm.
   */
  getParams(): ParameterArrays {
    const engine = this.#alive("getParams");
    return readParameters(engine, engine.store.parameters, engine.store.buffers);
  }

  /** Replaces the parameters that are given, flat or W as rows; the others stay. @throws ShapeError, DataError */
  setParams(params: ParameterValues): void {
    writeParameters(this.#alive("setParams"), params);
  }

  /** The layers with their parameter counts, as text. */
  summary(): string {
    const { spec, store } = this.#alive("summary");
    return summarize(spec, store);
  }

  /** The training step as the core runs it, as text: one equation a line, with shapes and addresses. */
  explain(options: { batchSize?: number } = {}): string {
    const { spec, store, core } = this.#alive("explain");
    checkKeys(options, ["batchSize"], "explain");
    const batch = checkWhole(options.batchSize ?? 32, 1, "batchSize");
    return explain(spec, store, batch, core.arena.top);
  }

  /** The network as JSON data: spec and parameters, exact but for the sign of zeros. */
  toJSON(): NetworkJSON {
    const { spec } = this.#alive("toJSON");
    return toJSON(spec, this.getParams());
  }

  /**
   * The network as the bytes of a file in the safetensors layout, which PyTorch's readers open as it is: tensors
   * layers.0.weight [units, inputs], layers.0.bias, ..., and the spec in the metadata.
   * @throws SpecError for a learning rate that is a function, which no file can hold.
   */
  save(): Uint8Array<ArrayBuffer> {
    const { spec } = this.#alive("save");
    return save(spec, this.getParams());
  }

  /**
   * All that training goes on from, as a file that resume reads: what save writes, and the optimizer's states, steps and
   * epochs, the best epoch and the history of a fit under way.
   * @throws SpecError for a learning rate that is a function, which no file can hold.
   */
  checkpoint(): Uint8Array<ArrayBuffer> {
    return checkpoint(this.#alive("checkpoint"));
  }

  /** Lets the memory go. Every later call throws a StateError; a fit under way rejects. */
  dispose(): void {
    this.#engine.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The spec, complete and checked: a copy, of a learning rate that is a function too. */
  get spec(): NetworkSpec {
    return checkSpec(this.#engine.spec);
  }

  #alive(call: string): Engine {
    this.#engine.checkAlive(call);
    return this.#engine;
  }

  /** What a call does that no other may come into. */
  #alone<T>(call: string, act: (engine: Engine) => T): T {
    const engine = this.#alive(call);
    engine.occupy(call);
    try {
      return act(engine);
    } finally {
      engine.free();
    }
  }

  #inputs(x: Samples): Table {
    const inputs = tabulateInputs(this.#engine.spec, x);
    completeSync(checkTable(inputs));
    return inputs;
  }

  #dataset(x: Samples, y: Samples): Dataset {
    const data = tabulateDataset(this.#engine.spec, x, y);
    completeSync(checkDataset(data));
    return data;
  }
}
