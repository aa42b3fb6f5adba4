/** A core that runs single kernels: a test places matrices in its memory, runs one instruction, and reads the matrices. */

import { OP_BYTES } from "../../assembly/isa.js";
import type { MathBuild } from "../../src/machine/build.js";
import { Core } from "../../src/machine/core.js";
import { encode, type Instruction } from "../../src/program/instruction.js";
import {
  batchMatrix,
  biasMatrix,
  type Matrix,
  offsetOf,
  table,
  weightMatrix,
} from "../../src/program/matrix.js";

/** Bytes of ones behind every matrix: a kernel that reads them computes NaN, and one that writes them is found out. */
const GUARD = 64;

/** An instruction without its equation. */
export type Operation = Omit<Instruction, "equation" | "result">;

export class Lab {
  readonly #core: Core;
  readonly #base: number;
  /** The constants of the core, as they were before any kernel ran. */
  readonly #statics: Buffer;
  #guards: number[] = [];

  constructor(build: MathBuild) {
    this.#core = new Core(build);
    this.#base = this.#core.arena.top;
    this.#statics = Buffer.from(this.#core.arena.bytesAt(0, this.#base).slice());
  }

  get math(): string {
    return this.#core.math;
  }

  /** Frees all matrices. */
  clear(): void {
    this.#core.arena.release(this.#base);
    this.#guards = [];
  }

  #place(make: (address: number) => Matrix): Matrix {
    const { arena } = this.#core;
    const matrix = make(arena.top);
    const end = matrix.address + matrix.bytes;
    arena.take(end + GUARD);
    arena.bytesAt(end, GUARD).fill(0xff);
    this.#guards.push(end);
    return matrix;
  }

  /** A batch with rows of `features` values. Without values, all but the padding starts as NaN. */
  batch(features: number, samples: number, values?: ArrayLike<number>): Matrix {
    const matrix = this.#place((at) => batchMatrix("batch", features, samples, at));
    for (let s = 0; s < samples; s++) {
      const row = this.#floats(matrix.address + s * matrix.stride, features);
      for (let i = 0; i < features; i++) row[i] = values ? values[s * features + i] : Number.NaN;
    }
    return matrix;
  }

  /** A weight matrix with [units][inputs] values. Without values, all but the padding starts as NaN. */
  weights(units: number, inputs: number, values?: ArrayLike<number>): Matrix {
    const matrix = this.#place((at) => weightMatrix("W", units, inputs, at));
    const memory = this.#floats(matrix.address, matrix.bytes / 4);
    for (let u = 0; u < units; u++) {
      for (let i = 0; i < inputs; i++) {
        memory[offsetOf(matrix, u, i)] = values ? values[u * inputs + i] : Number.NaN;
      }
    }
    return matrix;
  }

  /** A vector with one value per unit. Without values, all but the padding starts as NaN. */
  bias(units: number, values?: ArrayLike<number>): Matrix {
    const matrix = this.#place((at) => biasMatrix("b", units, at));
    const memory = this.#floats(matrix.address, units);
    for (let u = 0; u < units; u++) memory[u] = values ? values[u] : Number.NaN;
    return matrix;
  }

  /** A table with the bytes of a typed array, `width` numbers per entry. */
  table(values: Uint8Array | Int32Array | Float32Array | Float64Array, width = 1): Matrix {
    const size = values.BYTES_PER_ELEMENT;
    const matrix = this.#place((at) => table("table", width, values.length / width, size, at));
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.#core.arena.bytesAt(matrix.address, matrix.bytes).set(bytes);
    return matrix;
  }

  /** The address of `size` bytes of scratch, which start as NaN. */
  bytes(size: number): number {
    return this.table(new Uint8Array(size).fill(0xff)).address;
  }

  /** Runs one instruction, once per slot. @throws Error if it wrote behind a matrix or to static memory. */
  run(operation: Operation, step = 0, slot = 0, steps = 1): void {
    const { arena, run } = this.#core;
    const mark = arena.top;
    const program = this.#place((at) => table("program", OP_BYTES, 1, 1, at));
    encode([{ ...operation, equation: "", result: program }], arena.bytesAt(program.address, OP_BYTES));
    run(program.address, 1, step, slot, steps);
    for (const end of this.#guards) {
      if (arena.bytesAt(end, GUARD).some((byte) => byte !== 0xff)) {
        throw new Error(`The kernel wrote behind the matrix that ends at ${end}.`);
      }
    }
    if (!this.#statics.equals(arena.bytesAt(0, this.#base))) {
      throw new Error("The kernel wrote to static memory, which threads share.");
    }
    this.#guards.pop();
    arena.release(mark);
  }

  #floats(address: number, length: number): Float32Array {
    return this.#core.arena.floatsAt(address, length);
  }

  /** The values of a matrix without padding, row by row of what a user sees; isPadded is true if all padding is 0. */
  read(matrix: Matrix): { values: Float32Array; isPadded: boolean } {
    const memory = this.#floats(matrix.address, matrix.bytes / 4).slice();
    const count = matrix.rows * matrix.cols;
    const values = new Float32Array(count);
    const [outer, inner] = matrix.layout === "rows" ? [matrix.cols, matrix.rows] : [matrix.rows, matrix.cols];
    for (let r = 0; r < outer; r++) {
      for (let c = 0; c < inner; c++) {
        const at = matrix.layout === "panels" ? offsetOf(matrix, r, c) : (r * matrix.stride) / 4 + c;
        values[r * inner + c] = memory[at];
        memory[at] = 0;
      }
    }
    return { values, isPadded: memory.every((rest) => rest === 0) };
  }

  /** The numbers of a float64 table. */
  doubles({ address, cols }: Matrix): number[] {
    return [...this.#core.arena.doublesAt(address, cols)];
  }

  /** The numbers of an int32 table. */
  integers({ address, cols }: Matrix): number[] {
    return [...this.#core.arena.integersAt(address, cols)];
  }
}
