import { OP_BYTES } from "../../assembly/isa.js";
import type { Rows } from "../data/dataset.js";
import type { Table, TableTarget } from "../data/table.js";
import type { Core } from "../machine/core.js";
import type { Host } from "../machine/host.js";
import { shuffle } from "../program/batch.js";
import type { Matrix } from "../program/matrix.js";
import type { Plan } from "../program/plan.js";
import { COPY_BYTES, COPY_WORK, rowBytes } from "./cost.js";
import { writeInstructions } from "./program.js";

/**
 * The part of the user's rows that lies in linear memory, and the order in which steps take them.
 *
 * Rows that all fit are loaded once and stay; only the order changes. Others pass through: each load replaces the rows.
 */
export class Window {
  /** True if the window holds all rows. */
  readonly isResident: boolean;
  /** Rows loaded. */
  rows = 0;
  /** Steps of one pass over the loaded rows. */
  period = 0;
  /** Rows of the last step of such a pass. */
  lastRows = 0;
  readonly #core: Core;
  readonly #host: Host;
  readonly #plan: Plan;
  readonly #data: Rows;
  /** The address of the instruction that shuffles. */
  readonly #shuffle: number;
  /** The order of all rows, which loads follow: set by `shuffle` where rows pass through. */
  #permutation: Int32Array | undefined;
  /** The place of the first loaded row in that order. Undefined before the first load and after a new order. */
  #first: number | undefined;
  /** @param core the core of this thread, where permutations that loads follow are drawn. */
  constructor(core: Core, host: Host, plan: Plan, data: Rows) {
    this.isResident = plan.rows === data.x.rows;
    this.#core = core;
    this.#host = host;
    this.#plan = plan;
    this.#data = data;
    // The program table has two programs of the maximum length, then this one.
    this.#shuffle = plan.tables.program.address + plan.tables.program.bytes - OP_BYTES;
    writeInstructions(host, this.#shuffle, [shuffle(plan)]);
  }

  /** Orders the rows as they come, in all epochs that the order table holds. */
  orderInSequence(): void {
    const { tables, rows, epochs } = this.#plan;
    const { order } = tables;
    const epoch = order.cols / epochs;
    this.#host.write(this.#host.arena.integersAt(order.address, order.cols), (table) => {
      for (let r = 0; r < rows; r++) table[r] = r;
      // Copies of copies: twice as many epochs each time.
      for (let done = epoch; done < order.cols; done *= 2) table.copyWithin(done, 0, done);
    });
  }

  /** Orders the rows at random, each of `epochs` epochs anew, beginning with epoch number `epoch`. */
  shuffle(epoch: number, epochs: number): void {
    const { address, cols } = this.#plan.tables.permutation;
    if (cols === 0) {
      this.#host.run(this.#shuffle, 1, epoch, 0, epochs);
      return;
    }
    this.#core.run(this.#shuffle, 1, epoch, 0, epochs);
    this.#permutation = this.#core.arena.integersAt(address, cols).slice();
    this.#first = undefined;
  }

  /** True if the rows from place `first` of the order on are loaded. */
  holds(first: number): boolean {
    return this.#first === first;
  }

  /**
   * Loads as many rows as fit, from place `first` of the order on. Yields the work done after each few megabytes.
   */
  *load(first: number): Generator<number, void> {
    const count = Math.min(this.#plan.rows, this.#data.x.rows - first);
    const bytes = rowBytes(this.#data);
    const portion = Math.max(1, Math.floor(COPY_BYTES / bytes));
    for (let from = 0; from < count; from += portion) {
      const rows = Math.min(portion, count - from);
      this.#copy(first + from, from, rows);
      yield rows * bytes * COPY_WORK;
    }
    this.#first = first;
    this.rows = count;
    this.period = Math.ceil(count / this.#plan.batch);
    this.lastRows = count - (this.period - 1) * this.#plan.batch;
  }

  /**
   * Copies `rows` rows from place `first` of the order to the rows of the window from row `to` on. Reading a live table may
   * run code of the user, which may use the network and so move memory: it is read first, then the view is taken.
   */
  #copy(first: number, to: number, rows: number): void {
    for (const [table, matrix] of this.#tables()) {
      const { cols } = table;
      const view = () => this.#view(table, matrix).subarray(to * cols, (to + rows) * cols);
      const read = (target: TableTarget) => {
        if (this.#permutation) {
          for (let r = 0; r < rows; r++) table.copy(this.#permutation[first + r], 1, target, r * cols);
        } else table.copy(first, rows, target, 0);
      };
      if (table.isLive) {
        const values = view().slice();
        read(values);
        this.#host.write(view(), (target) => target.set(values));
      } else this.#host.write(view(), read);
    }
  }

  /** The user's tables, each with the place that it is copied to. */
  #tables(): [Table, Matrix][] {
    const { x, y, weights } = this.#data;
    const { rowTables } = this.#plan;
    const tables: [Table, Matrix][] = [[x, rowTables.x]];
    if (y) tables.push([y, rowTables.y]);
    if (weights) tables.push([weights, rowTables.weights]);
    return tables;
  }

  /** The memory that a table is copied to, as a live view. Of bytes, only inputs stay bytes. */
  #view(table: Table, { address }: Matrix): TableTarget {
    const { arena } = this.#host;
    const { x, y } = this.#data;
    const size = this.#plan.rows * table.cols;
    if (table === x && x.bytes) return arena.bytesAt(address, size);
    const isClasses = table === y && this.#plan.targets === "classes";
    return isClasses ? arena.integersAt(address, size) : arena.floatsAt(address, size);
  }
}
