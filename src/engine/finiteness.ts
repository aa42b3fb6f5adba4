import { OP_BYTES, Op } from "../../assembly/isa.js";
import { CACHE_LINE } from "../machine/align.js";
import type { Core } from "../machine/core.js";
import { LiveView } from "../machine/live-view.js";
import type { MemoryRange } from "../machine/orders.js";
import { table } from "../program/matrix.js";
import { writeInstructions } from "./program.js";

/** The test that all numbers of a range are finite, as a program of one instruction that stays in memory. */
export class Finiteness {
  /** Its first address. */
  readonly start: number;
  readonly #core: Core;
  readonly #program: number;
  readonly #magnitude: LiveView<Float64Array>;

  constructor(core: Core, [address, bytes]: MemoryRange) {
    const { arena } = core;
    const cell = arena.top;
    this.start = cell;
    this.#core = core;
    this.#program = cell + CACHE_LINE;
    core.take(this.#program + OP_BYTES);
    const result = table("max |v|", 1, 1, 8, cell);
    const magnitude = { equation: "", result, op: Op.magnitude, cols: bytes / 4, a: address, d: result };
    writeInstructions(core, this.#program, [magnitude]);
    this.#magnitude = new LiveView(() => arena.doublesAt(cell, 1));
  }

  /** True if max |v| is finite: one pass in the core. */
  get isGiven(): boolean {
    this.#core.run(this.#program, 1, 0, 0, 1);
    return Number.isFinite(this.#magnitude.array[0]);
  }

  /** Lets go of the memory. */
  release(): void {
    this.#magnitude.release();
  }
}
