import { checkDataset } from "../data/check.js";
import type { Dataset } from "../data/dataset.js";
import { tabulateWeighted } from "../data/sample-weights.js";
import type { Numbers, Samples } from "../data/table.js";
import type { Engine } from "../engine/engine.js";
import type { Slices } from "../engine/scheduler.js";
import { ShapeError, SpecError } from "../errors.js";
import { countsOf } from "../evaluation/measure.js";
import { show } from "../model/check.js";
import type { BatchMeasures, History, Stopped } from "../record/history.js";
import { answerOf } from "./callbacks.js";
import { Epochs } from "./epochs.js";
import { restoring } from "./restoring.js";
import { checkCursor } from "./resuming.js";
import type { LoopSettings } from "./settings.js";

/** One batch of a source: inputs, targets and, if its rows do not all count the same, sample weights. */
export type Batch = readonly [x: Samples, y: Samples, sampleWeight?: Numbers];

/** Batches one after the other: an async generator, a stream, or anything else that `for await` accepts. */
export type Source = AsyncIterable<Batch> | Iterable<Batch>;

/** True if x is a source of batches and not data. */
export function isSource(x: unknown): x is Source {
  if (typeof x !== "object" || x === null || Array.isArray(x) || ArrayBuffer.isView(x)) return false;
  return Symbol.asyncIterator in x || Symbol.iterator in x;
}

/** Makes one update from a batch of the source. @returns its loss and, for onBatch, its metrics. */
function* update(
  engine: Engine,
  settings: LoopSettings,
  epochs: Epochs,
  data: Dataset,
): Slices<BatchMeasures & { loss: number }> {
  yield* checkDataset(data);
  const { spec, progress, host, stateRange } = engine;
  const session = engine.plans.open(data, {
    purpose: "train",
    batch: data.x.rows,
    windowBytes: 0,
    counts: countsOf(settings.metrics),
    isSequential: true,
    host,
  });
  try {
    yield* session.load(0);
    session.results.setSums(epochs.partial);
    session.rates.set(spec, progress, 0, 1, progress.step);
    const measures = settings.measureBatch?.(epochs.partial);
    session.run(progress.step, 0, 1);
    const arrival = session.fetch(0, 1, stateRange);
    if (arrival) yield arrival;
    epochs.advance(session, 0, 1);
    const [loss] = session.results.losses(0, 1);
    const measured = { loss, ...measures?.() };
    yield session.work;
    return measured;
  } finally {
    engine.plans.close(session);
  }
}

/** @throws SpecError */
function refuse(value: unknown, of: string): never {
  throw new SpecError(
    `The source of batches has ${show(value)} as ${of}: give an iterable of [x, y], such as a generator.`,
  );
}

/** Begins a source. @throws SpecError for one that is no iterable. */
function open(source: Source): AsyncIterator<Batch> | Iterator<Batch> {
  const members = source as Partial<AsyncIterable<Batch> & Iterable<Batch>>;
  const key = Symbol.asyncIterator in source ? Symbol.asyncIterator : Symbol.iterator;
  if (typeof members[key] !== "function") refuse(members[key], "its iterator method");
  const batches: unknown = members[key]();
  if (typeof (batches as Iterator<Batch> | undefined)?.next === "function") return batches as Iterator<Batch>;
  return refuse(batches, "its iterator");
}

/** The next batch of a source. @throws SpecError for what no iterator answers. */
function* nextOf(batches: ReturnType<typeof open>): Slices<IteratorResult<Batch>> {
  const next = yield* answerOf(batches.next());
  return typeof next === "object" && next !== null
    ? (next as IteratorResult<Batch>)
    : refuse(next, "a result");
}

/** Trains all epochs: each of stepsPerEpoch batches, or until the source ends. One that was cut resumes with the next batch. */
function* train(engine: Engine, settings: LoopSettings, source: Source, epochs: Epochs): Slices<Stopped> {
  const { onEpochBegin, onBatchBegin, onBatch, stepsPerEpoch, signal } = settings;
  const { isSigned, epochs: total } = settings;
  let batches: ReturnType<typeof open> | undefined;
  try {
    for (;;) {
      if (epochs.endEarly) return "early";
      if (epochs.areDone) return "completed";
      if (onEpochBegin) yield* epochs.announce(onEpochBegin);
      epochs.begin();
      batches ??= open(source);
      for (let batch = epochs.partial.batches + 1; batch <= stepsPerEpoch; batch++) {
        if (epochs.budget === 0) return "budget";
        if (signal?.aborted) return "aborted";
        const next = yield* nextOf(batches);
        engine.checkAlive("fit");
        // Aborted while it waited: the source has given nothing.
        if (!next && signal?.aborted) return "aborted";
        if (next.done) {
          batches = undefined;
          if (stepsPerEpoch === Infinity && epochs.partial.rows > 0) break;
          throw new ShapeError(
            `The source ended after ${batch - 1} batches of epoch ${epochs.number} of ${total}: give one that has more, or one that for await can begin anew in each epoch.`,
          );
        }
        const data = tabulateWeighted(engine.spec, next.value, "A batch of the source", isSigned);
        const { step } = engine.progress;
        const at = { epoch: epochs.number, epochs: total, batch, batches: stepsPerEpoch, rows: data.x.rows };
        if (onBatchBegin) {
          yield* answerOf(onBatchBegin({ ...at, step }));
          engine.checkAlive("fit");
        }
        const measures = yield* update(engine, settings, epochs, data);
        let isStopped = false;
        if (onBatch) {
          isStopped = (yield* answerOf(onBatch({ ...at, step: step + 1, ...measures }))) === false;
        }
        if (epochs.isCheckpointDue && batch < stepsPerEpoch) yield* epochs.checkpoint();
        if (isStopped) {
          if (batch === stepsPerEpoch) yield* epochs.end();
          return "callback";
        }
      }
      const stopped = yield* epochs.end();
      if (stopped) return stopped;
    }
  } finally {
    if (typeof batches?.return === "function") yield* answerOf(batches.return());
  }
}

/** Trains on batches as they come. After an error everything is as it was. */
export function* fitSource(engine: Engine, settings: LoopSettings, source: Source): Slices<History> {
  if (settings.validation) yield* checkDataset(settings.validation);
  return yield* restoring(engine, settings, function* () {
    const epochs = new Epochs(engine, settings, 0, 0);
    try {
      checkCursor(epochs.partial, settings.stepsPerEpoch);
      return epochs.finish(yield* train(engine, settings, source, epochs));
    } finally {
      epochs.close();
    }
  });
}
