import { SpecError } from "../errors.js";
import type { MetricInput } from "../evaluation/metrics.js";
import { checkName, show } from "../model/check.js";
import type { Direction } from "../model/monitor.js";
import type { FoldsInput, PassedOptions } from "./data.js";
import type { PlaceOptions } from "./machines.js";
import { directionOf } from "./model.js";
import type { Asha } from "./scheduler.js";

/** How to search: the trials, their scores, and options of fit. */
export interface SearchOptions extends FoldsInput, PlaceOptions, Omit<PassedOptions, "metrics"> {
  /** Number of settings that are tried. Default 20. */
  trials?: number | undefined;
  /** Measured besides the loss. Default: what `monitor` names. */
  metrics?: readonly MetricInput[] | undefined;
  /** The measure that is the score: "loss", or one of the metrics. Default: the first of metrics, or the loss. */
  monitor?: string | undefined;
  /** Direction in which the score improves. Default "auto": that of the metric. */
  mode?: Direction | "auto" | undefined;
  /** "tpe" draws settings near those of good trials, "random" does not. Default "tpe". */
  sampler?: "random" | "tpe" | undefined;
  /** asha() ends poor trials early. Default: every trial trains for all epochs. */
  scheduler?: Asha | undefined;
  /**
   * Turns for which a decision does not wait: the result of turn n is known to that of turn n + ahead, however many workers there
   * are. At most as many trials train at the same time. Default 16.
   */
  ahead?: number | undefined;
  /** Called for every result, in the order of the trials' turns. false ends the search. */
  onTrial?: ((trial: TrialRow) => unknown) | undefined;
  /** Ends the search: it resolves with the results so far, and without a network. */
  signal?: AbortSignal | undefined;
}

/** A trial as a row of a table, its settings included. */
export interface TrialRow {
  readonly [setting: string]: unknown;
  /** Its number, from 0. */
  readonly trial: number;
  /** "completed", "paused" if the scheduler gave its time to better ones, or "diverged". */
  readonly state: "completed" | "paused" | "diverged";
  /** The score of its last result; NaN if it diverged. */
  readonly score: number;
  /** Updates of each of its models. */
  readonly steps: number;
}

/** The result of a search. */
export interface SearchResult<S, M> {
  /** The best trial; its network is trained on all rows, and undefined if the search was ended. */
  best: { trial: number; settings: S; score: number; network: M | undefined };
  /** All trials in their order. */
  trials: TrialRow[];
}

/** The names of the options that a search reads itself. */
export const OWN = [
  ...(["folds", "stratify", "rows", "seed", "trials", "metrics", "monitor", "mode"] as const),
  ...(["sampler", "scheduler", "onTrial", "signal", "ahead", "on", "id"] as const),
];

/** Names of metrics, however they are given. */
function namesOf(metrics: readonly unknown[]): unknown[] {
  return metrics.map((metric) =>
    typeof metric === "string" ? metric : (Object(metric).name ?? Object(metric).type),
  );
}

/** The name of the score, and what is measured for it. @throws SpecError for a wrong name of the sampler or the scheduler. */
export function checkScore({ metrics, monitor, sampler, scheduler, mode }: SearchOptions) {
  checkName(sampler ?? "tpe", ["random", "tpe"], "sampler");
  if (scheduler !== undefined && scheduler?.type !== "asha") {
    throw new SpecError(`scheduler is ${show(scheduler)}: give asha(), or leave it out.`);
  }
  const [first] = namesOf(metrics ?? []);
  const name = monitor ?? (typeof first === "string" ? first : "loss");
  const measured = metrics ?? (name === "loss" ? undefined : [name]);
  return { name, measured, direction: directionOf(name, mode, metrics ?? []) };
}
