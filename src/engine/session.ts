import { OP_BYTES, Op } from "../../assembly/isa.js";
import type { Dataset } from "../data/dataset.js";
import { isMostlyZeros } from "../data/density.js";
import type { Table, Target } from "../data/table.js";
import type { Core } from "../machine/core.js";
import type { WorkerCore } from "../machine/worker-core.js";
import type { NetworkSpec } from "../model/spec.js";
import { gatherBatch, shuffle } from "../program/batch.js";
import { compile } from "../program/compile.js";
import { encode } from "../program/instruction.js";
import type { Matrix } from "../program/matrix.js";
import { type Counts, type Plan, type Purpose, plan, programLimit, resultsOf } from "../program/plan.js";
import type { Results, Sums } from "../record/tally.js";
import { COPY_BYTES, COPY_WORK, rowBytes, workOf } from "./cost.js";
import type { Engine } from "./engine.js";
import type { Slices } from "./scheduler.js";

/** What a session is made for. */
export interface SessionOptions {
  /** The network, or its first layers. Default: all of it. */
  spec?: NetworkSpec;
  purpose: Purpose;
  x: Table;
  /** Nothing for predictions. */
  y?: Table;
  targets?: Dataset["targets"];
  weights?: Table;
  batch: number;
  /** Bytes that the rows of a window may take. */
  windowBytes: number;
  counts?: Counts;
  /** Epochs that run in one go at most. Default 1. */
  epochs?: number;
  /** Whether layers do what they do in training. Default: for purpose "train". */
  training?: boolean;
  /** Where its programs run, if not on this thread: see `compute`. */
  mirror?: WorkerCore;
}

/**
 * A program in linear memory with its window on the user's rows: rows go in by `load`, steps run, numbers come out.
 * The arena is a stack, so sessions are disposed of in reverse order.
 */
export class Session {
  readonly plan: Plan;
  /** Whether the window holds all rows. */
  readonly isResident: boolean;
  /** Whether each step takes all rows, so that they are gathered once, when they are loaded. */
  readonly isFullBatch: boolean;
  /** Multiply-adds of one step, or as many as take its time. */
  readonly work: number;
  readonly #engine: Engine;
  readonly #host: Pick<Core, "run">;
  readonly #options: SessionOptions;
  readonly #mark: number;
  readonly #tail: number;
  readonly #shuffle: number;
  /** Instructions of one step. */
  readonly #length: number;
  /** Instructions up to the loss: none of them changes a parameter. */
  readonly #lengthToLoss: number;
  /** Instructions that gather the batch. */
  readonly #gathers: number;
  #rows = 0;
  /** The constant learning rate in all slots, where there is one. */
  #rate: number | undefined;

  constructor(engine: Engine, options: SessionOptions) {
    const { arena } = engine.core;
    const { x, weights, purpose, batch, windowBytes, targets = "none", counts = {}, epochs = 1 } = options;
    const { spec = engine.spec } = options;
    const windowRows = Math.max(1, Math.floor(windowBytes / rowBytes(options) / batch)) * batch;
    const rows = Math.min(x.rows, windowRows);
    this.isResident = rows === x.rows;
    this.isFullBatch = batch === x.rows;
    this.#engine = engine;
    this.#options = options;
    this.#host = options.mirror ?? engine.core;
    this.#mark = arena.top;
    this.plan = plan(spec, engine.store, {
      purpose,
      batch,
      rows,
      epochs,
      bytes: x.bytes,
      targets,
      weighted: weights !== undefined,
      counts,
      training: options.training ?? purpose === "train",
      skipsZeros: isMostlyZeros(x),
      permuted: purpose === "train" && !this.isResident ? x.rows : 0,
      address: arena.top,
    });
    arena.take(this.plan.end, this.plan.zeros);
    const program = compile(spec, this.plan, engine.store);
    const { address } = this.plan.program;
    this.#length = program.length;
    this.#lengthToLoss = program.findIndex(({ op }) => op === Op.loss) + 1;
    this.#gathers = gatherBatch(spec, this.plan, batch).length;
    this.work = workOf(spec, batch, purpose);
    encode(program, arena.bytesAt(address, program.length * OP_BYTES));
    const short = x.rows % batch;
    this.#tail = address + programLimit(spec) * OP_BYTES;
    this.#shuffle = address + 2 * programLimit(spec) * OP_BYTES;
    encode([shuffle(this.plan)], arena.bytesAt(this.#shuffle, OP_BYTES));
    if (short > 0) {
      const tail = compile(spec, this.plan, engine.store, short);
      encode(tail, arena.bytesAt(this.#tail, tail.length * OP_BYTES));
    }
    options.mirror?.take(this.#mark, this.plan.zeros, this.plan.end);
    this.#send(this.plan.program);
  }

  /** Steps of one pass over the rows that are loaded. */
  get period(): number {
    return Math.ceil(this.#rows / this.plan.batch);
  }

  /** What some steps have left in the tables, as live views: read them at once, never keep them. */
  results(slot: number, steps: number): Results {
    const { period } = this;
    const { batch, hits, topHits, counts } = this.plan;
    return {
      slot,
      batch,
      period,
      lastRows: this.#rows - (period - 1) * batch,
      losses: this.losses(slot, steps),
      masses: this.#masses(slot, steps),
      hits: counts.hits ? this.#arena.integersAt(hits.address + 4 * slot, steps) : undefined,
      topHits: counts.top ? this.#arena.integersAt(topHits.address + 4 * slot, steps) : undefined,
    };
  }

  /** The loss of each step, by slot. */
  losses(slot: number, steps: number): Float64Array {
    return this.#arena.doublesAt(this.plan.losses.address + 8 * slot, steps);
  }

  #masses(slot: number, steps: number): Float64Array | undefined {
    const { weighted, masses } = this.plan;
    if (!weighted) return undefined;
    // A full batch is weighed once, when it is gathered.
    if (this.isFullBatch) return new Float64Array(steps).fill(this.#arena.doublesAt(masses.address, 1)[0]);
    return this.#arena.doublesAt(masses.address + 8 * slot, steps);
  }

  /** Whether anything is summed up or kept beside what each step counts. */
  get #keepsSums(): boolean {
    const { confusion, deviations, outputs } = this.plan.counts;
    return Boolean(confusion || deviations || outputs);
  }

  /** The sums over steps, as live views. */
  get #sums(): { confusion: Int32Array; deviations: Float64Array } {
    const { confusion, deviations } = this.plan;
    return {
      confusion: this.#arena.integersAt(confusion.address, confusion.bytes / 4),
      deviations: this.#arena.doublesAt(deviations.address, deviations.bytes / 8),
    };
  }

  /**
   * Lets the sums, where there are any, go on from those of a pass: they are added up in one go whatever slices the
   * steps come in, so that their last bits are the same.
   */
  setSums(from: Record<"confusion" | "deviations", readonly number[]>): void {
    if (!this.#keepsSums) return;
    for (const name of ["confusion", "deviations"] as const) {
      this.#sums[name].fill(0);
      this.#sums[name].set(from[name]);
      this.#send(this.plan[name]);
    }
  }

  /** Hands over the sums as they stand, and the outputs and targets of the rows of some steps, in their order. */
  noteSums(to: Sums, slot: number, steps: number): void {
    if (!this.#keepsSums) return;
    const { confusion, deviations } = this.#sums;
    to.confusion = Array.from(confusion);
    to.deviations = Array.from(deviations);
    const { counts, predictions, expected, batch } = this.plan;
    if (!counts.outputs) return;
    const first = slot * batch;
    const rows = Math.min(steps * batch, this.#rows - first);
    for (const [list, { address, rows: width }] of [
      [to.outputs, predictions],
      [to.targets, expected],
    ] as const) {
      const values = this.#arena.floatsAt(address + 4 * first * width, rows * width);
      for (const value of values) list.push(value);
    }
  }

  /** Writes the learning rate of `steps` slots; `first` is the number of the first one's update. */
  setRates(slot: number, steps: number, first: number): void {
    const { address, cols } = this.plan.rates;
    const { learningRate } = this.#engine.spec.optimizer;
    if (typeof learningRate === "number") {
      if (learningRate === this.#rate) return;
      this.#arena.doublesAt(address, cols).fill(learningRate);
      this.#send(this.plan.rates);
      this.#rate = learningRate;
      return;
    }
    const rates = this.#arena.doublesAt(address + 8 * slot, steps);
    for (let i = 0; i < steps; i++) rates[i] = this.#engine.rateAt(first + i);
    this.#options.mirror?.write(rates.byteOffset, rates.byteLength);
  }

  /** Takes the rows of the window in their own order, in all epochs. */
  orderInSequence(): void {
    const { order, rows, epochs } = this.plan;
    const table = this.#arena.integersAt(order.address, order.cols);
    const length = order.cols / epochs;
    for (let r = 0; r < rows; r++) table[r] = r;
    // Copies of copies: twice as many epochs each time.
    for (let done = length; done < order.cols; done *= 2) table.copyWithin(done, 0, done);
    this.#send(order);
  }

  /**
   * Takes the rows in the random order of each of so many epochs, beginning with number `epoch`.
   * @returns that order where the rows pass through the window, which load then follows.
   */
  orderAtRandom(epoch: number, epochs: number): Int32Array | undefined {
    const { address, cols } = this.plan.permutation;
    (cols > 0 ? this.#engine.core : this.#host).run(this.#shuffle, 1, epoch, 0, epochs);
    return cols > 0 ? this.#arena.integersAt(address, cols).slice() : undefined;
  }

  /**
   * Copies rows into the window: those at places `first` to `first + count` of `permutation`, or of the table
   * itself. Yields the work it has done after each few megabytes.
   */
  *load(first: number, count: number, permutation?: Int32Array): Generator<number, void> {
    const bytes = rowBytes(this.#options);
    const portion = Math.max(1, Math.floor(COPY_BYTES / bytes));
    for (let from = 0; from < count; from += portion) {
      const rows = Math.min(portion, count - from);
      for (const [table, memory] of this.#tables()) {
        if (permutation) {
          for (let r = from; r < from + rows; r++)
            table.copy(permutation[first + r], 1, memory, r * table.cols);
        } else {
          table.copy(first + from, rows, memory, from * table.cols);
        }
        const { byteOffset, byteLength } = memory.subarray(from * table.cols, (from + rows) * table.cols);
        this.#options.mirror?.write(byteOffset, byteLength);
      }
      yield rows * bytes * COPY_WORK;
    }
    this.#rows = count;
    if (this.isFullBatch) this.#execute(0, this.#gathers, 0, 0, 1);
  }

  /** The user's tables and where they go. Made anew after each pause: a call in between may have grown the memory. */
  #tables(): [Table, Target][] {
    const { x, y, weights } = this.#options;
    const { plan } = this;
    const places = [
      [x, plan.x, x.bytes ? "bytesAt" : "floatsAt"],
      [y, plan.y, plan.targets === "classes" ? "integersAt" : "floatsAt"],
      [weights, plan.weights, "floatsAt"],
    ] as const;
    return places.flatMap(([table, { address, rows }, view]): [Table, Target][] =>
      table ? [[table, this.#arena[view](address, plan.rows * rows)]] : [],
    );
  }

  /** Runs steps wherever this session computes, and has what they leave in the tables. */
  *compute(step: number, slot: number, steps: number): Slices<void> {
    this.run(step, slot, steps);
    const { mirror } = this.#options;
    if (mirror) yield mirror.read(resultsOf(this.plan, slot, steps));
  }

  /** Runs `steps` steps from a slot on. `step`: updates so far. */
  run(step: number, slot: number, steps: number): void {
    this.#execute(this.isFullBatch ? this.#gathers : 0, this.#length, step, slot, steps);
  }

  /** Runs a step as far as its loss. */
  runToLoss(step: number): void {
    this.#execute(0, this.#lengthToLoss, step, 0, 1);
  }

  /** Runs the rest of a step: gradients and update. */
  runFromLoss(step: number): void {
    this.#execute(this.#lengthToLoss, this.#length, step, 0, 1);
  }

  /** Runs the instructions from `first` to before `last`. */
  #execute(first: number, last: number, step: number, slot: number, steps: number): void {
    const period = this.#rows % this.plan.batch > 0 ? this.period : 0;
    const [program, tail] = [this.plan.program.address, this.#tail].map((at) => at + first * OP_BYTES);
    this.#host.run(program, last - first, step, slot, steps, tail, period);
  }

  /** Sends a matrix to where this session computes, if that is elsewhere. */
  #send({ address, bytes }: Matrix): void {
    this.#options.mirror?.write(address, bytes);
  }

  get #arena() {
    return this.#engine.core.arena;
  }

  /** Gives its memory back. */
  dispose(): void {
    this.#arena.release(this.#mark);
  }
}
