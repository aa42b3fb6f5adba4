import { Engine } from "../engine/engine.js";
import { restart } from "../engine/restart.js";
import { completeSync } from "../engine/scheduler.js";
import { restore, snapshotOf } from "../engine/snapshot.js";
import { DenselyError } from "../errors.js";
import { evaluate } from "../evaluation/evaluation.js";
import { type Metric, metricOf } from "../evaluation/measure.js";
import { METRICS } from "../record/metrics.js";
import { fit } from "./fit.js";
import {
  datasetOf,
  type FitJob,
  type FitOutcome,
  type JobAnswer,
  type JobOptions,
  type MetricData,
} from "./job.js";
import { rateAdapter, stoppingOf } from "./watching.js";

function metricsOf(metrics: readonly MetricData[]): Metric[] {
  return metrics.map(({ name, options }) => metricOf(name, METRICS[name], options));
}

/** Settings of a fit from those that were sent. */
function settingsOf({ metrics, stopping, ...options }: JobOptions) {
  const measured = metricsOf(metrics);
  return {
    ...options,
    metrics: measured,
    stopping: stoppingOf(stopping),
    adaptRate: rateAdapter(measured),
  };
}

/** Engines that are kept for later networks of the same spec, at most: planning one takes a third of a short fit. */
const KEPT_ENGINES = 64;

/** Bytes of an engine that is kept, at most. */
const KEPT_BYTES = 2 ** 20;

/** By their build and spec, the one that was used last at the end. */
const engines = new Map<string, Engine>();

/** Everything about a network that its plans depend on. A kept engine changes seed and learning rate without a new plan. */
function keyOf({ math, spec }: FitJob): string {
  const { seed, optimizer, ...rest } = spec;
  const { learningRate, ...others } = optimizer;
  return JSON.stringify([math, rest, others]);
}

/** An engine for a job, which is no longer kept. */
function takeEngine(key: string, module: WebAssembly.Module, { math, spec, snapshot }: FitJob): Engine {
  const kept = engines.get(key);
  if (!kept) {
    const engine = new Engine(spec, { name: math, code: module }, snapshot && {});
    if (snapshot) restore(engine, snapshot);
    return engine;
  }
  engines.delete(key);
  restart(kept, spec.seed, spec.optimizer.learningRate);
  if (snapshot) restore(kept, snapshot);
  return kept;
}

function keep(key: string, engine: Engine): void {
  if (engine.core.arena.bytes > KEPT_BYTES) return;
  engines.set(key, engine);
  const [oldest] = engines.keys();
  if (engines.size > KEPT_ENGINES) engines.delete(oldest);
}

function train(module: WebAssembly.Module, job: FitJob): FitOutcome {
  const { training, validation, options, exam } = job;
  const key = keyOf(job);
  const engine = takeEngine(key, module, job);
  const data = { training: datasetOf(training), validation: validation && datasetOf(validation) };
  const history = completeSync(fit(engine, { ...settingsOf(options), ...data }));
  const measures = exam && evaluate(engine, { data: datasetOf(exam.rows), metrics: metricsOf(exam.metrics) });
  keep(key, engine);
  return { history, snapshot: snapshotOf(engine), measures };
}

/** Does a job in this thread. */
export function runJob(module: WebAssembly.Module, job: FitJob): JobAnswer {
  try {
    return { outcome: train(module, job) };
  } catch (error) {
    if (!(error instanceof DenselyError)) throw error;
    return { failure: { name: error.name, message: error.message } };
  }
}
