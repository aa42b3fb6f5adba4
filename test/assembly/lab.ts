/** A core whose kernels are run one at a time: matrices are placed in its memory, one instruction runs, they are read. */

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

/** Behind every matrix: bytes of ones, which are NaN where a kernel reads them and tell where one writes. */
const GUARD = 64;

/** An instruction without the text that explain prints. */
export type Operation = Omit<Instruction, "equation" | "result">;

export class Lab {
  readonly #core: Core;
  readonly #base: number;
  #guards: number[] = [];

  constructor(build: MathBuild) {
    this.#core = new Core(build);
    this.#base = this.#core.arena.top;
  }

  get math(): string {
    return this.#core.math;
  }

  /** Forgets all matrices. */
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

  /** A batch from rows of `features` values; without values, everything but the padding starts as NaN. */
  batch(features: number, samples: number, values?: ArrayLike<number>): Matrix {
    const matrix = this.#place((at) => batchMatrix("batch", features, samples, at));
    for (let s = 0; s < samples; s++) {
      const row = this.#floats(matrix.address + s * matrix.stride, features);
      for (let i = 0; i < features; i++) row[i] = values ? values[s * features + i] : Number.NaN;
    }
    return matrix;
  }

  /** A weight matrix from [units][inputs] values. */
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

  bias(units: number, values?: ArrayLike<number>): Matrix {
    const matrix = this.#place((at) => biasMatrix("b", units, at));
    const memory = this.#floats(matrix.address, units);
    for (let u = 0; u < units; u++) memory[u] = values ? values[u] : Number.NaN;
    return matrix;
  }

  /** A table with the bytes of a typed array: `width` numbers an entry. */
  table(values: Uint8Array | Int32Array | Float32Array | Float64Array, width = 1): Matrix {
    const size = values.BYTES_PER_ELEMENT;
    const matrix = this.#place((at) => table("table", width, values.length / width, size, at));
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.#core.arena.bytesAt(matrix.address, matrix.bytes).set(bytes);
    return matrix;
  }

  /** The address of `size` bytes of scratch, which start as ones. */
  bytes(size: number): number {
    return this.table(new Uint8Array(size).fill(0xff)).address;
  }

  /** Runs one instruction. @throws Error if it wrote outside of all matrices. */
  run(operation: Operation, step = 0, slot = 0): void {
    const { arena, run } = this.#core;
    const mark = arena.top;
    const program = this.#place((at) => table("program", OP_BYTES, 1, 1, at));
    encode([{ ...operation, equation: "", result: program }], arena.bytesAt(program.address, OP_BYTES));
    run(program.address, 1, step, slot, 1);
    for (const end of this.#guards) {
      if (arena.bytesAt(end, GUARD).some((byte) => byte !== 0xff)) {
        throw new Error(`The kernel wrote behind the matrix that ends at ${end}.`);
      }
    }
    this.#guards.pop();
    arena.release(mark);
  }

  #floats(address: number, length: number): Float32Array {
    return this.#core.arena.floatsAt(address, length);
  }

  /** The values of a matrix as the article counts them, row by row, and whether all its padding is 0. */
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

  /** The float64 numbers of a table. */
  doubles({ address, cols }: Matrix): number[] {
    return [...this.#core.arena.doublesAt(address, cols)];
  }

  /** The int32 numbers of a table. */
  integers({ address, cols }: Matrix): number[] {
    return [...this.#core.arena.integersAt(address, cols)];
  }
}
