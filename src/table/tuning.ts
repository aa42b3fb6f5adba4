import type { Member } from "./member.js";
import type { Recipe } from "./recipes.js";
import { mean } from "./statistics.js";
import { temperatureFor } from "./temperature.js";

/** Findings of networks of parts of the rows for networks of all rows. */
export interface Tuning {
  /** Epochs of the members. */
  epochs: number;
  /** Divisor of the logits. */
  temperature: number;
}

/** The parts of the rows that a recipe is tuned on: all, or where rows have times, the latest alone. */
export function foldsToTune({ tuningFolds }: Recipe, hasTimes: boolean): number[] {
  return Array.from({ length: tuningFolds }, (_, fold) => fold).slice(hasTimes ? -1 : 0);
}

/** The mean of the best epochs of networks, and the temperature for their outputs. @param classes of the rows of the outputs. */
export function tuningOf(members: readonly Member[], outputs: Float64Array, classes: Int32Array): Tuning {
  const epochs = Math.max(1, Math.round(mean(members.map(({ bestEpoch }) => bestEpoch))));
  return { epochs, temperature: temperatureFor(outputs, classes) };
}
