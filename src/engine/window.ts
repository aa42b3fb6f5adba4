import { OP_BYTES } from "../../assembly/isa.js";
import type { Rows } from "../data/dataset.js";
import type { Table, TableTarget } from "../data/table.js";
import type { Core } from "../machine/core.js";
import type { Host } from "../machine/host.js";
import { LiveView } from "../machine/live-view.js";
import { shuffle } from "../program/batch.js";
import type { Plan } from "../program/plan.js";
import { COPY_BYTES, COPY_WORK, rowBytes } from "./cost.js";
import type { Finiteness } from "./finiteness.js";
import { writeInstructions } from "./program.js";

/** The part of a network that its windows use. */
export interface WindowModel {
  /** The core of this thread, where permutations that loads follow are drawn. */
  readonly core: Core;
  /** Tests what was copied to its memory. */
  readonly finiteness: Finiteness;
}

/**
 * The part of the user's rows that lies in linear memory, and the order in which steps take them.
 *
 * Rows that all fit are loaded once and stay; only the order changes. Others pass through: each load replaces the rows.
 */
export class Window {
  /** Rows loaded. */
  rows = 0;
  /** Steps of one pass over the loaded rows. */
  period = 0;
  /** Rows of the last step of such a pass. */
  lastRows = 0;
  readonly #model: WindowModel;
  readonly #host: Host;
  readonly #plan: Plan;
  /** The rows of the session under way. */
  #data: Rows | undefined;
  /** The address of the instruction that shuffles. */
  readonly #shuffle: number;
  /** The order of all rows, which loads follow: set by `shuffle` where rows pass through. */
  #permutation: Int32Array | undefined;
  /** The place of the first loaded row in that order. Undefined before the first load and after a new order. */
  #first: number | undefined;
  readonly #x: LiveView<TableTarget>;
  readonly #y: LiveView<TableTarget>;
  readonly #weights: LiveView<TableTarget>;

  /** @param host where the rows go. */
  constructor(model: WindowModel, host: Host, plan: Plan) {
    this.#model = model;
    this.#host = host;
    this.#plan = plan;
    // It stands behind the programs.
    this.#shuffle = plan.tables.program.address + plan.tables.program.bytes - OP_BYTES;
    const { arena } = host;
    const { x, y, weights } = plan.rowTables;
    // Of bytes, only inputs stay bytes.
    this.#x = new LiveView(() =>
      plan.byteInputs ? arena.bytesAt(x.address, x.bytes) : arena.floatsAt(x.address, x.bytes / 4),
    );
    this.#y = new LiveView(() =>
      plan.targets === "classes"
        ? arena.integersAt(y.address, y.bytes / 4)
        : arena.floatsAt(y.address, y.bytes / 4),
    );
    this.#weights = new LiveView(() => arena.floatsAt(weights.address, weights.bytes / 4));
  }

  /** Writes its instruction to memory. */
  place(): void {
    writeInstructions(this.#host, this.#shuffle, [shuffle(this.#plan)]);
  }

  /** Begins the use of these rows. None of them is loaded. */
  open(data: Rows): void {
    this.#data = data;
    this.#first = undefined;
    this.#permutation = undefined;
  }

  /** Ends their use. */
  close(): void {
    this.#data = undefined;
    this.#permutation = undefined;
  }

  /** The inputs of all rows that it has room for, as a live view. */
  get inputs(): TableTarget {
    return this.#x.array;
  }

  /** True if the window holds all rows. */
  get isResident(): boolean {
    return this.#total <= this.#plan.rows;
  }

  /** True if all rows are one batch. */
  get isOneBatch(): boolean {
    return this.#total <= this.#plan.batch;
  }

  /** Rows of the step at a slot. */
  rowsOf(slot: number): number {
    return slot % this.period === this.period - 1 ? this.lastRows : this.#plan.batch;
  }

  /** Orders the rows as they come, in all epochs that the order table holds. */
  orderInSequence(): void {
    const { rows } = this.#plan;
    this.#writeOrder((table) => {
      for (let r = 0; r < rows; r++) table[r] = r;
    });
  }

  /** Orders the rows as given, in all epochs that the order table holds. The window must hold all rows. */
  orderAs(rows: Int32Array): void {
    this.#writeOrder((table) => table.set(rows));
  }

  /** Orders the rows as given in one epoch of the order table. The window must hold all rows. */
  orderEpochAs(rows: Int32Array, epoch: number): void {
    const { order } = this.#plan.tables;
    const address = order.address + 4 * epoch * (order.cols / this.#plan.epochs);
    this.#host.write(this.#host.arena.integersAt(address, rows.length), (table) => table.set(rows));
  }

  /** Writes the order of the first epoch in the order table, and copies it to the others. */
  #writeOrder(write: (table: Int32Array) => void): void {
    const { tables, epochs } = this.#plan;
    const { order } = tables;
    const epoch = order.cols / epochs;
    this.#host.write(this.#host.arena.integersAt(order.address, order.cols), (table) => {
      write(table);
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
    const { core } = this.#model;
    core.run(this.#shuffle, 1, epoch, 0, epochs);
    this.#permutation = core.arena.integersAt(address, cols).slice();
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
    const count = Math.min(this.#plan.rows, this.#total - first);
    const bytes = rowBytes(this.#rows);
    const portion = Math.max(1, Math.floor(COPY_BYTES / bytes));
    for (let from = 0; from < count; from += portion) {
      const rows = Math.min(portion, count - from);
      this.#copy(first + from, from, rows);
      yield rows * bytes * COPY_WORK;
    }
    this.#setLoaded(first, count);
  }

  /** Loads the rows as `load` does, without a pause. */
  loadAtOnce(first: number): void {
    const count = Math.min(this.#plan.rows, this.#total - first);
    this.#copy(first, 0, count);
    this.#setLoaded(first, count);
  }

  #setLoaded(first: number, count: number): void {
    const { batch } = this.#plan;
    this.#first = first;
    this.rows = count;
    this.period = Math.ceil(count / batch);
    this.lastRows = count - (this.period - 1) * batch;
  }

  /** Rows in all. */
  get #total(): number {
    return this.#rows.x.rows;
  }

  get #rows(): Rows {
    return this.#data as Rows;
  }

  /** Copies `rows` rows from place `first` of the order to the rows of the window from row `to` on. */
  #copy(first: number, to: number, rows: number): void {
    const { x, y, weights } = this.#rows;
    this.#copyTable(x, this.#x, first, to, rows);
    if (y) this.#copyTable(y, this.#y, first, to, rows);
    if (weights) this.#copyTable(weights, this.#weights, first, to, rows);
  }

  /** Copies rows of one table to its place in memory. */
  #copyTable(table: Table, view: LiveView<TableTarget>, first: number, to: number, rows: number): void {
    const at = to * table.cols;
    const { core, finiteness } = this.#model;
    if (this.#host === core) {
      const target = view.array;
      this.#read(table, first, rows, target, at, finiteness.areFinite);
      // Reading a live table may run code of the user, which may use networks and so move memory: then it is read once more.
      if (target.length > 0) return;
    }
    const part = () => view.array.subarray(at, at + rows * table.cols);
    const values = part().slice();
    this.#read(table, first, rows, values, 0);
    this.#host.write(part(), (target) => target.set(values));
  }

  /** Reads rows from place `first` of the order on. */
  #read(
    table: Table,
    first: number,
    rows: number,
    target: TableTarget,
    at: number,
    areFinite?: Finiteness["areFinite"],
  ): void {
    const { cols } = table;
    if (this.#permutation) {
      for (let r = 0; r < rows; r++) {
        table.copy(this.#permutation[first + r], 1, target, at + r * cols, areFinite);
      }
    } else table.copy(first, rows, target, at, areFinite);
  }
}
