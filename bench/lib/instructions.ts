/**
 * Single instructions of the core, with operands of small numbers, for kernels.ts and workerd.ts. This module runs in every
 * engine and takes no time itself.
 */

import { OP_BYTES, Op, Optimizer } from "../../assembly/isa.js";
import type { ActivationName } from "../../src/model/names.js";
import { activate, dense, inputGradient, weightGradient } from "../../src/program/equations.js";
import { encode, type Instruction } from "../../src/program/instruction.js";
import { batchMatrix, biasMatrix, type Matrix, table, weightMatrix } from "../../src/program/matrix.js";

/** The exports of assembly/index.ts. */
export interface CoreExports {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  run(program: number, length: number, step: number, slot: number, steps: number): void;
}

/** The extents of a layer's products. */
export type Shape = readonly [batch: number, inputs: number, units: number];

/** An operation without the text that explain() prints. */
export type Operation = Omit<Instruction, "equation" | "result">;

const PAGE = 65536;
const roundUp = (n: number, multiple: number) => Math.ceil(n / multiple) * multiple;

/** An instance of the core that repeats one instruction. */
export class Stand {
  private top: number;
  private readonly program: Matrix;

  constructor(private readonly core: CoreExports) {
    this.top = roundUp(core.heapBase(), 64);
    this.program = this.place((at) => table("program", OP_BYTES, 1, 1, at));
  }

  /** Places a matrix in free memory and fills it with numbers between 0.001 and 1. */
  place(make: (address: number) => Matrix): Matrix {
    const matrix = make(this.top);
    this.top = roundUp(matrix.address + matrix.bytes, 64);
    const { memory } = this.core;
    const missing = this.top - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    const floats = new Float32Array(memory.buffer, matrix.address, matrix.bytes >> 2);
    for (let i = 0; i < floats.length; i++) floats[i] = ((i * 7919) % 1000) / 1000 + 0.001;
    return matrix;
  }

  /** A table of one float64, as the optimizers read the learning rate. */
  placeRate(rate: number): Matrix {
    const rates = this.place((at) => table("rates", 1, 1, 8, at));
    new Float64Array(this.core.memory.buffer, rates.address, 1)[0] = rate;
    return rates;
  }

  write(operation: Operation): void {
    const bytes = new Uint8Array(this.core.memory.buffer, this.program.address, OP_BYTES);
    encode([{ ...operation, equation: "", result: this.program }], bytes);
  }

  /** Runs the instruction `count` times. */
  run(count: number): void {
    for (let i = 0; i < count; i++) this.core.run(this.program.address, 1, 0, 0, 1);
  }
}

/** The three products of a layer: forward, dA and dW. */
export function products(stand: Stand, [batch, inputs, units]: Shape): Operation[] {
  const A = stand.place((at) => batchMatrix("A", inputs, batch, at));
  const Z = stand.place((at) => batchMatrix("Z", units, batch, at));
  const W = stand.place((at) => weightMatrix("W", units, inputs, at));
  const b = stand.place((at) => biasMatrix("b", units, at));
  const scratchBytes =
    4 * (roundUp(batch, 8) + 8) * (roundUp(units, 8) + 8) + 20 * (Math.max(inputs, batch) + 8);
  const scratch = stand.place((at) => table("scratch", scratchBytes, 1, 1, at));
  return [
    dense({ W, b }, A, Z, batch, { isRelu: true, scratch }),
    inputGradient(W, Z, A, scratch, batch),
    weightGradient({ dZ: Z, A, scratch }, { W, b }, batch),
  ];
}

/** Instructions that are not products, by name, each over a batch of `rows` samples of `cols` features. */
export function elementwise(stand: Stand, rows: number, cols: number): Record<string, Operation> {
  const [a, b, m, v] = ["a", "b", "m", "v"].map((name) =>
    stand.place((at) => batchMatrix(name, cols, rows, at)),
  );
  const f = (name: ActivationName) => activate(name, a, b, rows);
  const [z, y] = ["z", "y"].map((name) =>
    stand.place((at) => batchMatrix(name, 10, Math.floor((rows * cols) / 10), at)),
  );
  return {
    sigmoid: f("sigmoid"),
    tanh: f("tanh"),
    softmax: f("softmax"),
    softmax10: activate("softmax", z, y, z.cols),
    adam: {
      op: Op.update,
      f: Optimizer.adam,
      cols: rows * cols,
      a,
      b,
      c: m,
      e: v,
      rates: stand.placeRate(1e-6),
      p: [0, 0.9, 0.999, 1e-8],
    },
  };
}
