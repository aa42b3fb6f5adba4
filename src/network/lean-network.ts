import type { Samples } from "../data/table.js";
import { Engine } from "../engine/engine.js";
import { completeSync } from "../engine/scheduler.js";
import { EngineSource } from "../engine/source.js";
import { evaluate } from "../evaluation/evaluation.js";
import { fit } from "../fit/fit.js";
import {
  checkLeanEvaluateOptions,
  checkLeanFitOptions,
  type LeanEvaluateOptions,
  type LeanFitOptions,
} from "../fit/lean-options.js";
import { exportMembers } from "../model/exported.js";
import type { History } from "../record/history.js";
import type { Measures } from "../record/measures.js";
import { fromJSON } from "../storage/json.js";
import { BaseNetwork, engineOf } from "./base-network.js";
import { alone, aloneInSlices, reading } from "./calls.js";
import { checkMathOptions, type MathOptions } from "./options.js";

/**
 * A dense neural network that trains and predicts: the Network of densely/core. Inputs x are flat and row by row or an
 * array of rows, [samples][inputs]; targets y likewise, [samples][outputs], or for categoricalCrossentropy one class index
 * a row.
 *
 * All methods except fit are synchronous. Errors are named (SpecError, ShapeError, DataError, StateError,
 * DivergenceError) and leave the network as it was.
 */
export class LeanNetwork extends BaseNetwork {
  static {
    exportMembers(LeanNetwork, ["fromJSON(json, options)"]);
    exportMembers(LeanNetwork.prototype, [
      "fit(x, y, options)",
      "fitSync(x, y, options)",
      "evaluate(x, y, options)",
      "loss(x, y)",
    ]);
  }

  /** The network that toJSON described: its data, or the same as text. @throws SpecError, ShapeError, DataError */
  static fromJSON(json: unknown, options: MathOptions = {}): LeanNetwork {
    const { math } = checkMathOptions(options, "fromJSON");
    const { spec, params } = fromJSON(json);
    const engine = new Engine(spec, math, params);
    return new LeanNetwork(new EngineSource(spec, math, undefined, engine) as never);
  }

  /**
   * Trains in slices of some milliseconds, between which the event loop runs. Further calls train the network further.
   * @returns lists of one number per epoch for everything measured, and why it ended.
   * @throws SpecError, ShapeError, DataError before anything changes; DivergenceError if the loss or a parameter is not finite.
   */
  async fit(x: Samples, y: Samples, options: LeanFitOptions = {}): Promise<History> {
    const engine = engineOf(this);
    return aloneInSlices(
      engine.occupancy,
      "fit",
      () => fit(engine, checkLeanFitOptions(engine.spec, x, y, options)),
      options,
    );
  }

  /** Trains without a pause, to the same bits as fit. Promises that callbacks return are not awaited. */
  fitSync(x: Samples, y: Samples, options: LeanFitOptions = {}): History {
    const engine = engineOf(this);
    return alone(engine, "fitSync", () =>
      completeSync(fit(engine, checkLeanFitOptions(engine.spec, x, y, options))),
    );
  }

  /** Mean loss, and accuracy from 0 to 1 if `metrics` asks for it. */
  evaluate(x: Samples, y: Samples, options: LeanEvaluateOptions = {}): Measures {
    const engine = engineOf(this);
    return reading(engine, "evaluate", () =>
      evaluate(engine, checkLeanEvaluateOptions(engine.spec, x, y, options)),
    );
  }

  /** Mean loss. */
  loss(x: Samples, y: Samples): number {
    const engine = engineOf(this);
    return reading(engine, "loss", () => evaluate(engine, checkLeanEvaluateOptions(engine.spec, x, y, {})))
      .loss;
  }
}
