import type { Rows } from "../data/dataset.js";
import { isMostlyZeros } from "../data/density.js";
import type { Host } from "../machine/host.js";
import type { MemoryRange } from "../machine/orders.js";
import type { NetworkSpec } from "../model/spec.js";
import type { Plan } from "../program/plan.js";
import type { Counts, Purpose } from "../program/request.js";
import { rowBytes, workOf } from "./cost.js";
import type { Engine } from "./engine.js";
import { Program } from "./program.js";
import { RateTable } from "./rates.js";
import { ResultTables } from "./results.js";
import { Window } from "./window.js";

/** The purpose of a session and its data. */
export interface SessionOptions {
  /** The network, or its first layers. Default: all of it. */
  spec?: NetworkSpec;
  purpose: Purpose;
  /** Rows of a step. */
  batch: number;
  /** Maximum of bytes of rows in the window. */
  windowBytes: number;
  /** Counted besides the loss. Default: nothing. */
  counts?: Counts;
  /** Maximum of epochs in one run. Default 1. */
  epochs?: number;
  /** True if layers act as in training. Default: true for purpose "train". */
  training?: boolean;
  /** Where it computes. Default: the core of this thread. */
  host?: Host;
}

/**
 * A program and the user's rows in linear memory: the one way to run steps, for fit, evaluate, predict, gradients and
 * trainOnBatch alike. Load rows, run steps, read results.
 *
 * The arena is a stack: sessions are disposed of in reverse order.
 */
export class Session {
  readonly plan: Plan;
  readonly program: Program;
  readonly window: Window;
  readonly rates: RateTable;
  readonly results: ResultTables;
  /** Cost of one step, in multiply-adds. */
  readonly work: number;
  /** True if each step takes all rows, so that they are gathered once, when they are loaded. */
  readonly isFullBatch: boolean;
  readonly #host: Host;
  readonly #mark: number;

  constructor(engine: Engine, data: Rows, options: SessionOptions) {
    const { core, store } = engine;
    const { spec = engine.spec, purpose, batch, windowBytes, host = core } = options;
    const { x, targets = "none", weights } = data;
    const windowRows = Math.max(1, Math.floor(windowBytes / rowBytes(data) / batch)) * batch;
    const rows = Math.min(x.rows, windowRows);
    this.#host = host;
    this.#mark = core.arena.top;
    this.program = new Program(host, spec, store, {
      purpose,
      batch,
      rows,
      epochs: options.epochs ?? 1,
      byteInputs: x.bytes,
      targets,
      weighted: weights !== undefined,
      counts: options.counts ?? {},
      training: options.training ?? purpose === "train",
      skipsZeros: isMostlyZeros(x),
      permutedRows: purpose === "train" && rows < x.rows ? x.rows : 0,
    });
    if (x.rows % batch > 0) this.program.compileTail(x.rows % batch);
    this.plan = this.program.plan;
    this.work = workOf(spec, batch, purpose);
    this.isFullBatch = batch === x.rows;
    this.window = new Window(core, host, this.plan, data);
    this.rates = new RateTable(host, this.plan);
    this.results = new ResultTables(host, this.plan, this.window, this.isFullBatch);
  }

  /** Loads the rows from place `first` of their order on, as many as the window holds. Yields the work done. */
  *load(first: number): Generator<number, void> {
    yield* this.window.load(first);
    if (this.isFullBatch) this.program.gather();
  }

  /** Runs `steps` steps from a slot on; `step` is the number of the first one's update. */
  run(step: number, slot: number, steps: number): void {
    const { period, lastRows } = this.window;
    const isUneven = lastRows < this.plan.batch;
    this.program.run(step, slot, steps, isUneven ? period : 0, !this.isFullBatch);
  }

  /** Brings the results of steps to this thread, and another range with them. @returns undefined if they are here. */
  fetch(slot: number, steps: number, other?: MemoryRange): PromiseLike<void> | undefined {
    // The ranges are not even listed on this thread, where every run of a small network asks.
    if (this.#host.fetchWork === 0) return undefined;
    const ranges = this.results.ranges(slot, steps);
    return this.#host.fetch(other ? [...ranges, other] : ranges);
  }

  /** Releases its memory. */
  dispose(): void {
    this.#host.arena.release(this.#mark);
  }
}
