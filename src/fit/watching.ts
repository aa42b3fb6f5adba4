import type { Metric } from "../evaluation/measure.js";
import { plateauOf } from "../model/rates.js";
import type { LoopSettings, Stopping } from "./settings.js";
import { type StoppingSettings, updatePlateau, watch } from "./stopping.js";

/** Early stopping as a fit asks for it. */
export function stoppingOf(settings: StoppingSettings | undefined): Stopping | undefined {
  return settings && { ...settings, watch: (fit, measures) => watch(fit, settings, measures) };
}

/** Returns what takes note of an epoch for reduceOnPlateau, if the learning rate has it at that time. */
export function rateAdapter(metrics: readonly Metric[]): LoopSettings["adaptRate"] {
  return ({ spec, progress }, measures) => {
    const schedule = plateauOf(spec.optimizer.learningRate);
    if (schedule) updatePlateau(progress.plateau, schedule, measures, metrics);
  };
}
