import type { Dataset } from "../data/dataset.js";
import type { Engine } from "../engine/engine.js";
import { type Slices, stepsPerSlice } from "../engine/scheduler.js";
import { Session } from "../engine/session.js";
import type { WorkerCore } from "../machine/worker-core.js";
import type { NetworkSpec } from "../model/spec.js";
import type { Measures } from "../record/measures.js";
import { addSteps, emptySums, type Sums } from "../record/tally.js";
import { confusionOf, countsOf, type Metric, measure } from "./metrics.js";

/** Rows of a forward step: enough for the kernels, few enough for the cache. */
export const FORWARD_BATCH = 64;

/** Bytes of rows that predictions and evaluations stage at a time. */
export const FORWARD_WINDOW = 2 ** 23;

/** Loss and metrics of a data set under the present parameters, as often as asked. */
export class Evaluation {
  readonly #session: Session;
  readonly #data: Dataset;
  readonly #metrics: readonly Metric[];
  readonly #spec: NetworkSpec;
  #isLoaded = false;

  /** @param confusion whether true and predicted classes are counted too. @param mirror where to compute, if not here. */
  constructor(
    engine: Engine,
    data: Dataset,
    metrics: readonly Metric[],
    { confusion = false, mirror }: { confusion?: boolean; mirror?: WorkerCore } = {},
  ) {
    const batch = Math.min(FORWARD_BATCH, data.x.rows);
    const counts = { ...countsOf(metrics), ...(confusion && { confusion }) };
    this.#session = new Session(engine, {
      purpose: "evaluate",
      ...data,
      batch,
      windowBytes: FORWARD_WINDOW,
      counts,
      mirror,
    });
    this.#session.orderInSequence();
    this.#data = data;
    this.#metrics = metrics;
    this.#spec = engine.spec;
  }

  /** Sums up once, in slices. */
  *#sum(): Slices<Sums> {
    const session = this.#session;
    const { rows: windowRows } = session.plan;
    const { rows } = this.#data.x;
    const stretch = stepsPerSlice(session.work);
    const sums = emptySums();
    session.setSums(sums);
    for (let first = 0; first < rows; first += windowRows) {
      const count = Math.min(windowRows, rows - first);
      if (!this.#isLoaded) yield* session.load(first, count);
      const slots = session.period;
      for (let slot = 0; slot < slots; slot += stretch) {
        const steps = Math.min(stretch, slots - slot);
        yield* session.compute(0, slot, steps);
        yield steps * session.work;
      }
      addSteps(sums, session.results(0, slots), 0, slots);
      session.noteSums(sums, 0, slots);
    }
    this.#isLoaded = session.isResident;
    return sums;
  }

  /** Measures once, in slices. */
  *measure(): Slices<Measures> {
    return measure(this.#metrics, yield* this.#sum(), this.#spec);
  }

  /** Measures once, with the table of true and predicted classes. */
  *measureWithConfusion(): Slices<Measures> {
    const sums = yield* this.#sum();
    const tables = confusionOf(sums, this.#spec);
    return {
      ...measure(this.#metrics, sums, this.#spec),
      confusionMatrix: tables.length === 1 ? tables[0] : tables,
    };
  }

  dispose(): void {
    this.#session.dispose();
  }
}
