import type { Dataset } from "../data/dataset.js";
import type { Engine } from "../engine/engine.js";
import { completeSync, type Slices, stepsPerSlice } from "../engine/scheduler.js";
import type { Session } from "../engine/session.js";
import type { Arrival, Host } from "../machine/host.js";
import type { Counts } from "../program/request.js";
import type { Measures } from "../record/measures.js";
import { addSteps, emptySums, type Sums } from "../record/tally.js";
import { countsOf, type Metric, measure } from "./measure.js";
import { refuseOverflow } from "./overflow.js";

/** Rows of a forward pass: enough for the kernels, few enough for the cache. */
export const FORWARD_BATCH = 64;

/** Bytes of rows that predictions and evaluations load at a time. */
export const FORWARD_WINDOW = 2 ** 23;

/** Checked options of an evaluation. */
export interface EvaluateSettings {
  data: Dataset;
  metrics: readonly Metric[];
  /** A measure that is not a single number, such as a table: its counts in the core, and its value from their sums. */
  also?: { counts: Counts; measure: (sums: Sums) => Partial<Measures> };
}

/** Loss and metrics of a data set under the present parameters, measured as often as asked. */
export class Evaluation {
  readonly #engine: Engine;
  readonly #host: Host;
  readonly #session: Session;
  readonly #data: Dataset;
  readonly #metrics: readonly Metric[];

  /** @param host where it computes. @param others what is counted besides what the metrics need. */
  constructor(
    engine: Engine,
    data: Dataset,
    metrics: readonly Metric[],
    host: Host = engine.core,
    others: Counts = {},
  ) {
    this.#engine = engine;
    this.#host = host;
    this.#session = engine.plans.open(data, {
      purpose: "evaluate",
      batch: FORWARD_BATCH,
      windowBytes: FORWARD_WINDOW,
      counts: { ...countsOf(metrics), ...others },
      isSequential: true,
      isRepeated: true,
      host,
    });
    this.#data = data;
    this.#metrics = metrics;
  }

  /** True if all rows are in memory at once. */
  get isResident(): boolean {
    return this.#session.window.isResident;
  }

  /** Cost of a pass, in multiply-adds. */
  get work(): number {
    return this.#session.work * this.#session.window.period;
  }

  /** Loads the rows, which have to be resident, unless they are loaded. */
  *load(): Slices<void> {
    if (!this.#session.window.holds(0)) yield* this.#session.load(0);
  }

  /** Begins a pass over rows that are loaded. @returns its results, which `sum` awaits. */
  begin(): Arrival | undefined {
    const { window, results } = this.#session;
    results.setSums(emptySums());
    this.#session.run(0, 0, window.period);
    return this.#session.fetch(0, window.period);
  }

  /**
   * Adds up one pass over the rows, in slices. @param begun the pass, if `begin` has begun it.
   * @throws DataError for a loss that is not finite, naming the row.
   */
  *sum(begun?: Arrival): Slices<Sums> {
    const session = this.#session;
    const { window, results, plan } = session;
    const slice = stepsPerSlice(session.work);
    const sums = emptySums();
    if (!begun) results.setSums(sums);
    for (let first = 0; first < this.#data.x.rows; first += plan.rows) {
      if (!window.holds(first)) yield* session.load(first);
      const slots = window.period;
      for (let slot = 0; slot < slots && !begun; slot += slice) {
        const steps = Math.min(slice, slots - slot);
        session.run(0, slot, steps);
        yield steps * session.work;
      }
      const arrival = begun ?? session.fetch(0, slots);
      if (arrival && !arrival.receive()) yield arrival;
      addSteps(sums, results.of(0, slots), 0, slots);
      if (!Number.isFinite(sums.loss)) {
        const slot = results.losses(0, slots).findIndex((loss) => !Number.isFinite(loss));
        // The parameters of this pass, not those that a worker has reached since.
        if (begun) this.#host.write(this.#engine.state, () => {});
        const { batch } = plan;
        yield* refuseOverflow(this.#engine, this.#data, first + slot * batch, batch, this.#host);
      }
      results.readSums(sums, 0, slots);
    }
    return sums;
  }

  /** Measures once, in slices. @param begun the pass, if `begin` has begun it. */
  *measure(begun?: Arrival): Slices<Measures> {
    return measure(this.#metrics, yield* this.sum(begun), this.#engine.spec);
  }

  /** Ends its use of memory. */
  close(): void {
    this.#engine.plans.close(this.#session);
  }
}

/** Evaluates a data set once. @throws DataError */
export function evaluate(engine: Engine, { data, metrics, also }: EvaluateSettings): Measures {
  const evaluation = new Evaluation(engine, data, metrics, engine.core, also?.counts);
  try {
    const sums = completeSync(evaluation.sum());
    return { ...measure(metrics, sums, engine.spec), ...also?.measure(sums) };
  } finally {
    evaluation.close();
  }
}
