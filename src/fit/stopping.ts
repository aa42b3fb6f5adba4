import { SpecError } from "../errors.js";
import type { Metric } from "../evaluation/measure.js";
import { checkOptions, flag, type Open, type Rules, show, whole } from "../model/check.js";
import { type Direction, type Monitor, monitorRules } from "../model/monitor.js";
import { canonical } from "../model/names.js";
import type { PlateauSpec } from "../model/schedules.js";
import { type EpochMeasures, validationName } from "../record/history.js";
import type { FitProgress, Plateau } from "../record/progress.js";

/** When to end a fit before its last epoch. */
export interface EarlyStopping extends Open<Monitor> {
  /** The value to watch: "loss", "valLoss", or the name of a metric. Default "valLoss" if there are validation rows, else "loss". */
  monitor?: string | undefined;
  /** Epochs in a row without a better value after which the fit ends, as in Keras; 0 counts as 1. Default 5. */
  patience?: number | undefined;
  /** A value counts as better only if it is better by more than this. Default 0. */
  minDelta?: number | undefined;
  /** True to restore the parameters of the best epoch at the end. Default true. */
  restoreBest?: boolean | undefined;
}

/** Checked options of early stopping. */
export interface StoppingSettings extends Omit<Required<EarlyStopping>, "mode"> {
  direction: Direction;
}

/** The one of the measures that another spelling of a monitor stands for: "acc", "val_loss", "val_acc" and so on. */
function canonicalMonitor(monitor: string, measures: readonly string[]): unknown {
  const ofValidation = /^val_(.+)$/.exec(monitor);
  return ofValidation
    ? validationName(String(canonical(ofValidation[1], measures)))
    : canonical(monitor, measures);
}

/**
 * Checks that a value is measured after every epoch.
 * @param metrics the metrics of the fit.
 * @returns its name among the measures, and the direction in which it improves.
 * @throws SpecError if it is not measured, or if nothing says its direction.
 */
export function checkMonitor(
  { monitor, mode }: Pick<Monitor, "monitor" | "mode">,
  metrics: readonly Metric[],
  hasValidation: boolean,
): { monitor: string; direction: Direction } {
  const loss: Pick<Metric, "name" | "direction"> = { name: "loss", direction: "min" };
  const measured = [loss, ...metrics].flatMap(({ name, direction }) => [
    { name, direction },
    ...(hasValidation ? [{ name: validationName(name), direction }] : []),
  ]);
  const names = measured.map(({ name }) => name);
  const find = (wanted: unknown) => measured.find(({ name }) => name === wanted);
  const found = find(monitor) ?? find(canonicalMonitor(monitor, names));
  if (!found) {
    throw new SpecError(
      `monitor is ${show(monitor)}, but only ${names.join(", ")} are measured: name one of them, or add metrics or validation rows.`,
    );
  }
  const direction = mode === "auto" ? found.direction : mode;
  if (direction) return { monitor: found.name, direction };
  throw new SpecError(
    `monitor is the custom metric ${show(monitor)}, which does not say its direction: give the metric direction "min" or "max", or set mode.`,
  );
}

/**
 * Checks the option earlyStopping.
 * @param metrics the metrics of the fit.
 * @throws SpecError
 */
export function checkStoppingOptions(
  options: unknown,
  metrics: readonly Metric[],
  hasValidation: boolean,
): StoppingSettings | undefined {
  if (options === undefined) return undefined;
  const rules: Rules<Required<EarlyStopping>> = {
    ...monitorRules({ monitor: hasValidation ? "valLoss" : "loss", minDelta: 0 }),
    patience: whole(5, 0),
    restoreBest: flag(true),
  };
  const { mode, ...settings } = checkOptions(rules, options, "earlyStopping");
  const { monitor } = settings;
  return { ...settings, ...checkMonitor({ monitor, mode }, metrics, hasValidation) };
}

/** The measured value of that name. A metric of the library has precedence over a custom one of the same name. */
function measureOf({ custom, ...measures }: EpochMeasures, name: string): number {
  return ({ ...custom, ...measures } as Record<string, number>)[name];
}

/** True if a value is better than the best so far by more than minDelta. NaN is never better. */
function isBetter(value: number, best: number | undefined, direction: Direction, minDelta: number): boolean {
  if (best === undefined || Number.isNaN(best)) return !Number.isNaN(value);
  return direction === "max" ? value > best + minDelta : value < best - minDelta;
}

/** Updates what early stopping remembers with the values of an epoch. @returns true if it is the best epoch so far. */
export function watch(
  progress: FitProgress,
  { monitor, direction, minDelta }: StoppingSettings,
  measures: EpochMeasures,
): boolean {
  const value = measureOf(measures, monitor);
  const better = isBetter(value, progress.best, direction, minDelta);
  if (better) progress.best = value;
  progress.waited = better ? 0 : progress.waited + 1;
  return better;
}

/**
 * Updates the state of reduceOnPlateau with the values of an epoch: after more than `patience` epochs without a better
 * value the factor of the rate is reduced, and the next `cooldown` epochs are not counted.
 */
export function updatePlateau(
  plateau: Plateau,
  schedule: PlateauSpec,
  measures: EpochMeasures,
  metrics: readonly Metric[],
): void {
  const { monitor, direction } = checkMonitor(schedule, metrics, measures.valLoss !== undefined);
  const value = measureOf(measures, monitor);
  if (isBetter(value, plateau.best, direction, schedule.minDelta)) {
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
