import { tabulateInputs } from "../data/dataset.js";
import type { Samples } from "../data/table.js";
import type { Engine } from "../engine/engine.js";
import { checkParameters, type ParameterArrays, type ParameterValues } from "../engine/parameters.js";
import { cloneOf, copyParameters, EngineSource, newSource } from "../engine/source.js";
import { SpecError, StateError, trace } from "../errors.js";
import { compileFor } from "../machine/core.js";
import { checkNoMore, onlyOption, show } from "../model/check.js";
import { exportMembers } from "../model/exported.js";
import { checkRate } from "../model/rates.js";
import type { RateInput, ScheduleSpec } from "../model/schedules.js";
import { checkSpec, type NetworkSpec } from "../model/spec.js";
import { startOfProgress } from "../record/progress.js";
import { type NetworkJSON, toJSON } from "../storage/json.js";
import { alive, reading } from "./calls.js";
import { describe } from "./describe.js";
import { predict, predictClasses, predictRow } from "./inference.js";
import { checkNetworkOptions, type NetworkOptions } from "./options.js";

declare global {
  /** As in lib esnext.disposable, for programs that are checked without it. */
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
}

function sourceFor(options: NetworkOptions | readonly number[]): EngineSource {
  const { spec, math } = checkNetworkOptions(options);
  return newSource(spec, math);
}

/** A function of its own, so that a call that ends in predictRow makes no function. */
function predictRows(engine: Engine, x: Samples, out: unknown): Float32Array {
  return reading(engine, "predict", () => predict(engine, tabulateInputs(engine.spec, x), out));
}

/** The property that leads from a network to its source. */
const SOURCE = Symbol("source");

/** The method by which Node.js, Deno and Bun print an object. */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/**
 * The source of a network's engine. It is behind a property instead of a private field, since a proxy of a network has no private
 * fields, and the stores of some frameworks give out proxies. The property is a function: such stores replace objects.
 * @throws StateError for anything that is not a network.
 */
export function sourceOf(network: object | undefined): EngineSource {
  const find = (network as { [SOURCE]?: () => EngineSource } | undefined)?.[SOURCE];
  if (find) return find();
  throw new StateError(
    "A method of Network was called on something else, such as a copy of a network: call it as network.predict(x), and in a store that copies what it holds, keep the network outside or mark it, as markRaw of Vue does.",
  );
}

/** The engine of a network. @throws StateError for anything that is not a network. */
export function engineOf(network: object | undefined): Engine {
  return sourceOf(network).engine;
}

/** True for a network of this copy of the library. */
function isNetwork(value: unknown): value is BaseNetwork {
  return typeof value === "object" && value !== null && SOURCE in value;
}

/**
 * The common part of the Network of densely and that of densely/core: everything except training and evaluation.
 * Inputs x are flat and row by row or an array of rows, [samples][inputs].
 */
export abstract class BaseNetwork {
  static {
    const { prototype } = BaseNetwork;
    exportMembers(prototype, [
      "predict(x, options)",
      "predictClasses(x)",
      "getParams()",
      "setParams(params)",
      "clone()",
      "copyFrom(other)",
      "dispose()",
    ]);
    // A host without Symbol.dispose has named that method "undefined".
    if (!Symbol.dispose) Reflect.deleteProperty(prototype, "undefined");
    Object.defineProperty(prototype, INSPECT, {
      value(this: BaseNetwork): string {
        return this.toString();
      },
    });
    // It also tells Vue that this is no plain object, which a store would look into.
    Object.defineProperty(prototype, Symbol.toStringTag, { value: "Network" });
  }

  /**
   * @param options the whole network, or its sizes: [4, 16, 3] is 4 inputs, 16 hidden units with relu and 3 outputs
   * with softmax (a sigmoid for 1), trained by adam.
   * @throws SpecError for an unknown name or key or a value out of range, with the nearest valid name.
   */
  constructor(options: NetworkOptions | readonly number[]);
  // The classes give a source that was made of a file or a network. No public type has it, and no user can make one.
  constructor(options: NetworkOptions | readonly number[] | EngineSource, ...others: unknown[]) {
    try {
      checkNoMore(others, "new Network", "give all options in one object, { inputs, layers, ... }");
      const source = options instanceof EngineSource ? options : sourceFor(options);
      Object.defineProperty(this, SOURCE, { value: () => source });
    } catch (error) {
      throw trace(error, new.target);
    }
  }

  /** The build that computes: "relaxed" only where it was asked for and the engine has it. */
  get math(): "strict" | "relaxed" {
    const { made, math } = alive(sourceOf(this), "math");
    return made?.core.math ?? compileFor(math).build.name;
  }

  /** Bytes of WebAssembly memory of this network. It grows with the largest call and is 0 after dispose. */
  get memoryBytes(): number {
    return engineOf(this).core.arena.bytes;
  }

  /**
   * The learning rate or a copy of its schedule. It may be set between two fits: to a number of at least 0, a schedule, or a
   * function of the step. Reductions by reduceOnPlateau end then.
   * @throws SpecError for anything else.
   */
  get learningRate(): number | ScheduleSpec {
    return checkRate(alive(engineOf(this), "learningRate").spec.optimizer.learningRate, "learningRate");
  }

  set learningRate(rate: RateInput) {
    const { spec, progress } = alive(engineOf(this), "learningRate");
    spec.optimizer.learningRate = checkRate(rate, "learningRate");
    progress.plateau = startOfProgress().plateau;
  }

  /** Updates so far, in all fits. */
  get step(): number {
    return alive(sourceOf(this), "step").step;
  }

  /** A copy of the spec, complete and checked. A learning rate that is a function stays the same function. */
  get spec(): NetworkSpec {
    return checkSpec(alive(sourceOf(this), "spec").spec);
  }

  /**
   * The outputs for every row: [samples][outputs], row by row.
   * @param options.out is written and returned instead of a new array.
   */
  predict(x: Samples, options?: { out?: Float32Array | undefined }): Float32Array {
    const engine = alive(engineOf(this), "predict");
    const out = options === undefined ? undefined : onlyOption(options, "out", "predict");
    return predictRow(engine, x, out) ?? predictRows(engine, x, out);
  }

  /**
   * The class index of every row: of the largest output, the first of equal ones; 0 or 1 for a single sigmoid. Several
   * sigmoids decide one by one: 0 or 1 for every output, [samples][outputs], row by row.
   * @throws SpecError for a network that does not classify. @throws DataError for a row that overflows.
   */
  predictClasses(x: Samples): Int32Array {
    const engine = alive(engineOf(this), "predictClasses");
    return reading(engine, "predictClasses", () => predictClasses(engine, tabulateInputs(engine.spec, x)));
  }

  /**
   * Copies of all parameters: { W1, b1, ... }, W as [units][inputs], row by row; gamma1, beta1, ... of normalizations; and
   * mean1, variance1, ..., the running statistics of batchNorm.
   */
  getParams(): ParameterArrays {
    return alive(engineOf(this), "getParams").parameters.read();
  }

  /**
   * Replaces the parameters that are given, flat or W as rows. The others stay. A fit that was stopped is discarded.
   * @throws ShapeError, DataError, SpecError, and then changes nothing.
   */
  setParams(params: ParameterValues): void {
    const engine = alive(engineOf(this), "setParams");
    engine.parameters.write(engine.host, checkParameters(engine.spec, params, "setParams", false));
    engine.discardStoppedFit();
  }

  /**
   * A network of its own with the same spec, parameters, optimizer state, updates so far and metadata: it trains on to the same
   * bits. Its memory is made at its first use.
   */
  clone(): this {
    const Class = this.constructor as new (source: EngineSource) => this;
    return new Class(cloneOf(alive(engineOf(this), "clone")));
  }

  /**
   * Replaces all parameters and running statistics by those of another network with the same shapes, as from a network that
   * trains to its target network. Optimizer state, updates so far and spec stay. A fit that was stopped is discarded.
   * @throws SpecError for anything but a network, ShapeError for other shapes, and then changes nothing.
   */
  copyFrom(other: BaseNetwork): void {
    const engine = alive(engineOf(this), "copyFrom");
    if (!isNetwork(other)) throw new SpecError(`copyFrom was given ${show(other)}: give it a Network.`);
    copyParameters(alive(engineOf(other), "copyFrom"), engine);
    engine.discardStoppedFit();
  }

  /** The network as JSON data: spec and parameters, exact except for the sign of zeros. */
  toJSON(): NetworkJSON {
    return toJSON(alive(engineOf(this), "toJSON").spec, this.getParams());
  }

  /** The network in one line: its widths, parameters, optimizer and updates. */
  toString(): string {
    return describe(engineOf(this));
  }

  /**
   * Frees the memory, though the network may still be referenced. Every later use throws a StateError, except dispose itself
   * and memoryBytes, which is 0; a fit under way rejects with one.
   */
  dispose(): void {
    sourceOf(this).dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
