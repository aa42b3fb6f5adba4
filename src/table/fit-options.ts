import type { Numbers } from "../data/table.js";
import { SpecError } from "../errors.js";
import { checkFunction, checkSignal } from "../fit/basic-options.js";
import type { FitOptions as NetworkFitOptions } from "../fit/options.js";
import { checkKeys, checkWhole } from "../model/check.js";
import type { EpochReport as NetworkEpochReport } from "../record/history.js";
import type { ColumnPlan } from "./columns/index.js";
import type { Kept } from "./member.js";

/** Report of an epoch of one member. */
export interface EpochReport extends NetworkEpochReport {
  /** Number of the network, from 1: for each target those of the tuning and then the members; after them, those of all folds. */
  member: number;
  /** Networks in all. */
  members: number;
}

/** A network that ended or was stopped, from which fit goes on. */
export interface Checkpoint extends Kept {
  /** Number of the network, from 1, as `member` of EpochReport. */
  member: number;
}

/** Options of fit. */
export interface FitOptions {
  /** Called after every epoch of every member. Return false, or a promise of it, to stop with what there is. */
  onEpoch?: ((report: EpochReport) => unknown) | undefined;
  /** Called at the end, however it comes. A promise that it returns is awaited. */
  onTrainEnd?: (() => unknown) | undefined;
  /** Called once before training with the plan of each column. */
  onPrepared?: ((columns: readonly ColumnPlan[]) => void) | undefined;
  /** Called when a network ends or is stopped. */
  onCheckpoint?: ((checkpoint: Checkpoint) => void) | undefined;
  /**
   * Checkpoints of a fit that was stopped: this one, of a model with the same options on the same rows, goes on from them to
   * the same bits.
   */
  resume?: readonly Checkpoint[] | undefined;
  /** Aborting it ends fit with what there is. */
  signal?: AbortSignal | undefined;
  /** true: each member trains in a worker, several at a time, to the same bits. Or the URL of "densely/worker". Default false. */
  worker?: NetworkFitOptions["worker"];
  /** Rows, as the first argument of fit or [x, y], to validate on instead of rows of the table. */
  validationData?: unknown;
  /** Weight of each row in training: one finite number of at least 0 per row. Default: all the same. */
  sampleWeight?: Numbers | undefined;
  /**
   * Number of parts of the rows for an honest score: for each part, a model of one member that has not seen it predicts it.
   * 0 for none. Default 0; recipes with validation rows have a score without folds.
   */
  folds?: number | undefined;
}

/** Checks options of fit. @throws SpecError */
export function checkFitOptions(options: unknown): FitOptions & { folds: number } {
  const keys: readonly (keyof FitOptions)[] = [
    "onEpoch",
    "onTrainEnd",
    "onPrepared",
    "onCheckpoint",
    "resume",
    "signal",
    "worker",
    "validationData",
    "sampleWeight",
    "folds",
  ];
  const given = checkKeys<FitOptions>(options, keys, "fit");
  checkFunction(given.onEpoch, "onEpoch");
  checkFunction(given.onTrainEnd, "onTrainEnd");
  checkFunction(given.onPrepared, "onPrepared");
  checkFunction(given.onCheckpoint, "onCheckpoint");
  checkSignal(given.signal);
  const folds = checkWhole(given.folds ?? 0, 0, "folds");
  if (folds === 1) throw new SpecError("folds is 1: give 0 for none, or at least 2.");
  return { ...given, folds };
}
