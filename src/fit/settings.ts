import type { Dataset } from "../data/dataset.js";
import type { Engine } from "../engine/engine.js";
import type { Slices } from "../engine/scheduler.js";
import type { Session } from "../engine/session.js";
import type { EvaluateSettings } from "../evaluation/evaluation.js";
import type { Metric } from "../evaluation/measure.js";
import type {
  BatchBegin,
  BatchMeasures,
  BatchReport,
  EpochBegin,
  EpochMeasures,
  EpochReport,
  History,
} from "../record/history.js";
import type { Measures } from "../record/measures.js";
import type { FitProgress } from "../record/progress.js";
import type { Sums } from "../record/tally.js";
import type { StoppingSettings } from "./stopping.js";

/** The computing in a worker. */
export interface Move {
  /** The code for it, worker-mode.ts, which is above this file. */
  mode: unknown;
  /** Moves the computing back to this thread. */
  back: () => void;
}

/** When to end before all epochs. */
export interface Stopping extends StoppingSettings {
  /** Takes note of an epoch. @returns true if it is the best so far. */
  watch(fit: FitProgress, measures: EpochMeasures): boolean;
}

/** Makes updates in another way than by running the program once per update. */
export interface Updater {
  /** True once no further update is made. */
  readonly isDone: boolean;
  /** Makes `steps` updates, of which the first has number `step` and its results go to `slot`. */
  update(step: number, slot: number, steps: number): Slices<void>;
}

/**
 * Checked options of a fit, except those that choose rows. What an option does comes with it, as a function: the code of
 * early stopping, checkpoints, workers and other metrics is loaded only where the options that ask for it are.
 */
export interface LoopSettings {
  epochs: number;
  /** Epochs that count as done in a new fit; undefined where a fit that was cut may be resumed. */
  initialEpoch: number | undefined;
  /** True to resume a fit that was stopped too, false to resume none. */
  resume: boolean | undefined;
  /** Infinity: all. */
  stepsPerEpoch: number;
  /** Infinity: no maximum. */
  maxSteps: number;
  metrics: readonly Metric[];
  validation: Dataset | undefined;
  stopping?: Stopping;
  /** Takes note of an epoch for a learning rate that depends on it. */
  adaptRate?: (engine: Engine, measures: EpochMeasures) => void;
  /** Passes a checkpoint to onCheckpoint. @returns its answer. */
  onCheckpoint?: () => unknown;
  /** Updates from one checkpoint to the next. Infinity: those of an epoch. */
  checkpointEvery: number;
  /** The script of the worker to train in, or true for the one in the library. */
  worker?: string | URL | true;
  /** Moves the computing to that worker, if the host has one. @param signal ends the wait for it. */
  moveToWorker?: ((engine: Engine, signal?: AbortSignal) => Slices<Move | undefined>) | undefined;
  onTrainBegin?: () => unknown;
  onEpochBegin?: (epoch: EpochBegin) => unknown;
  onEpoch?: (report: EpochReport) => unknown;
  onBatchBegin?: (batch: BatchBegin) => unknown;
  onBatch?: (report: BatchReport) => unknown;
  /** Begins to measure a batch for onBatch, from the sums before it. @returns a function that measures it after the update. */
  measureBatch?: (sums: Sums) => () => BatchMeasures;
  onTrainEnd?: (history: History) => unknown;
  signal?: AbortSignal;
  /** True if the batches of a source may have negative weights. Default false. */
  isSigned?: boolean;
}

/** Rows to measure a network on after its fit. */
export interface Exam {
  settings: EvaluateSettings;
  /** The measures, where the worker that has trained the network has taken them. */
  measures?: Measures;
}

/** Checked options of a fit on rows in memory. */
export interface FitSettings extends LoopSettings {
  /** Measured where the network is trained, if that is in a worker. */
  exam?: Exam | undefined;
  batch: number;
  shuffle: boolean;
  training: Dataset;
  /** Makes the updates, if the optimizer has a way of its own. */
  makeUpdater?: (engine: Engine, session: Session) => Updater;
}
