import { SpecError } from "../errors.js";
import { checkOptions, flag, number, type Rules, show, text, whole } from "../model/check.js";
import { mode, type PlateauSpec } from "../model/schedules.js";
import type { EpochMeasures } from "../record/history.js";
import type { FitProgress, Plateau } from "../record/progress.js";

/** When to end a fit before its epochs. */
export interface EarlyStopping {
  /** What to watch: "valLoss" by default where there are validation rows, else "loss"; or any metric's name. */
  monitor?: string;
  /** Whether less or more is better. Default "auto": less, but for accuracies, precision, recall, f1, auc and r2. */
  mode?: "min" | "max" | "auto";
  /** Epochs in a row without a better value after which the fit ends, as in Keras. Default 5. */
  patience?: number;
  /** What a value must be better by. Default 0. */
  minDelta?: number;
  /** Whether the parameters of the best epoch are put back at the end. Default true. */
  restoreBest?: boolean;
}

/** Checked options of early stopping. */
export type StoppingSettings = Required<EarlyStopping>;

const RISING = /accuracy|precision|recall|f1|auc|r2/i;

/** Whether a value is better than the best so far. */
function isBetter(
  value: number,
  best: number | undefined,
  { monitor, mode, minDelta }: { monitor: string; mode: "min" | "max" | "auto"; minDelta: number },
): boolean {
  if (best === undefined || Number.isNaN(best)) return !Number.isNaN(value);
  const rises = mode === "max" || (mode === "auto" && RISING.test(monitor));
  return rises ? value > best + minDelta : value < best - minDelta;
}

/** The value of what is monitored. @throws SpecError where it was not measured. */
function monitored({ custom, ...measures }: EpochMeasures, monitor: string): number {
  const values: Record<string, number> = { ...measures, ...custom };
  if (monitor in values) return values[monitor];
  throw new SpecError(
    `monitor is ${show(monitor)}, but only ${Object.keys(values).join(", ")} were measured: name one of them, or add metrics or validation rows.`,
  );
}

/** @throws SpecError for a wrong option. */
export function checkStoppingOptions(options: unknown, hasValidation: boolean): StoppingSettings | undefined {
  if (options === undefined) return undefined;
  const rules: Rules<StoppingSettings> = {
    monitor: text(hasValidation ? "valLoss" : "loss"),
    mode,
    patience: whole(5, 0),
    minDelta: number(0),
    restoreBest: flag(true),
  };
  return checkOptions(rules, options, "earlyStopping");
}

/** Takes note of an epoch. Returns whether it is the best so far. */
export function watch(progress: FitProgress, plan: StoppingSettings, measures: EpochMeasures): boolean {
  const value = monitored(measures, plan.monitor);
  const better = isBetter(value, progress.best, plan);
  if (better) progress.best = value;
  progress.waited = better ? 0 : progress.waited + 1;
  return better;
}

/** Takes note of an epoch for reduceOnPlateau, which reduces the rate after more than `patience` epochs in vain. */
export function updatePlateau(plateau: Plateau, schedule: PlateauSpec, measures: EpochMeasures): void {
  const value = monitored(measures, schedule.monitor);
  if (isBetter(value, plateau.best, schedule)) {
    plateau.best = value;
    plateau.waited = 0;
  } else plateau.waited++;
  if (plateau.cooling > 0) {
    plateau.cooling--;
    plateau.waited = 0;
  }
  if (plateau.waited <= schedule.patience) return;
  plateau.factor *= schedule.factor;
  plateau.cooling = schedule.cooldown;
  plateau.waited = 0;
}
