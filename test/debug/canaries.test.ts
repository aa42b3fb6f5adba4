/** Tests of the debug core itself: it is the one that runs, it says what fails, and it finds a block that is too short. */

import { afterEach, describe, expect, test } from "vitest";
import { OP_BYTES, Op } from "../../assembly/isa.js";
import { adam, dense, Network } from "../../src/index.js";
import { Core } from "../../src/machine/core.js";
import { encode, type Instruction } from "../../src/program/instruction.js";
import { batchMatrix, biasMatrix, weightMatrix } from "../../src/program/matrix.js";
import { planStore } from "../../src/program/parameters.js";
import { floats } from "../helpers.js";
import { short } from "./canaries.js";

afterEach(() => {
  short.block = "";
});

/** Runs a dense layer from 4 to 8 units, with some fields of its instruction changed. */
function runDense(changes: Partial<Instruction>): void {
  const { arena, run } = new Core();
  const program = arena.top;
  const A = batchMatrix("A", 4, 4, program + 256);
  const W = weightMatrix("W", 8, 4, A.address + 256);
  const b = biasMatrix("b", 8, W.address + 256);
  const Z = batchMatrix("Z", 8, 4, b.address + 256);
  arena.take(Z.address + 1024);
  const product = { op: Op.dense, rows: 4, inner: 4, cols: 8, a: A, b: W, c: Z, d: b, e: Z.address + 512 };
  encode([{ equation: "", result: Z, ...product, ...changes }], arena.bytesAt(program, OP_BYTES));
  run(program, 1, 0, 0, 1);
}

describe("an assertion", () => {
  test("holds for a right instruction", () => {
    expect(() => runDense({})).not.toThrow();
  });

  test.each<[string, Partial<Instruction>]>([
    ["a batch is not aligned to 16 bytes", { a: { address: 4100, stride: 16 } }],
    ["the rows of a batch overlap", { ldc: 16 }],
    ["the panels of weights overlap", { cols: 16, ldb: 64, ldc: 64 }],
    ["an operand lies beyond the memory", { rows: 2 ** 26 }],
    ["an operand lies among the constants of the core", { d: 16 }],
    ["an extent is negative", { inner: -1 }],
  ])("says that %s, and where", (text, changes) => {
    expect(() => runDense(changes)).toThrow(new RegExp(`^abort: ${text} at assembly/checks\\.ts:\\d+:\\d+$`));
  });
});

const ROWS = 16;
const WIDTH = 8;

/** 8-8-8: with whole batches there is no padding, so that kernels write the last bytes of every block. */
const make = () =>
  new Network({
    inputs: WIDTH,
    layers: [dense(WIDTH, "gelu"), dense(WIDTH, "tanh")],
    optimizer: adam(),
    seed: 1,
  });

function trainAndPredict(): void {
  const network = make();
  const x = floats(ROWS * WIDTH, 1);
  const y = floats(ROWS * WIDTH, 2);
  network.fitSync(x, y, { epochs: 1, batchSize: 8, sampleWeight: floats(ROWS, 3).map(Math.abs) });
  network.predict(x);
}

describe("a block that is 16 bytes short", () => {
  test("is found only where there is one", () => {
    expect(trainAndPredict).not.toThrow();
  });

  test.each(["order", "losses", "masses", "A0", "Y", "Z1", "A1", "A2", "dA1", "dA2", "predictions"])(
    "is found: %s",
    (block) => {
      short.block = block;
      expect(trainAndPredict).toThrow(`A kernel wrote behind the block ${block}, which ends at`);
    },
  );

  test.each([0, 1, 2])("is found: block %i of the parameters and the two states of adam", (index) => {
    const { parameters, states } = planStore(make().spec, new Core().arena.top).store;
    short.block = `at ${[parameters, ...states][index].address}`;
    expect(trainAndPredict).toThrow(`A kernel wrote behind the block ${short.block}, which ends at`);
  });
});
