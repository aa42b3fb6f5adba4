/** Plans: every matrix has its own aligned memory, and programs write nowhere else. Pure: no WebAssembly runs. */

import { describe, expect, test } from "vitest";
import { OP_BYTES } from "../../assembly/isa.js";
import { CACHE_LINE } from "../../src/machine/align.js";
import { checkSpec, type NetworkSpec } from "../../src/model/spec.js";
import { compile } from "../../src/program/compile.js";
import { encode, SAMPLES, setSamples } from "../../src/program/instruction.js";
import {
  activation,
  batchNorm,
  dense,
  dropout,
  gaussianNoise,
  layerNorm,
} from "../../src/program/layers/index.js";
import type { Matrix } from "../../src/program/matrix.js";
import { matricesOf, type Parameters, planParameters } from "../../src/program/parameters.js";
import { type Plan, plan } from "../../src/program/plan.js";
import type { Request } from "../../src/program/request.js";
import { maximumInstructions } from "../../src/program/tables.js";
import { requestOf, storeOf } from "../helpers.js";

const VECTOR = 16;
const BASE = 1088;
/** Address of the parameters, after the end of every plan. */
const FAR = 2 ** 24;

const SPECS: Record<string, NetworkSpec> = {
  "one layer": checkSpec([1, 1]),
  "2-4-1": checkSpec([2, 4, 1]),
  MNIST: checkSpec([784, 128, 10]),
  "every activation": checkSpec({
    inputs: 33,
    layers: [dense(17, "sigmoid"), dense(256, "tanh"), dense(9, "relu"), dense(5, "softmax"), dense(3)],
    optimizer: "sgd",
  }),
  "every layer": checkSpec({
    inputs: 12,
    layers: [
      batchNorm(),
      dense(20, "linear", { l2: 0.1, bias: false }),
      layerNorm(),
      activation("gelu"),
      dropout(0.3),
      dense(7, "relu", { maxNorm: 1, trainable: false }),
      gaussianNoise(0.1),
      dense(3, "softmax"),
    ],
    optimizer: { type: "adam", clipNorm: 1, clipValue: 1, amsgrad: true },
  }),
};

const ALL_COUNTS = { hits: true, top: 2, confusion: true, deviations: true, outputs: true };

const REQUESTS: Request[] = (["train", "evaluate", "predict", "gradients"] as const).flatMap((purpose) =>
  [1, 7, 32].flatMap((batch) =>
    [true, false].map((bytes) =>
      requestOf({
        purpose,
        batch,
        rows: 5 * batch,
        epochs: bytes ? 3 : 1,
        byteInputs: bytes,
        targets: purpose === "predict" ? "none" : bytes ? "classes" : "matrix",
        skipsZeros: bytes,
        weighted: bytes && purpose !== "predict",
        counts: bytes && purpose !== "gradients" && purpose !== "predict" ? ALL_COUNTS : {},
        training: purpose === "train",
        permutedRows: bytes && purpose === "train" ? 1000 : 0,
        address: BASE + 13,
      }),
    ),
  ),
);

/** True if a value is a matrix. */
const isMatrix = (value: unknown): value is Matrix =>
  typeof value === "object" && value !== null && "layout" in value;

/** The batches of a plan, each once: a layer that works in place gives a second name to the same memory. */
function batchesOf({ layers, A0, Y }: Plan): Matrix[] {
  const all = layers.flatMap(({ input, Z, output, d, dInput }) => [input, Z, output, d, dInput]);
  const places = new Map([A0, Y, ...all].filter(isMatrix).map((matrix) => [matrix.address, matrix]));
  return [...places.values()];
}

/** Every matrix of a plan once. */
function allOf(made: Plan): Matrix[] {
  const saved = made.layers.map((layer) => layer.saved);
  const { A0, Y, tables, rowTables } = made;
  const own = Object.values({ ...made, ...tables, ...rowTables }).filter(isMatrix);
  const others = own.filter((matrix) => matrix !== A0 && matrix !== Y);
  return [...others, ...batchesOf(made), ...saved, ...matricesOf(made.gradients)];
}

describe.each(Object.entries(SPECS))("%s", (_, spec) => {
  test.each(REQUESTS)("$purpose, batch $batch, bytes $byteInputs", (request) => {
    const made = plan(spec, storeOf(spec, FAR), request);
    const matrices = allOf(made).sort((p, q) => p.address - q.address);
    let end = request.address;
    for (const { name, address, bytes } of matrices.filter((matrix) => matrix.bytes > 0)) {
      expect(address, `${name} begins after the previous matrix`).toBeGreaterThanOrEqual(end);
      end = address + bytes;
    }
    expect(made.end).toBeGreaterThanOrEqual(end);
    expect(made.zeros).toBeLessThanOrEqual(made.end);
    for (const { address } of matrices) expect(address % VECTOR).toBe(0);
    for (const { address, bytes } of batchesOf(made)) {
      expect(address % CACHE_LINE).toBe(0);
      expect(address + bytes, "batches start as zeros").toBeLessThanOrEqual(made.zeros);
    }
  });

  test.each(REQUESTS)(
    "the program for $purpose, batch $batch, bytes $byteInputs, writes to matrices of the plan only",
    (request) => {
      const store = storeOf(spec, FAR);
      const made = plan(spec, store, request);
      const inside = [...allOf(made), ...matricesOf(store.parameters)];
      const program = compile(spec, made, store);
      expect(program.length).toBeLessThanOrEqual(maximumInstructions(spec));
      expect((request.batch > 1 ? 2 : 1) * program.length * OP_BYTES).toBeLessThanOrEqual(
        made.tables.program.bytes,
      );
      for (const { equation, result } of program) {
        const holder = inside.find(({ address }) => address === result.address);
        expect(holder, `${equation} writes to a matrix of the plan`).toBeDefined();
      }
    },
  );

  test.each(REQUESTS)(
    "the program for $purpose, batch $batch, bytes $byteInputs, is that of any number of rows once it is set",
    (request) => {
      const store = storeOf(spec, FAR);
      const program = compile(spec, plan(spec, store, request), store);
      const written = (samples: number) => new Uint8Array(program.length * OP_BYTES).fill(samples);
      const bytes = written(9);
      const places = encode(program, bytes, request.batch);
      for (const samples of [1, 3, request.batch]) {
        const wanted = written(7);
        encode(program, wanted, samples);
        setSamples(places, bytes, samples);
        expect(bytes).toEqual(wanted);
        const resized = program.map(
          ({ rows, inner }) => [rows, inner].filter((extent) => extent === SAMPLES).length,
        );
        expect(places.extents.length).toBe(resized.reduce((sum, count) => sum + count, 0));
        for (const at of places.extents) expect(new Int32Array(bytes.buffer)[at]).toBe(samples);
      }
    },
  );
});

test("parameters are contiguous, and vectors of their shape have the same offsets", () => {
  const spec = SPECS.MNIST;
  const parameters = planParameters(spec, BASE);
  const mirrored = planParameters(spec, 2 ** 20, "d");
  let end = BASE;
  for (const { address, bytes } of matricesOf(parameters)) {
    expect(address).toBe(end);
    end += bytes;
  }
  expect(parameters.bytes).toBe(end - BASE);
  const offsets = ({ address, layers }: Parameters) =>
    matricesOf({ address, bytes: 0, layers }).map((m) => m.address - address);
  expect(offsets(mirrored)).toEqual(offsets(parameters));
  expect(matricesOf(mirrored).map(({ name }) => name)).toEqual(["dW1", "db1", "dW2", "db2"]);
});

test("the same request gives the same plan", () => {
  const make = () => plan(SPECS.MNIST, storeOf(SPECS.MNIST), REQUESTS[0]);
  expect(make()).toEqual(make());
});
