import { OP_BYTES } from "../../assembly/isa.js";
import { Core } from "../machine/core.js";
import type { DenseParameters } from "../program/equations.js";
import { encode, type Instruction } from "../program/instruction.js";
import { batchMatrix, biasMatrix, type Matrix, offsetOf, table, weightMatrix } from "../program/matrix.js";
import type { Rows, Shape } from "./matrices.js";
import type { ArticleValues } from "./parameters.js";

let shared: Core | undefined;

/** Linear memory for one call: matrices are placed and written, a program runs, results are read. */
export class Workspace {
  private constructor(readonly core: Core) {}

  /** Calls `work` with a workspace on the core that all functions of the article share, and frees it afterwards. */
  static use<T>(work: (workspace: Workspace) => T): T {
    shared ??= new Core();
    const { arena } = shared;
    const mark = arena.top;
    try {
      return work(new Workspace(shared));
    } finally {
      arena.release(mark);
    }
  }

  /** Places a batch, features x samples. Its values default to zeros. */
  batch(name: string, { rows, cols }: Shape, values?: Rows): Matrix {
    return this.#place(batchMatrix(name, rows, cols, this.core.arena.top), values);
  }

  /**
   * Places W, units x inputs, and b, units x 1, of one layer.
   * @param prefix before the names W and b, such as "d" for their gradients.
   * @param values by those names. Default zeros.
   */
  layer(prefix: string, number: number, { rows, cols }: Shape, values?: ArticleValues): DenseParameters {
    const [W, b] = [`${prefix}W${number}`, `${prefix}b${number}`];
    return {
      W: this.#place(weightMatrix(W, rows, cols, this.core.arena.top), values?.[W]),
      b: this.#place(biasMatrix(b, rows, this.core.arena.top), values?.[b]),
    };
  }

  /** Places a table of `count` float64 numbers, one per step, all of one value. */
  numbers(name: string, count: number, value = 0): Matrix {
    const matrix = this.#place(table(name, 1, count, 8, this.core.arena.top));
    this.core.arena.doublesAt(matrix.address, count).fill(value);
    return matrix;
  }

  /** Places `bytes` of memory for the kernels. */
  scratch(bytes: number): Matrix {
    return this.#place(table("scratch", 1, bytes, 1, this.core.arena.top));
  }

  /** Writes the values of a matrix. */
  write(matrix: Matrix, values: Rows): void {
    const memory = this.core.arena.floatsOf(matrix);
    values.forEach((row, r) => {
      for (let c = 0; c < matrix.cols; c++) memory[offsetOf(matrix, r, c)] = row[c];
    });
  }

  /** Copies the values of a matrix, row by row. */
  read(matrix: Matrix): Float32Array[] {
    const memory = this.core.arena.floatsOf(matrix);
    return Array.from({ length: matrix.rows }, (_, r) =>
      new Float32Array(matrix.cols).map((_, c) => memory[offsetOf(matrix, r, c)]),
    );
  }

  /** Copies the first `count` numbers of a table. */
  readNumbers(table: Matrix, count: number): Float64Array {
    return this.core.arena.doublesAt(table.address, count).slice();
  }

  /**
   * Encodes a program.
   * @param samples of a batch. Default: no instruction has any.
   * @returns a function that runs it for a number of steps.
   */
  load(program: readonly Instruction[], samples?: number): (steps: number) => void {
    const { address } = this.scratch(program.length * OP_BYTES);
    encode(program, this.core.arena.bytesAt(address, program.length * OP_BYTES), samples);
    return (steps) => this.core.run(address, program.length, 0, 0, steps);
  }

  #place(matrix: Matrix, values?: Rows): Matrix {
    this.core.arena.take(matrix.address + matrix.bytes);
    if (values) this.write(matrix, values);
    return matrix;
  }
}
