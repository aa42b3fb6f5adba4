import type { Dataset } from "../data/dataset.js";
import { tabulateWeighted } from "../data/sample-weights.js";
import type { Numbers, Samples } from "../data/table.js";
import type { Engine } from "../engine/engine.js";
import type { Slices } from "../engine/scheduler.js";
import { Session } from "../engine/session.js";
import { ShapeError } from "../errors.js";
import { countsOf } from "../evaluation/metrics.js";
import type { History, Stopped } from "../record/history.js";
import { answerOf, checkCursor, Epochs, guarded } from "./epochs.js";
import { checkDataset } from "./fit.js";
import type { LoopSettings } from "./options.js";

/** One batch of a source: inputs, targets and, if its rows do not all count the same, sample weights. */
export type Batch = readonly [x: Samples, y: Samples, sampleWeight?: Numbers];

/** Batches one after the other: an async generator, a stream, or anything else that `for await` takes. */
export type Source = AsyncIterable<Batch> | Iterable<Batch>;

/** Whether x is a source of batches and not data. */
export function isSource(x: unknown): x is Source {
  if (typeof x !== "object" || x === null || Array.isArray(x) || ArrayBuffer.isView(x)) return false;
  return Symbol.asyncIterator in x || Symbol.iterator in x;
}

/** One update from a batch of the source. @returns its loss. */
function* update(engine: Engine, plan: LoopSettings, epochs: Epochs, data: Dataset): Slices<number> {
  yield* checkDataset(data);
  const { step } = engine.progress;
  const counts = countsOf(plan.metrics);
  const options = {
    purpose: "train",
    ...data,
    batch: data.x.rows,
    windowBytes: 0,
    counts,
    mirror: engine.mirror,
  } as const;
  const session = new Session(engine, options);
  try {
    session.orderInSequence();
    yield* session.load(0, data.x.rows);
    session.setSums(epochs.partial);
    session.setRates(0, 1, step);
    yield* session.compute(step, 0, 1);
    yield* engine.fetch();
    epochs.advance(session, 0, 1);
    const [loss] = session.losses(0, 1);
    yield session.work;
    return loss;
  } finally {
    session.dispose();
  }
}

function open(source: Source): AsyncIterator<Batch> | Iterator<Batch> {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}

/** The epochs: each of stepsPerEpoch batches, or until the source ends; one that was cut goes on with what comes next. */
function* train(engine: Engine, plan: LoopSettings, source: Source, epochs: Epochs): Slices<Stopped> {
  const { onBatch, stepsPerEpoch, signal, epochs: total } = plan;
  let batches: ReturnType<typeof open> | undefined;
  try {
    while (!epochs.areDone) {
      epochs.begin();
      batches ??= open(source);
      for (let batch = epochs.partial.batches + 1; batch <= stepsPerEpoch; batch++) {
        if (epochs.budget === 0) return "budget";
        if (signal?.aborted) return "aborted";
        const next = (yield* answerOf(batches.next())) as IteratorResult<Batch>;
        engine.checkAlive("fit");
        if (next.done) {
          batches = undefined;
          if (stepsPerEpoch === Infinity && epochs.partial.rows > 0) break;
          throw new ShapeError(
            `The source ended after ${batch - 1} batches of epoch ${epochs.number} of ${total}: give one that has more, or that for await can begin anew in each epoch.`,
          );
        }
        const loss = yield* update(
          engine,
          plan,
          epochs,
          tabulateWeighted(engine.spec, next.value, "A batch of the source"),
        );
        if (onBatch) {
          const at = { epoch: epochs.number, epochs: total, batch, batches: stepsPerEpoch };
          yield* answerOf(onBatch({ ...at, step: engine.progress.step, loss }));
        }
        if (epochs.isCheckpointDue && batch < stepsPerEpoch) yield* epochs.checkpoint();
      }
      const stopped = yield* epochs.end();
      if (stopped) return stopped;
    }
    return "completed";
  } finally {
    yield* answerOf(batches?.return?.());
  }
}

/** Trains on batches as they come. After an error everything is as it was. */
export function* fitSource(engine: Engine, plan: LoopSettings, source: Source): Slices<History> {
  if (plan.validation) yield* checkDataset(plan.validation);
  return yield* guarded(engine, plan, function* () {
    const epochs = new Epochs(engine, plan);
    checkCursor(epochs.partial, plan.stepsPerEpoch);
    return epochs.finish(yield* train(engine, plan, source, epochs));
  });
}
