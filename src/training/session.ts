import { OP_BYTES, Op } from "../../assembly/isa.js";
import { compile, shuffle } from "../program/compile.js";
import { encode } from "../program/encode.js";
import { type Plan, type Purpose, plan, programLimit } from "../program/plan.js";
import { inputsOf, type NetworkSpec } from "../spec/spec.js";
import type { Table } from "./data.js";
import { isMostlyZeros } from "./density.js";
import type { Engine } from "./engine.js";
import type { Dataset } from "./targets.js";

/** What a session is made for. */
export interface SessionOptions {
  purpose: Purpose;
  x: Table;
  /** Nothing for predictions. */
  y?: Table;
  targets?: Dataset["targets"];
  batch: number;
  /** Bytes that the rows of a window may take. */
  windowBytes: number;
  accuracy?: boolean;
  /** Epochs that run in one go at most. Default 1. */
  epochs?: number;
}

/** Multiply-adds that cost as much time as the overhead of one instruction. */
const INSTRUCTION_WORK = 200;

/** Multiply-adds that take as long as copying a byte to memory that is touched for the first time. */
const COPY_WORK = 8;

/** Bytes copied in one go. */
const COPY_BYTES = 2 ** 22;

/** Bytes that a row of the data takes in the window. */
export function rowBytes(x: Table, y?: Table): number {
  return x.cols * (x.bytes ? 1 : 4) + 4 * (y?.cols ?? 0);
}

/** Multiply-adds of one step, or as many as take its time. */
export function workOf(spec: NetworkSpec, samples: number, purpose: Purpose): number {
  const products = purpose === "train" || purpose === "gradients" ? 3 : 1;
  const weights = spec.layers.reduce((sum, { units }, i) => sum + units * inputsOf(spec, i), 0);
  return products * weights * samples + INSTRUCTION_WORK * programLimit(spec);
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

  constructor(engine: Engine, options: SessionOptions) {
    const { arena } = engine.core;
    const { x, y, purpose, batch, windowBytes, targets = "none", accuracy = false, epochs = 1 } = options;
    const windowRows = Math.max(1, Math.floor(windowBytes / rowBytes(x, y) / batch)) * batch;
    const rows = Math.min(x.rows, windowRows);
    this.isResident = rows === x.rows;
    this.isFullBatch = batch === x.rows;
    this.#engine = engine;
    this.#options = options;
    this.#mark = arena.top;
    const permuted = purpose === "train" && !this.isResident ? x.rows : 0;
    const skipsZeros = isMostlyZeros(x);
    const common = { purpose, batch, rows, epochs, bytes: x.bytes, targets, accuracy };
    const request = { ...common, skipsZeros, permuted, address: arena.top };
    this.plan = plan(engine.spec, request);
    arena.take(this.plan.end, this.plan.zeros);
    const program = compile(engine.spec, this.plan, engine.store);
    const { address } = this.plan.program;
    this.#length = program.length;
    this.#lengthToLoss = program.findIndex(({ op }) => op === Op.loss) + 1;
    this.#gathers = targets === "none" ? 1 : 2;
    this.work = workOf(engine.spec, batch, purpose);
    encode(program, arena.bytesAt(address, program.length * OP_BYTES));
    const short = x.rows % batch;
    this.#tail = address + programLimit(engine.spec) * OP_BYTES;
    this.#shuffle = address + 2 * programLimit(engine.spec) * OP_BYTES;
    encode([shuffle(engine.spec, this.plan)], arena.bytesAt(this.#shuffle, OP_BYTES));
    if (short > 0) {
      const tail = compile(engine.spec, this.plan, engine.store, short);
      encode(tail, arena.bytesAt(this.#tail, tail.length * OP_BYTES));
    }
  }

  /** Steps of one pass over the rows that are loaded. */
  get period(): number {
    return Math.ceil(this.#rows / this.plan.batch);
  }

  /** Rows that are loaded. */
  get rows(): number {
    return this.#rows;
  }

  /** Rows of the step at a slot: the last of each pass may have fewer. */
  rowsAt(slot: number): number {
    const { batch } = this.plan;
    return Math.min(batch, this.#rows - (slot % this.period) * batch);
  }

  /** The loss of each step, by slot. */
  losses(slot: number, steps: number): Float64Array {
    return this.#engine.core.arena.doublesAt(this.plan.losses.address + 8 * slot, steps);
  }

  /** The right predictions of each step, by slot. */
  hits(slot: number, steps: number): Int32Array {
    return this.#engine.core.arena.integersAt(this.plan.hits.address + 4 * slot, steps);
  }

  /** Writes the learning rate of every slot. */
  setRate(rate: number): void {
    this.#engine.core.arena.doublesAt(this.plan.rates.address, this.plan.rates.cols).fill(rate);
  }

  /** Takes the rows of the window in their own order, in all epochs. */
  orderInSequence(): void {
    const { order, rows, epochs } = this.plan;
    const table = this.#engine.core.arena.integersAt(order.address, order.cols);
    const length = order.cols / epochs;
    for (let r = 0; r < rows; r++) table[r] = r;
    for (let epoch = 1; epoch < epochs; epoch++) table.copyWithin(epoch * length, 0, length);
  }

  /**
   * Takes the rows in the random order of each of so many epochs, beginning with number `epoch`.
   * @returns that order where the rows pass through the window, which load then follows.
   */
  orderAtRandom(epoch: number, epochs: number): Int32Array | undefined {
    const { arena, run } = this.#engine.core;
    run(this.#shuffle, 1, epoch, 0, epochs);
    const { address, cols } = this.plan.permutation;
    return cols > 0 ? arena.integersAt(address, cols).slice() : undefined;
  }

  /**
   * Copies rows into the window: those at places `first` to `first + count` of `permutation`, or of the table
   * itself. Yields the work it has done after each few megabytes.
   */
  *load(first: number, count: number, permutation?: Int32Array): Generator<number, void> {
    const { x, y } = this.#options;
    const bytes = rowBytes(x, y);
    const portion = Math.max(1, Math.floor(COPY_BYTES / bytes));
    for (let from = 0; from < count; from += portion) {
      const rows = Math.min(portion, count - from);
      // Made anew after each pause: a call in between may have grown the memory.
      const { arena } = this.#engine.core;
      const { address, rows: width } = this.plan.x;
      const length = this.plan.rows * width;
      const inputs = x.bytes ? arena.bytesAt(address, length) : arena.floatsAt(address, length);
      const size = this.plan.rows * this.plan.y.rows;
      const isClasses = this.plan.targets === "classes";
      const outputs = isClasses
        ? arena.integersAt(this.plan.y.address, size)
        : arena.floatsAt(this.plan.y.address, size);
      if (permutation) {
        for (let r = from; r < from + rows; r++) {
          x.copy(permutation[first + r], 1, inputs, r * x.cols);
          y?.copy(permutation[first + r], 1, outputs, r * y.cols);
        }
      } else {
        x.copy(first + from, rows, inputs, from * x.cols);
        y?.copy(first + from, rows, outputs, from * y.cols);
      }
      yield rows * bytes * COPY_WORK;
    }
    this.#rows = count;
    if (this.isFullBatch) this.#execute(0, this.#gathers, 0, 0, 1);
  }

  /** Runs `steps` steps from a slot on. `step`: updates so far. */
  run(step: number, slot: number, steps: number): void {
    this.#execute(this.isFullBatch ? this.#gathers : 0, this.#length, step, slot, steps);
  }

  /** Runs a step as far as its loss, which it returns. */
  runToLoss(): number {
    this.#execute(0, this.#lengthToLoss, 0, 0, 1);
    return this.losses(0, 1)[0];
  }

  /** Runs the rest of a step: gradients and update. */
  runFromLoss(step: number): void {
    this.#execute(this.#lengthToLoss, this.#length, step, 0, 1);
  }

  /** Runs the instructions from `first` to before `last`. */
  #execute(first: number, last: number, step: number, slot: number, steps: number): void {
    const period = this.#rows % this.plan.batch > 0 ? this.period : 0;
    const [program, tail] = [this.plan.program.address, this.#tail].map((at) => at + first * OP_BYTES);
    this.#engine.core.run(program, last - first, step, slot, steps, tail, period);
  }

  /** Gives its memory back. */
  dispose(): void {
    this.#engine.core.arena.release(this.#mark);
  }
}
