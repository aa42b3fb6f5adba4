import { OP_BYTES } from "../../assembly/isa.js";
import { Core } from "../machine/core.js";
import type { DenseParameters } from "../program/equations.js";
import { encode, type Instruction } from "../program/instruction.js";
import { batchMatrix, biasMatrix, type Matrix, offsetOf, table, weightMatrix } from "../program/matrix.js";
import type { Rows, Shape } from "./matrices.js";
import type { ArticleValues } from "./parameters.js";

let shared: Core | undefined;

/** Linear memory for the length of one call: matrices are placed and written, equations run, results are read. */
export class Room {
  private constructor(readonly core: Core) {}

  /** Gives `work` a room on the core that all functions of the article share, and takes it back afterwards. */
  static use<T>(work: (room: Room) => T): T {
    shared ??= new Core();
    const { arena } = shared;
    const mark = arena.top;
    try {
      return work(new Room(shared));
    } finally {
      arena.release(mark);
    }
  }

  /** A batch, features x samples, of these values or of zeros. */
  batch(name: string, { rows, cols }: Shape, values?: Rows): Matrix {
    return this.#place(batchMatrix(name, rows, cols, this.core.arena.top), values);
  }

  /** W, units x inputs, and b, units x 1, of one layer, of these values or of zeros. */
  layer(prefix: string, number: number, { rows, cols }: Shape, values?: ArticleValues): DenseParameters {
    const [W, b] = [`${prefix}W${number}`, `${prefix}b${number}`];
    return {
      W: this.#place(weightMatrix(W, rows, cols, this.core.arena.top), values?.[W]),
      b: this.#place(biasMatrix(b, rows, this.core.arena.top), values?.[b]),
    };
  }

  /** `count` float64 numbers of this value, one for each step. */
  numbers(name: string, count: number, value = 0): Matrix {
    const matrix = this.#place(table(name, 1, count, 8, this.core.arena.top));
    this.core.arena.doublesAt(matrix.address, count).fill(value);
    return matrix;
  }

  /** Memory that the kernels work in: `bytes` of it. */
  scratch(bytes: number): Matrix {
    return this.#place(table("scratch", 1, bytes, 1, this.core.arena.top));
  }

  write(matrix: Matrix, values: Rows): void {
    const memory = this.core.arena.floatsOf(matrix);
    values.forEach((row, r) => {
      for (let c = 0; c < matrix.cols; c++) memory[offsetOf(matrix, r, c)] = row[c];
    });
  }

  read(matrix: Matrix): Float32Array[] {
    const memory = this.core.arena.floatsOf(matrix);
    return Array.from({ length: matrix.rows }, (_, r) =>
      new Float32Array(matrix.cols).map((_, c) => memory[offsetOf(matrix, r, c)]),
    );
  }

  /** The first `count` numbers of a table, copied. */
  readNumbers(table: Matrix, count: number): Float64Array {
    return this.core.arena.doublesAt(table.address, count).slice();
  }

  /** Puts a program into memory. @returns a function that runs it for so many steps. */
  load(program: readonly Instruction[]): (steps: number) => void {
    const { address } = this.scratch(program.length * OP_BYTES);
    encode(program, this.core.arena.bytesAt(address, program.length * OP_BYTES));
    return (steps) => this.core.run(address, program.length, 0, 0, steps);
  }

  #place(matrix: Matrix, values?: Rows): Matrix {
    this.core.arena.take(matrix.address + matrix.bytes);
    if (values) this.write(matrix, values);
    return matrix;
  }
}
