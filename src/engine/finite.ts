import { DivergenceError } from "../errors.js";
import type { Engine } from "./engine.js";
import { learningRateAt } from "./rates.js";

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
  if (engine.finiteness.isGiven) return;
  const value = engine.state.find((number) => !Number.isFinite(number));
  throw new DivergenceError(
    `Training diverged: a parameter or a number of the optimizer's state became ${value} after ${engine.progress.step} steps; ${consequence}, so ${remedyOf(engine)}.`,
  );
}
