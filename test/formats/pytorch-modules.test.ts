/** State_dicts with modules of any name, normalizations, and tensors of other types than float32. */

import { describe, expect, it } from "vitest";
import { FormatError, SpecError } from "../../src/errors.js";
import { readPyTorch } from "../../src/formats/pytorch.js";
import { fromPyTorch } from "../../src/formats.js";
import { expectError } from "../helpers.js";
import { mutate } from "../storage/mutate.js";
import { expectWithin } from "../storage/networks.js";

type Written = readonly [dtype: string, shape: number[], values: ArrayBufferView];

/** A file as the safetensors library lays it out, of tensors in this order. */
function pack(tensors: Readonly<Record<string, Written>>): Uint8Array {
  let end = 0;
  const header = Object.entries(tensors).map(([name, [dtype, shape, { byteLength }]]) => {
    const offsets = [end, end + byteLength];
    end += byteLength;
    return [name, { dtype, shape, data_offsets: offsets }];
  });
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const blocks = Object.values(tensors).map(([, , v]) => Buffer.from(v.buffer, v.byteOffset, v.byteLength));
  return Uint8Array.from(Buffer.concat([length, json, ...blocks]));
}

const f32 = (shape: number[], ...values: number[]): Written => ["F32", shape, Float32Array.from(values)];
const f64 = (shape: number[], ...values: number[]): Written => ["F64", shape, Float64Array.from(values)];
const f16 = (shape: number[], ...bits: number[]): Written => ["F16", shape, Uint16Array.from(bits)];
const bf16 = (shape: number[], ...bits: number[]): Written => ["BF16", shape, Uint16Array.from(bits)];

/** fc1 = Linear(2, 2), bn1 = BatchNorm1d(2), relu, ln = LayerNorm(2), out = Linear(2, 1), sorted as PyTorch's writer does. */
const MIXED = {
  "net.bn1.num_batches_tracked": ["I64", [], BigInt64Array.of(2n ** 40n)],
  "net.fc1.weight": f64([2, 2], 1, 2, -3, 4),
  "net.bn1.running_var": f32([2], 4, 0.25),
  "net.bn1.running_mean": f32([2], 1, -1),
  "net.bn1.weight": f32([2], 2, 0.5),
  "net.bn1.bias": f32([2], 0.25, -1),
  "net.fc1.bias": f32([2], 0.5, -0.5),
  "net.ln.bias": bf16([2], 0x3fc0, 0xc000), // 1.5, -2
  "net.ln.weight": bf16([2], 0x3eab, 0x4040), // 0.333984375, 3
  "net.out.weight": f16([1, 2], 0x3555, 0xbc00), // 0.333251953125, -1
} satisfies Record<string, Written>;

const ACTIVATIONS = {
  "net.fc1": "linear",
  "net.bn1": "relu",
  "net.ln": "linear",
  "net.out": "linear",
} as const;

/** The output of MIXED in float64. */
function outputOf([x0, x1]: readonly number[], epsilon: number): number {
  const Z = [x0 + 2 * x1 + 0.5, -3 * x0 + 4 * x1 - 0.5];
  const N = [
    (2 * (Z[0] - 1)) / Math.sqrt(4 + epsilon) + 0.25,
    (0.5 * (Z[1] + 1)) / Math.sqrt(0.25 + epsilon) - 1,
  ];
  const A = N.map((n) => Math.max(n, 0));
  const mean = (A[0] + A[1]) / 2;
  const deviation = Math.sqrt(((A[0] - mean) ** 2 + (A[1] - mean) ** 2) / 2 + epsilon);
  const L = [(0.333984375 * (A[0] - mean)) / deviation + 1.5, (3 * (A[1] - mean)) / deviation - 2];
  return 0.333251953125 * L[0] - L[1];
}

const X = [
  [1, 2],
  [-0.5, 0.25],
  [3, 1],
];

describe("fromPyTorch reads any chain of Linear, BatchNorm1d and LayerNorm", () => {
  it("in the order of the names that are given, with an activation after each", () => {
    const network = fromPyTorch(pack(MIXED), { activations: ACTIVATIONS });
    expect(network.spec.layers.map(({ type }) => type)).toEqual([
      "dense",
      "batchNorm",
      "activation",
      "layerNorm",
      "dense",
    ]);
    expectWithin(
      network.predict(X),
      X.map((row) => outputOf(row, 1e-5)),
      1e-5,
    );
  });

  it("with another epsilon", () => {
    const network = fromPyTorch(pack(MIXED), { activations: ACTIVATIONS, epsilon: 0.1 });
    expectWithin(
      network.predict(X),
      X.map((row) => outputOf(row, 0.1)),
      1e-5,
    );
    expect(() => fromPyTorch(pack(MIXED), { activations: ACTIVATIONS, epsilon: 0 })).toThrow(SpecError);
  });

  it("in the order of their numbers, where the names differ only in these", () => {
    const one = f32([1, 1], 1);
    const file = pack({
      "blocks.10.fc2.weight": f32([1, 1], 2),
      "blocks.2.fc10.weight": f32([1, 1], 3),
      "blocks.2.fc9.weight": one,
    });
    const { W1, W2, W3 } = readPyTorch(file, ["relu", "relu", "linear"]).params;
    expect([...W1, ...W2, ...W3]).toEqual([1, 3, 2]);
  });

  it("of a module that is the whole model", () => {
    const file = pack({ bias: f32([1], 4), weight: f32([1, 2], 1, 2) });
    expect(fromPyTorch(file, { activations: ["linear"] }).predict([1, 1])).toEqual(Float32Array.of(7));
  });

  it("with float16, bfloat16 and float64, which become float32", () => {
    const read = (bias: Written) => [
      ...readPyTorch(pack({ bias, weight: f32([4, 1], 0, 0, 0, 0) }), ["linear"]).params.b1,
    ];
    expect(read(f16([4], 0x0001, 0x7bff, 0x8400, 0x3e00))).toEqual([2 ** -24, 65504, -(2 ** -14), 1.5]);
    expect(read(bf16([4], 0x0001, 0x7f7f, 0xbf80, 0x3e00))).toEqual([
      2 ** -133,
      2 ** 128 - 2 ** 120,
      -1,
      0.125,
    ]);
    expect(read(f64([4], 0.1, -1, 2, 1e-50))).toEqual([Math.fround(0.1), -1, 2, 0]);
  });
});

describe("fromPyTorch refuses", () => {
  it("to guess an order, or activations for other modules", async () => {
    const file = pack(MIXED);
    const refuse = (activations: unknown, parts: string[]) =>
      expectError(() => readPyTorch(file, activations), SpecError, parts);
    await refuse(
      ["relu", "relu", "relu", "linear"],
      ["array of 4", "4 modules", '"net.bn1"', 'by name, in the order of the modules, such as { "net.'],
    );
    const { "net.ln": _, ...fewer } = ACTIVATIONS;
    await refuse(fewer, ["4 modules", '"net.ln"']);
    await refuse({ ...fewer, "net.ln2": "linear" }, ["4 modules", '"net.ln"']);
    await refuse({ ...ACTIVATIONS, "net.bn1": "rleu" }, ["rleu"]);
  });

  it("modules in an order in which they do not fit", async () => {
    const { "net.out": out, ...rest } = ACTIVATIONS;
    await expectError(() => readPyTorch(pack(MIXED), { "net.out": out, ...rest }), FormatError, [
      "net.fc1.weight",
      "2 x 2",
      "2 x 1",
    ]);
  });

  const wrongTensors: [string, string, Written, string[]][] = [
    ["Infinity in float16", "net.out.weight", f16([1, 2], 0x7c00, 0), ["net.out.weight", "Infinity"]],
    ["NaN in bfloat16", "net.ln.bias", bf16([2], 0, 0x7fc0), ["net.ln.bias", "NaN", "index 1"]],
    ["a variance below 0", "net.bn1.running_var", f32([2], 1, -1), ["net.bn1.running_var", "-1"]],
    ["8 bits", "net.ln.bias", ["F8_E5M2", [2], new Uint8Array(2)], ["net.ln.bias", "F8_E5M2", "float32"]],
    ["64-bit weights", "net.bn1.bias", ["I64", [2], new BigInt64Array(2)], ["net.bn1.bias", "whole numbers"]],
    ["statistics of another length", "net.bn1.running_mean", f32([1], 0), ["net.bn1.running_mean", "1"]],
  ];
  it.each(wrongTensors)("%s", async (_, name, tensor, parts) => {
    const file = pack({ ...MIXED, [name]: tensor });
    await expectError(() => readPyTorch(file, ACTIVATIONS), FormatError, parts);
  });

  it("3,000 random changes with an error of its own, or reads a valid network", () => {
    const file = pack(MIXED);
    let refused = 0;
    for (let seed = 0; seed < 3000; seed++) {
      try {
        readPyTorch(mutate(file, seed), ACTIVATIONS);
      } catch (error) {
        if (!(error instanceof FormatError || error instanceof SpecError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(2000);
  });
});
