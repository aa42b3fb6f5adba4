import { SpecError } from "../errors.js";
import { isBuild, type MathBuild } from "../machine/build.js";
import { explain, summarize } from "../program/explain.js";
import { plan } from "../program/plan.js";
import { checkKeys, checkWhole, show } from "../spec/check.js";
import { checkSpec, type NetworkSpec, SPEC_KEYS, type SpecOptions } from "../spec/spec.js";
import {
  type ArticleParameters,
  type ArticleValues,
  articleOptions,
  layerDims,
  toArticle,
} from "./article.js";
import type { Samples } from "./data.js";
import { Engine } from "./engine.js";
import { Evaluation, type Measures } from "./evaluation.js";
import { check, checkDataset, fit } from "./fit.js";
import { classesOf, type Gradients, gradients, predict, trainOnBatch } from "./forward.js";
import type { History } from "./history.js";
import { fromJSON, type NetworkJSON, toJSON } from "./json.js";
import { checkEvaluate, type EvaluateOptions, type FitOptions, planFit } from "./options.js";
import { runAtOnce, runInTurns } from "./pace.js";
import { type ParameterArrays, type ParameterValues, readParameters, writeParameters } from "./parameters.js";
import { type Dataset, tabulateDataset, tabulateInputs } from "./targets.js";

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
    network.setParams(params);
    return network;
  }

  /**
   * A network that predicts as the article's forward_prop does with these parameters: sigmoid layers and
   * binaryCrossentropy. Note that the main door has samples x features, and means over outputs too where the article
   * has sums: a learning rate of the article is to be multiplied by the outputs.
   * @param params { W1, b1, ... } as train of "densely/article" returns them.
   * @param options what else the constructor takes: optimizer, seed, inputScale, math.
   * @throws SpecError, ShapeError, DataError
   */
  static fromArticle(
    params: ArticleValues,
    options: Omit<NetworkOptions, "inputs" | "layers" | "loss"> = {},
  ): Network {
    const network = new Network({ ...options, ...articleOptions(layerDims(params)) });
    network.setParams(params);
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

  /**
   * Trains in stretches of some milliseconds, between which the event loop runs. Further calls go on where the last
   * one ended.
   * @returns one number an epoch of what was measured, and why it ended.
   */
  async fit(x: Samples, y: Samples, options: FitOptions = {}): Promise<History> {
    return this.#training("fit", () =>
      runInTurns(fit(this.#engine, planFit(this.#engine.spec, x, y, options))),
    );
  }

  /** Trains without a pause: the same bits as fit. Promises that callbacks return are not awaited. */
  fitSync(x: Samples, y: Samples, options: FitOptions = {}): History {
    const engine = this.#alive("fitSync");
    engine.occupy("fitSync");
    try {
      return runAtOnce(fit(engine, planFit(engine.spec, x, y, options)));
    } finally {
      engine.free();
    }
  }

  /** One update from all rows as one batch. @returns the loss before it. */
  trainOnBatch(x: Samples, y: Samples): number {
    const engine = this.#alive("trainOnBatch");
    engine.occupy("trainOnBatch");
    try {
      return trainOnBatch(engine, this.#dataset(x, y));
    } finally {
      engine.free();
    }
  }

  /**
   * The outputs for every row: [samples][outputs], row by row.
   * @param options.out is written and returned instead of a new array.
   */
  predict(x: Samples, options: { out?: Float32Array } = {}): Float32Array {
    const engine = this.#alive("predict");
    checkKeys(options, ["out"], "predict");
    const inputs = tabulateInputs(engine.spec, x);
    runAtOnce(check(inputs));
    return predict(engine, inputs, options.out);
  }

  /** The class index of every row: the largest output, or 0 or 1 for a single sigmoid. */
  predictClasses(x: Samples): Int32Array {
    return classesOf(this.#alive("predictClasses").spec, this.predict(x));
  }

  /** Mean loss, and accuracy from 0 to 1 if `metrics` has it. */
  evaluate(x: Samples, y: Samples, options: EvaluateOptions = {}): Measures {
    const engine = this.#alive("evaluate");
    const counted = checkEvaluate(engine.spec, options);
    const evaluation = new Evaluation(engine, this.#dataset(x, y), counted);
    try {
      return runAtOnce(evaluation.measure());
    } finally {
      evaluation.dispose();
    }
  }

  /** Mean loss. */
  loss(x: Samples, y: Samples): number {
    return this.evaluate(x, y).loss;
  }

  /** Gradients of the mean loss over all rows: { loss, W1, b1, ..., inputs }. Nothing is updated. */
  gradients(x: Samples, y: Samples): Gradients {
    return gradients(this.#alive("gradients"), this.#dataset(x, y));
  }

  /** Copies of all parameters: { W1, b1, ... }, W as [units][inputs], row by row. */
  getParams(): ParameterArrays {
    const engine = this.#alive("getParams");
    return readParameters(engine, engine.store.parameters);
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
    const targets = spec.loss === "categoricalCrossentropy" ? "classes" : "matrix";
    const request = {
      purpose: "train",
      batch,
      rows: batch,
      bytes: false,
      targets,
      accuracy: false,
      skipsZeros: false,
      epochs: 1,
    } as const;
    return explain(spec, plan(spec, { ...request, permuted: 0, address: core.arena.top }), store);
  }

  /** The network as JSON data: spec and parameters, exact but for the sign of zeros. */
  toJSON(): NetworkJSON {
    const { spec } = this.#alive("toJSON");
    return toJSON(spec, this.getParams());
  }

  /**
   * Copies of all parameters as the article has them: { W1, b1, ... }, arrays of rows.
   * @throws SpecError for a layer that is not sigmoid, which forward_prop could not follow.
   */
  toArticle(): ArticleParameters {
    const { spec } = this.#alive("toArticle");
    return toArticle(spec, this.getParams());
  }

  /** Lets the memory go. Every later call throws a StateError; a fit under way rejects. */
  dispose(): void {
    this.#engine.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The spec, complete and checked. */
  get spec(): NetworkSpec {
    return structuredClone(this.#engine.spec);
  }

  #alive(call: string): Engine {
    this.#engine.checkAlive(call);
    return this.#engine;
  }

  #dataset(x: Samples, y: Samples): Dataset {
    const data = tabulateDataset(this.#engine.spec, x, y);
    runAtOnce(checkDataset(data));
    return data;
  }

  async #training<T>(call: string, train: () => Promise<T>): Promise<T> {
    const engine = this.#alive(call);
    engine.occupy(call);
    try {
      return await train();
    } finally {
      engine.free();
    }
  }
}
