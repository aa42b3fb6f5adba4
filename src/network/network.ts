import type { Bytes } from "../data/bytes.js";
import { tabulateInputs } from "../data/dataset.js";
import type { Samples } from "../data/table.js";
import { Engine } from "../engine/engine.js";
import type { CheckedParameters } from "../engine/parameters.js";
import { EngineSource } from "../engine/source.js";
import { SpecError } from "../errors.js";
import { evaluate } from "../evaluation/evaluation.js";
import { checkEvaluateOptions, type EvaluateOptions } from "../evaluation/options.js";
import { checkFunction } from "../fit/basic-options.js";
import { epochs } from "../fit/iterate.js";
import { type FitOptions, optionsOf } from "../fit/options.js";
import { type Batch, isSource, type Source } from "../fit/stream.js";
import { checkKeys, checkPlain, checkWhole } from "../model/check.js";
import { exportMembers } from "../model/exported.js";
import { explain, summarize } from "../program/explain.js";
import type { EpochReport, History } from "../record/history.js";
import type { MeasuresOf } from "../record/measures.js";
import { checkpoint, readCheckpoint } from "../storage/checkpoint.js";
import { fromJSON } from "../storage/json.js";
import { checkSaveOptions, type Metadata, type SaveOptions } from "../storage/metadata.js";
import { load, save } from "../storage/network-file.js";
import { takeAllKinds } from "./all-kinds.js";
import { engineOf, sourceOf } from "./base-network.js";
import { alive, alone, reading } from "./calls.js";
import { type CompileOptions, checkReadOptions, type ReadOptions, withParts } from "./change.js";
import { fitAtOnce, fitInSlices } from "./fitting.js";
import { activations } from "./inference.js";
import { OpenNetwork } from "./open-network.js";
import type { MathOptions, NetworkSettings } from "./options.js";
import { type PartialFitOptions, partialFit } from "./partial-fit.js";

/** Arguments of fit after x. One signature instead of two: a wrong x is reported once, and about rows. */
export type FitArguments<X> = [X] extends [never] ? OfRows : X extends Samples ? OfRows : OfSource;

type OfRows = [y: Samples, options?: FitOptions | undefined];
type OfSource = [options?: FitOptions | undefined];

/**
 * A dense neural network and its training. Inputs x are flat and row by row or an array of rows, [samples][inputs];
 * targets y likewise, [samples][outputs], or for categoricalCrossentropy one class index a row.
 *
 * All methods except fit and epochs are synchronous. Errors are named (SpecError, ShapeError, DataError, StateError,
 * DivergenceError) and leave the network as it was.
 */
export class Network extends OpenNetwork {
  // An app that uses this class can name every kind; one that uses only the class of densely/core loads fewer of them.
  static {
    takeAllKinds();
    // The first calls that users of other libraries try. They are no part of the types.
    for (const [name, remedy] of [
      ["train", "use fit(x, y, options), or fitSync"],
      ["run", "use predict(x)"],
    ]) {
      const value = () => {
        throw new SpecError(`network.${name} is no method of this library: ${remedy}.`);
      };
      Object.defineProperty(Network.prototype, name, { value, configurable: true });
    }
    exportMembers(Network, ["fromJSON(json, options)", "load(bytes, options)", "resume(bytes, options)"]);
    exportMembers(Network.prototype, [
      "fit(x, y, options)",
      "fitSync(x, y, options)",
      "epochs(x, y, options)",
      "partialFit(x, y, options)",
      "activations(x, layer)",
      "evaluate(x, y, options)",
      "loss(x, y)",
      "summary()",
      "explain(options)",
      "save(options)",
      "checkpoint(options)",
    ]);
  }

  /**
   * The network that toJSON described: its data, or the same as text.
   * @param options math, and a loss in place of that of the data, as a loss in code has to be given again.
   * @throws SpecError, ShapeError, DataError
   */
  static fromJSON(json: unknown, options: ReadOptions = {}): Network {
    const { math, parts } = checkReadOptions(options, ["loss"], "fromJSON");
    const { spec, params } = fromJSON(json, parts.loss !== undefined);
    return networkOf({ spec: withParts(spec, parts), math }, params);
  }

  /**
   * The network that save wrote, with its metadata.
   * @param options math, threads, and an optimizer or a loss in place of those of the file. A loss in code has to be given again.
   * @throws FormatError for any other bytes, naming what is wrong and where.
   */
  static load(bytes: Uint8Array | ArrayBuffer, options: MathOptions & CompileOptions = {}): Network {
    const { math, parts } = checkReadOptions(options, ["optimizer", "loss"], "load");
    const { spec, params, metadata } = load(bytes, parts.loss !== undefined);
    return networkOf({ spec: withParts(spec, parts), math }, params, (engine) =>
      Object.assign(engine, { metadata }),
    );
  }

  /**
   * The network that checkpoint wrote. It trains on to the same bits as if it had not been away.
   * @param options math, and a loss in place of that of the file, as a loss in code has to be given again.
   * @throws FormatError for any other bytes.
   */
  static resume(bytes: Uint8Array | ArrayBuffer, options: ReadOptions = {}): Network {
    const { math, parts } = checkReadOptions(options, ["loss"], "resume");
    const { spec, params, metadata, restore } = readCheckpoint(bytes, parts.loss !== undefined);
    return networkOf({ spec: withParts(spec, parts), math }, params, (engine) => {
      engine.metadata = metadata;
      restore(engine);
    });
  }

  /** The texts that save or checkpoint was given when the file was written that this network was read from. */
  get metadata(): Metadata {
    return engineOf(this).metadata;
  }

  /**
   * Trains in slices of some milliseconds, between which the event loop runs. Further calls train the network further.
   * fit(x, y, options) trains on rows; fit(source, options) on batches [x, y] as they come, one update each: an epoch is
   * stepsPerEpoch of them, or all.
   * @returns lists of one number per epoch for everything measured, and why it ended.
   * @throws SpecError, ShapeError, DataError before anything changes; DivergenceError if the loss or a parameter is not finite.
   */
  async fit<X extends Samples | Source>(x: X, ...[y, options]: FitArguments<X>): Promise<History> {
    return fitInSlices(sourceOf(this), x, y, options);
  }

  /** Trains without a pause, to the same bits as fit. Promises that callbacks return are not awaited. */
  fitSync<X extends Samples | Iterable<Batch>>(x: X, ...[y, options]: FitArguments<X>): History {
    return fitAtOnce(sourceOf(this), x, y, options);
  }

  /**
   * fit as a loop: `for await (const report of network.epochs(x, y, options))`. Leaving the loop ends the fit after the
   * epoch under way.
   */
  epochs(x: Samples, y: Samples, options?: FitOptions): AsyncGenerator<EpochReport, History>;
  epochs(source: Source, options?: FitOptions): AsyncGenerator<EpochReport, History>;
  epochs(
    x: Samples | Source,
    y?: Samples | FitOptions,
    options?: FitOptions,
  ): AsyncGenerator<EpochReport, History> {
    const given: FitOptions = checkPlain(optionsOf(x, y, options, "epochs"), "epochs");
    checkFunction(given.onEpoch, "onEpoch");
    const source = sourceOf(this);
    const start = (onEpoch: FitOptions["onEpoch"]) => {
      const all = { ...given, onEpoch };
      return isSource(x) ? fitInSlices(source, x, all) : fitInSlices(source, x, y, all);
    };
    return epochs(start, given.onEpoch);
  }

  /**
   * Learns from more rows as they come: one pass in their own order, in batches of 32. A fit that was cut or stopped is
   * discarded: it could not be resumed to the same bits.
   * @returns the mean loss, of each batch before its update.
   */
  partialFit(x: Samples, y: Samples, options?: PartialFitOptions): number;
  /** Learns from all batches of a source, one update each. */
  partialFit(source: Iterable<Batch>): number;
  partialFit(x: Samples | Iterable<Batch>, y?: Samples, options?: FitOptions): number {
    const given = optionsOf(x, y, options, "partialFit");
    if (isSource(x)) {
      checkKeys(given, [], "partialFit of a source of batches");
      return fitAtOnce(sourceOf(this), x, { initialEpoch: 0 }).loss[0];
    }
    const keys = ["batchSize", "sampleWeight", "allowNegative"];
    const rows = checkKeys<PartialFitOptions>(given, keys, "partialFit");
    const source = sourceOf(this);
    return alone(source.engine, "partialFit", () => partialFit(source, x, y as Samples, rows));
  }

  /** The outputs of layer number `layer` (from 0, as in `layers`) for every row: [samples][its width], row by row. */
  activations(x: Samples, layer: number): Float32Array {
    const engine = engineOf(this);
    return reading(engine, "activations", () => activations(engine, tabulateInputs(engine.spec, x), layer));
  }

  /** Mean loss, and what `metrics` asks for: shares from 0 to 1, errors in the units of y. */
  evaluate<const M extends EvaluateOptions["metrics"] = EvaluateOptions["metrics"]>(
    x: Samples,
    y: Samples,
    options: EvaluateOptions<M> = {},
  ): MeasuresOf<M> {
    const engine = engineOf(this);
    const run = () => evaluate(engine, checkEvaluateOptions(engine.spec, x, y, options));
    return reading(engine, "evaluate", run) as MeasuresOf<M>;
  }

  /** Mean loss. */
  loss(x: Samples, y: Samples): number {
    const engine = engineOf(this);
    return reading(engine, "loss", () => evaluate(engine, checkEvaluateOptions(engine.spec, x, y, {}))).loss;
  }

  /** The layers with their parameter counts, as text. */
  summary(): string {
    const { spec, store } = alive(engineOf(this), "summary");
    return summarize(spec, store);
  }

  /** The training step as the core runs it, as text: one equation a line, with shapes and addresses. */
  explain(options: { batchSize?: number | undefined } = {}): string {
    const { spec, store, fitStart } = alive(engineOf(this), "explain");
    const { batchSize = 32 } = checkKeys<{ batchSize?: number }>(options, ["batchSize"], "explain");
    return explain(spec, store, checkWhole(batchSize, 1, "batchSize"), fitStart);
  }

  /**
   * The network as the bytes of a file in the safetensors layout, which PyTorch's readers open as it is: tensors
   * layers.0.weight [units, inputs], layers.0.bias, ..., and the spec in the metadata.
   * @param options metadata, texts by name, which load gives back as `network.metadata`.
   * @throws SpecError for a learning rate that is a function, which no file can hold. Of a loss in code it holds the name.
   */
  save(options: SaveOptions = {}): Bytes {
    const { spec, metadata } = alive(engineOf(this), "save");
    return save(spec, this.getParams(), checkSaveOptions(options, metadata, "save"));
  }

  /**
   * Everything that training resumes from, as a file that resume reads: what save writes, the optimizer's state, steps and
   * epochs, and the best epoch and the history of a fit under way.
   * @param options metadata, texts by name, which resume gives back as `network.metadata`.
   * @throws SpecError for a learning rate that is a function, which no file can hold. Of a loss in code it holds the name.
   */
  checkpoint(options: SaveOptions = {}): Bytes {
    const engine = alive(engineOf(this), "checkpoint");
    return checkpoint(engine, checkSaveOptions(options, engine.metadata, "checkpoint"));
  }
}

/**
 * Makes a network that begins with these parameters, so that no initial ones are drawn.
 * @param prepare sets what else its engine begins with.
 */
export function networkOf(
  { spec, math }: NetworkSettings,
  params: CheckedParameters,
  prepare?: (engine: Engine) => void,
): Network {
  const engine = new Engine(spec, math, params);
  prepare?.(engine);
  // The public signature of the constructor does not have the source.
  return new Network(new EngineSource(spec, math, undefined, engine) as never);
}
