import { OP_BYTES, Op } from "../../assembly/isa.js";
import { areFinite } from "../data/values.js";
import { CACHE_LINE } from "../machine/align.js";
import type { Core } from "../machine/core.js";
import { LiveView } from "../machine/live-view.js";
import type { MemoryRange } from "../machine/orders.js";
import { table } from "../program/matrix.js";
import { writeInstructions } from "./program.js";

/** Fewer numbers than this are tested faster here than in the core. */
const MANY = 1024;

/** The test that all numbers of a range are finite, as programs of one instruction that stay in memory. */
export class Finiteness {
  /** Its first address. */
  readonly start: number;
  readonly #core: Core;
  readonly #program: number;
  readonly #magnitude: LiveView<Float64Array>;

  /** @param range of the numbers that `isGiven` tests. */
  constructor(core: Core, [address, bytes]: MemoryRange) {
    const { arena } = core;
    this.start = arena.top;
    this.#core = core;
    this.#program = this.start + CACHE_LINE;
    core.take(this.#program + 2 * OP_BYTES);
    this.#write(this.#program, address, bytes / 4);
    this.#magnitude = new LiveView(() => arena.doublesAt(this.start, 1));
  }

  /** True if max |v| is finite: one pass in the core. */
  get isGiven(): boolean {
    return this.#run(this.#program);
  }

  /** True if the numbers of a view of the core's memory, from index `first` to before `end`, are finite. */
  readonly areFinite = (values: Float32Array, first: number, end: number): boolean => {
    if (end - first < MANY) return areFinite(values, first, end);
    const other = this.#program + OP_BYTES;
    // The core takes four at a time.
    const count = (end - first) & -4;
    this.#write(other, values.byteOffset + 4 * first, count);
    return this.#run(other) && areFinite(values, first + count, end);
  };

  /** Writes the instruction that finds max |v|. */
  #write(program: number, a: number, cols: number): void {
    const d = table("max |v|", 1, 1, 8, this.start);
    writeInstructions(this.#core, program, [{ equation: "", result: d, op: Op.magnitude, cols, a, d }]);
  }

  #run(program: number): boolean {
    this.#core.run(program, 1, 0, 0, 1);
    return Number.isFinite(this.#magnitude.array[0]);
  }

  /** Releases the memory. */
  release(): void {
    this.#magnitude.release();
  }
}
