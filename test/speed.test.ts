/**
 * The features that make training fast are on. Results have the same bits without them, so that only the programs tell:
 * these tests record the calls of the core's one function.
 */

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OP_BYTES, Op } from "../assembly/isa.js";
import {
  adam,
  dense,
  exponentialDecay,
  type FitOptions,
  Network,
  type NetworkOptions,
  sgd,
} from "../src/index.js";
import { batchMatrix, weightMatrix } from "../src/program/matrix.js";
import { floats, wholes } from "./helpers.js";

/** One call of the core. */
interface Call {
  /** The instructions of a step: `kind` and `f` of assembly/op.ts. */
  program: { kind: Op; f: number }[];
  steps: number;
}

const calls: Call[] = [];
const { Instance } = WebAssembly;

/** An instance of the core whose calls are recorded. */
function recorded(module: WebAssembly.Module): { exports: WebAssembly.Exports } {
  const { exports } = new Instance(module);
  const execute = exports.run as (...given: number[]) => void;
  const run = (address: number, length: number, ...rest: number[]): void => {
    const { buffer } = exports.memory as WebAssembly.Memory;
    const words = new DataView(buffer);
    const program = Array.from({ length }, (_, i) => ({
      kind: words.getInt32(address + i * OP_BYTES, true) as Op,
      f: words.getInt32(address + i * OP_BYTES + 4, true),
    }));
    calls.push({ program, steps: rest[2] });
    execute(address, length, ...rest);
  };
  return { exports: { ...exports, run } };
}

beforeEach(() => {
  calls.length = 0;
  WebAssembly.Instance = recorded as unknown as typeof WebAssembly.Instance;
});
afterEach(() => {
  WebAssembly.Instance = Instance;
});

const [ROWS, INPUTS, CLASSES] = [60, 24, 3];
const x = floats(ROWS * INPUTS, 1);
const y = wholes(ROWS, 2, CLASSES);
/** Four of five inputs are 0. */
const sparse = x.map((value, i) => (i % 5 ? 0 : value));

/** The calls of a fit that make updates. */
function fit(
  inputs: Float32Array | Uint8Array,
  options: FitOptions = {},
  spec: Partial<NetworkOptions> = {},
): Call[] {
  const layers = [dense(16, "relu"), dense(8, "tanh"), dense(CLASSES, "softmax")];
  const network = new Network({ inputs: INPUTS, layers, ...spec });
  calls.length = 0;
  network.fitSync(inputs, y, { batchSize: 20, ...options });
  return calls.filter(({ program }) => program.some(({ kind }) => kind === Op.loss));
}

test("samples and panels of weights are no power of two of bytes apart, which would share few lines of the cache", () => {
  for (const width of [64, 128, 256, 512, 1024, 4096]) {
    const strides = [batchMatrix("A", width, 8, 0).stride, weightMatrix("W", 8, width, 0).stride];
    if (width < 128) expect(strides[0]).toBe(4 * width);
    else for (const stride of strides) expect(stride % 1024).not.toBe(0);
  }
});

const kindsOf = ([{ program }]: Call[]): Op[] => program.map(({ kind }) => kind);
/** `f` of every instruction of a kind, which for a product says if it skips zeros. */
const flagsOf = ([{ program }]: Call[], kind: Op): number[] =>
  program.filter((instruction) => instruction.kind === kind).map(({ f }) => f);

describe("zeros of the inputs are skipped", () => {
  const bytes = Uint8Array.from(sparse, (value) => Math.abs(value) * 255);

  test.each([
    ["floats", sparse],
    ["bytes", bytes],
  ])("by the first layer alone, in the forward and the backward pass: %s", (_, inputs) => {
    const made = fit(inputs);
    expect(flagsOf(made, Op.dense)).toEqual([1, 0, 0]);
    expect(flagsOf(made, Op.weightGradient)).toEqual([0, 0, 1]);
  });

  test("where descent and gradient are one instruction too", () => {
    expect(flagsOf(fit(sparse, {}, { optimizer: sgd() }), Op.descend)).toEqual([0, 0, 1]);
  });

  test("and not where most inputs are other numbers", () => {
    const made = fit(x);
    expect(flagsOf(made, Op.dense)).toEqual([0, 0, 0]);
    expect(flagsOf(made, Op.weightGradient)).toEqual([0, 0, 0]);
  });
});

describe("several epochs are one call of the core", () => {
  const EPOCHS = 6;
  const steps = (options: FitOptions, spec?: Partial<NetworkOptions>): number[] =>
    fit(x, { epochs: EPOCHS, ...options }, spec).map((call) => call.steps);

  test.each<[string, FitOptions, Partial<NetworkOptions>]>([
    ["by default", {}, {}],
    ["in their own order", { shuffle: false }, {}],
    ["with a short last batch", { batchSize: 32 }, {}],
    ["with a full batch", { batchSize: "full" }, {}],
    ["with an accuracy", { metrics: ["accuracy"] }, {}],
    [
      "with a rate that changes",
      {},
      { optimizer: adam({ learningRate: exponentialDecay({ learningRate: 0.01, steps: 9 }) }) },
    ],
  ])("%s", (_, options, spec) => {
    const { batchSize = 20 } = options;
    const batches = batchSize === "full" ? 1 : Math.ceil(ROWS / batchSize);
    expect(steps(options, spec)).toEqual([EPOCHS * batches]);
  });

  test.each<[string, FitOptions]>([
    ["onEpoch", { onEpoch: () => {} }],
    ["validation", { validationSplit: 0.1 }],
    ["early stopping", { earlyStopping: { monitor: "loss", patience: 9 } }],
  ])("unless something happens between them: %s", (_, options) => {
    expect(steps(options).length).toBeGreaterThanOrEqual(EPOCHS);
  });
});

test("a batch of all rows is gathered once", () => {
  const network = new Network([INPUTS, 8, CLASSES]);
  calls.length = 0;
  network.fitSync(x, y, { epochs: 3, batchSize: "full", onEpoch: () => {} });
  const gathers = calls.flatMap(({ program }) => program.filter(({ kind }) => kind === Op.gather));
  expect(gathers.length).toBe(1);
});

describe("instructions that are one", () => {
  test("relu is the floor of its product, and the last softmax a part of the loss", () => {
    const kinds = kindsOf(fit(x));
    expect(kinds.filter((kind) => kind === Op.activate).length).toBe(1);
    expect(kinds.filter((kind) => kind === Op.derive).length).toBe(2);
  });

  test("plain descent has no gradient in memory and no update", () => {
    const kinds = kindsOf(fit(x, {}, { optimizer: sgd() }));
    expect(kinds.filter((kind) => kind === Op.descend).length).toBe(3);
    expect(kinds).not.toContain(Op.weightGradient);
    expect(kinds).not.toContain(Op.update);
  });

  test("a step of a network for exclusive or", () => {
    const layers = [dense(4, "sigmoid"), dense(1, "sigmoid")];
    const network = new Network({ inputs: 2, layers, optimizer: sgd() });
    calls.length = 0;
    network.fitSync(floats(8, 3), [0, 1, 1, 0], { batchSize: 1, epochs: 50 });
    const made = calls.filter(({ program }) => program[0].kind === Op.tiny);
    expect(made.map(({ program, steps }) => [program.length, steps])).toEqual([[1, 200]]);
  });
});
