import { Op } from "../../assembly/isa.js";
import { DivergenceError } from "../errors.js";
import { CACHE_LINE } from "../machine/align.js";
import { table } from "../program/matrix.js";
import type { Engine } from "./engine.js";
import { runOnce } from "./program.js";
import { learningRateAt } from "./rates.js";

/** Σ v² in float64, which cannot overflow, so that it is finite only if all v are: one pass in the core. */
function isFiniteState({ core, stateRange: [address, bytes] }: Engine): boolean {
  const { arena } = core;
  const mark = arena.top;
  core.take(mark + CACHE_LINE);
  const sum = table("Σv²", 1, 1, 8, mark);
  runOnce(core, [{ equation: "", result: sum, op: Op.dot, cols: bytes / 4, a: address, b: address, d: sum }]);
  const [value] = arena.doublesAt(mark, 1);
  arena.release(mark);
  return Number.isFinite(value);
}

/** The remedy against numbers that are not finite. */
export function remedyOf({ spec, progress }: Engine): string {
  const { type } = spec.optimizer;
  return `lower the learningRate of ${type} (${learningRateAt(spec, progress, progress.step)}) or scale the inputs to about -1 to 1`;
}

/**
 * @param consequence what became of the call, for the message.
 * @throws DivergenceError unless all parameters, running statistics and optimizer states are finite.
 */
export function checkFiniteState(engine: Engine, consequence: string): void {
  if (isFiniteState(engine)) return;
  const value = engine.state.find((number) => !Number.isFinite(number));
  throw new DivergenceError(
    `Training diverged: a parameter or a number of the optimizer's state became ${value} after ${engine.progress.step} steps; ${consequence}, so ${remedyOf(engine)}.`,
  );
}
