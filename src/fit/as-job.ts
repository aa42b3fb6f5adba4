import { rowBytes, workOf } from "../engine/cost.js";
import { SLICE_WORK, type Slices } from "../engine/scheduler.js";
import { restore, snapshotOf } from "../engine/snapshot.js";
import type { EngineSource } from "../engine/source.js";
import * as errors from "../errors.js";
import { FORWARD_BATCH } from "../evaluation/evaluation.js";
import type { Metric } from "../evaluation/measure.js";
import { compileFor } from "../machine/core.js";
import { type JobEnd, jobsOf } from "../machine/job-queue.js";
import { canDoJobs } from "../machine/pool.js";
import type { ThreadedBuild } from "../machine/threads.js";
import { refuse, workerLost } from "../machine/worker-refusals.js";
import type { NetworkSpec } from "../model/spec.js";
import type { History } from "../record/history.js";
import type { MetricName } from "../record/metrics.js";
import { unlessCut } from "./callbacks.js";
import { arraysOf, type FitJob, type FitOutcome, type JobAnswer, type MetricData } from "./job.js";
import type { FitSettings, Stopping } from "./settings.js";
import type { StoppingSettings } from "./stopping.js";

/** Bytes of rows that are sent with a job, at most. */
const MOST_BYTES = 2 ** 22;

/** Multiply-adds of a fit, at most. */
function workOfFit(spec: NetworkSpec, settings: FitSettings): number {
  const { training, validation, batch, epochs, stepsPerEpoch, maxSteps } = settings;
  const steps = Math.min(Math.ceil(training.x.rows / batch), stepsPerEpoch);
  const passes = Math.min(epochs, maxSteps / steps);
  const measured = validation ? Math.ceil(validation.x.rows / FORWARD_BATCH) : 0;
  return passes * (steps * workOf(spec, batch, "train") + measured * workOf(spec, FORWARD_BATCH, "evaluate"));
}

/** True for plain data without a function, such as a schedule of the user. */
function isData(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return typeof value !== "function";
  return Object.values(value).every(isData);
}

/** True if a fit calls code of the user. */
function callsBack(spec: NetworkSpec, settings: FitSettings): boolean {
  const { onTrainBegin, onEpochBegin, onEpoch, onBatchBegin, onBatch, onTrainEnd, onCheckpoint } = settings;
  const callbacks = [onTrainBegin, onEpochBegin, onEpoch, onBatchBegin, onBatch, onTrainEnd, onCheckpoint];
  return (
    callbacks.some((callback) => callback !== undefined) ||
    settings.metrics.some(({ isCustom }) => isCustom) ||
    !isData(spec)
  );
}

/**
 * The multiply-adds of a fit that can be a job: shorter than a slice, in which a fit on this thread is not interrupted either, and
 * data alone. Undefined for any other.
 */
function workOfJob({ spec, math }: EngineSource, settings: FitSettings): number | undefined {
  const { training, validation, makeUpdater, signal } = settings;
  if (callsBack(spec, settings) || makeUpdater || signal?.aborted) return undefined;
  if ((math as ThreadedBuild | undefined)?.threading) return undefined;
  const bytes = [training, validation].reduce(
    (sum, data) => sum + (data ? data.x.rows * rowBytes(data) : 0),
    0,
  );
  const work = workOfFit(spec, settings);
  return bytes <= MOST_BYTES && work <= SLICE_WORK ? work : undefined;
}

/** Early stopping without its function. */
function dataOf({ watch, ...settings }: Stopping): StoppingSettings {
  return settings;
}

/** Metrics of the library as data. */
function dataOfMetrics(metrics: readonly Metric[]): MetricData[] {
  return metrics.map(({ name, options = {} }) => ({ name: name as MetricName, options }));
}

/** The exam as data, if it measures nothing but metrics of the library. */
function examOf({ exam }: FitSettings): FitJob["exam"] {
  if (!exam || exam.settings.also || exam.settings.metrics.some(({ isCustom }) => isCustom)) return undefined;
  const { data, metrics } = exam.settings;
  return { rows: arraysOf(data), metrics: dataOfMetrics(metrics) };
}

function jobOf(source: EngineSource, math: FitJob["math"], settings: FitSettings): FitJob {
  const { training, validation, metrics, stopping } = settings;
  const { epochs, initialEpoch, resume, stepsPerEpoch, maxSteps, checkpointEvery, batch, shuffle, isSigned } =
    settings;
  return {
    math,
    spec: source.spec,
    snapshot: source.made ? snapshotOf(source.made) : source.learned,
    training: arraysOf(training),
    validation: validation && arraysOf(validation),
    exam: examOf(settings),
    options: {
      ...{ epochs, initialEpoch, resume, stepsPerEpoch, maxSteps, checkpointEvery, batch, shuffle, isSigned },
      metrics: dataOfMetrics(metrics),
      stopping: stopping && dataOf(stopping),
    },
  };
}

/** The error of the library that a worker has named. */
function errorOf({ name, message }: { name: string; message: string }): Error {
  const Class = (errors as unknown as Record<string, new (message: string) => Error>)[name];
  return new (Class ?? errors.RuntimeError)(message);
}

/** True for the end of a job. The script of a worker may be another one. */
function isJobAnswer(answer: unknown): answer is JobAnswer {
  const { failure, outcome } = Object(answer) as {
    failure?: { message?: unknown };
    outcome?: Partial<FitOutcome>;
  };
  return typeof failure?.message === "string" || ArrayBuffer.isView(outcome?.snapshot?.state);
}

/** A copy of plain data, made of the arrays and objects of this thread's globals. */
function ownCopyOf<T>(value: T): T {
  if (Array.isArray(value)) return Array.from(value, ownCopyOf) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, ownCopyOf(part)])) as T;
}

/**
 * Plain data of a worker. Jest's environments have an Array of their own, of which that of a worker is no instance.
 * @param list an array in it.
 */
const owned = <T>(data: T, list: object): T =>
  Object.getPrototypeOf(list) === Array.prototype ? data : ownCopyOf(data);

/** Gives a network what a worker has made of it. @throws the error of the fit. */
function receive(source: EngineSource, { exam }: FitSettings, answer: JobAnswer): History {
  if ("failure" in answer) throw errorOf(answer.failure);
  const { history, snapshot, measures } = answer.outcome;
  const { loss } = history;
  const { progress, metadata } = snapshot;
  const learned = { ...snapshot, progress: owned(progress, loss), metadata: owned(metadata, loss) };
  if (source.made) restore(source.made, learned);
  else source.learned = learned;
  if (exam) exam.measures = owned(measures, loss);
  return owned(history, loss);
}

/**
 * Trains a network in a worker from the first epoch to the last. A network that has no memory here needs none.
 * @param script of the worker, or true for the one in the library.
 * @returns undefined where the fit has not begun, since it cannot be a job, or where this thread has to end it. @throws RuntimeError if the worker was lost.
 */
export function* fitAsJob(
  source: EngineSource,
  settings: FitSettings,
  script: string | URL | true,
): Slices<History | undefined> {
  const ofPool = script === true ? undefined : script;
  const work = canDoJobs(ofPool) ? workOfJob(source, settings) : undefined;
  if (work === undefined) return undefined;
  const { build, module } = compileFor(source.math);
  const job = jobOf(source, build.name, settings);
  const { signal } = settings;
  const pending = jobsOf(ofPool).add({ module, job, work });
  const leave = () => pending.leave();
  signal?.addEventListener?.("abort", leave);
  try {
    const end = (yield* unlessCut(pending.end)) as JobEnd | undefined;
    if (end?.kind === "answered") {
      if (isJobAnswer(end.answer)) return receive(source, settings, end.answer);
      throw workerLost("it answered with something else than a result");
    }
    if (end?.kind === "lost") throw workerLost(end.reason);
    if (end?.kind === "unserved") refuse(script, end.reason);
  } finally {
    signal?.removeEventListener?.("abort", leave);
    leave();
  }
  // The host starts no worker, or the signal was aborted: what is left to do is done on this thread.
  settings.moveToWorker = undefined;
  return undefined;
}
