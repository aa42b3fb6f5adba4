/** Single instructions of the core, their operands filled with small numbers. Runs in any engine: what differs is who times it. */

const WORDS = [
  "op",
  "f",
  "rows",
  "inner",
  "cols",
  "a",
  "b",
  "c",
  "d",
  "e",
  "g",
  "h",
  "lda",
  "ldb",
  "ldc",
  "rates",
];
const SCALARS = [0, 1, 2, 3, 4];
const OP_BYTES = 4 * WORDS.length + 8 * SCALARS.length;

const roundUp = (n, multiple) => Math.ceil(n / multiple) * multiple;

/** Bytes from sample to sample in a batch of so many features, as src/program/matrix.ts has it. */
export function stride(features) {
  const padded = roundUp(features, 8);
  return 4 * (padded >= 128 && padded % 64 === 0 ? padded + 16 : padded);
}

/** An instance of the core with room for one instruction. */
export class Room {
  /** @param {{ memory: WebAssembly.Memory, heapBase(): number, run(...words: number[]): void }} exports */
  constructor(exports) {
    this.exports = exports;
    this.top = roundUp(exports.heapBase(), 64);
    this.program = this.place(OP_BYTES);
  }

  place(bytes) {
    const address = this.top;
    this.top = roundUp(address + bytes, 64);
    const { memory } = this.exports;
    if (this.top > memory.buffer.byteLength)
      memory.grow(Math.ceil((this.top - memory.buffer.byteLength) / 65536));
    const floats = new Float32Array(memory.buffer, address, bytes >> 2);
    for (let i = 0; i < floats.length; i++) floats[i] = ((i * 7919) % 1000) / 1000 + 0.001;
    return address;
  }

  /** Writes an instruction, in the layout of assembly/op.ts. */
  write(instruction) {
    const view = new DataView(this.exports.memory.buffer, this.program, OP_BYTES);
    WORDS.forEach((name, i) => {
      view.setInt32(4 * i, instruction[name] ?? 0, true);
    });
    SCALARS.forEach((_, i) => {
      view.setFloat64(4 * WORDS.length + 8 * i, instruction.p?.[i] ?? 0, true);
    });
  }

  run(count) {
    for (let i = 0; i < count; i++) this.exports.run(this.program, 1, 0, 0, 1);
  }
}

/** The three products of a layer of `inputs` and `units` over a batch: forward, dA, dW. */
export function products(bench, Op, batch, inputs, units) {
  const A = bench.place(batch * stride(inputs));
  const Z = bench.place(batch * stride(units));
  const panel = 32 * (roundUp(inputs, 4) % 32 === 0 ? roundUp(inputs, 4) + 4 : roundUp(inputs, 4));
  const W = bench.place((panel * roundUp(units, 8)) / 8);
  const bias = bench.place(4 * roundUp(units, 8));
  const scratch = bench.place(
    4 * (roundUp(batch, 8) + 8) * (roundUp(units, 8) + 8) + 20 * (Math.max(inputs, batch) + 8),
  );
  const strides = { lda: stride(inputs), ldb: panel, ldc: stride(units) };
  const forward = {
    op: Op.dense,
    rows: batch,
    inner: inputs,
    cols: units,
    a: A,
    b: W,
    c: Z,
    d: bias,
    e: scratch,
    p: [0],
    ...strides,
  };
  const dA = {
    op: Op.inputGradient,
    rows: batch,
    inner: units,
    cols: inputs,
    a: Z,
    b: W,
    c: A,
    e: scratch,
    lda: stride(units),
    ldb: panel,
    ldc: stride(inputs),
  };
  const dW = {
    op: Op.weightGradient,
    rows: inputs,
    inner: batch,
    cols: units,
    a: A,
    b: Z,
    c: W,
    d: bias,
    e: scratch,
    lda: stride(inputs),
    ldb: stride(units),
    ldc: panel,
  };
  return [forward, dA, dW];
}
