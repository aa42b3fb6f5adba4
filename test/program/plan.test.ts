/** Plans: every matrix has a place of its own, aligned, and the program stays inside. Pure: no WebAssembly runs. */

import { describe, expect, test } from "vitest";
import { OP_BYTES } from "../../assembly/isa.js";
import { compile, type Store } from "../../src/program/compile.js";
import type { Matrix } from "../../src/program/matrix.js";
import {
  type Parameters,
  type Plan,
  plan,
  planParameters,
  programLimit,
  type Request,
} from "../../src/program/plan.js";
import { dense } from "../../src/spec/layers.js";
import { checkSpec, type NetworkSpec } from "../../src/spec/spec.js";
import { requestOf } from "../helpers.js";

const LINE = 64;
const VECTOR = 16;
const BASE = 1088;

const SPECS: Record<string, NetworkSpec> = {
  "one layer": checkSpec([1, 1]),
  "2-4-1": checkSpec([2, 4, 1]),
  MNIST: checkSpec([784, 128, 10]),
  "every activation": checkSpec({
    inputs: 33,
    layers: [dense(17, "sigmoid"), dense(256, "tanh"), dense(9, "relu"), dense(5, "softmax"), dense(3)],
    optimizer: "sgd",
  }),
};

const REQUESTS: Request[] = (["train", "evaluate", "predict", "gradients"] as const).flatMap((purpose) =>
  [1, 7, 32].flatMap((batch) =>
    [true, false].map((bytes) =>
      requestOf({
        purpose,
        batch,
        rows: 5 * batch,
        epochs: bytes ? 3 : 1,
        bytes,
        targets: purpose === "predict" ? "none" : bytes ? "classes" : "matrix",
        skipsZeros: bytes,
        accuracy: bytes && purpose !== "gradients",
        permuted: bytes && purpose === "train" ? 1000 : 0,
        address: BASE + 13,
      }),
    ),
  ),
);

const matricesOf = ({ layers }: Parameters): Matrix[] => layers.flatMap(({ W, b }) => [W, b]);

/** Every matrix of a plan once: A and Z are one where f works in place. */
function allOf(made: Plan): Matrix[] {
  const {
    program,
    order,
    permutation,
    x,
    y,
    rates,
    losses,
    hits,
    predictions,
    A,
    Z,
    Y,
    d,
    gradients,
    scratch,
  } = made;
  const tables = [program, order, permutation, x, y, rates, losses, hits, predictions, Y, scratch];
  return [...new Set([...tables, ...A, ...Z, ...Object.values(d), ...matricesOf(gradients)])];
}

function storeOf(spec: NetworkSpec, address: number): Store {
  const states = [0, 1].map((i) => planParameters(spec, address + (i + 1) * 2 ** 20));
  return { parameters: planParameters(spec, address), states };
}

describe.each(Object.entries(SPECS))("%s", (_, spec) => {
  test.each(REQUESTS)("$purpose, batch $batch, bytes $bytes", (request) => {
    const made = plan(spec, request);
    const matrices = allOf(made).sort((p, q) => p.address - q.address);
    let end = request.address;
    for (const { name, address, bytes } of matrices.filter((matrix) => matrix.bytes > 0)) {
      expect(address, `${name} lies behind the matrix before it`).toBeGreaterThanOrEqual(end);
      end = address + bytes;
    }
    expect(made.end).toBeGreaterThanOrEqual(end);
    expect(made.zeros).toBeLessThanOrEqual(made.end);
    for (const { address } of matrices) expect(address % VECTOR).toBe(0);
    for (const { address, bytes } of [...made.A, ...made.Z, made.Y, ...Object.values(made.d)]) {
      expect(address % LINE).toBe(0);
      expect(address + bytes, "batches start as zeros").toBeLessThanOrEqual(made.zeros);
    }
  });

  test.each(REQUESTS)(
    "the program for $purpose, batch $batch, bytes $bytes, fits and writes inside",
    (request) => {
      const made = plan(spec, request);
      const store = storeOf(spec, 2 ** 24);
      const inside = [...allOf(made), ...matricesOf(store.parameters)];
      for (const samples of [request.batch, 1]) {
        const program = compile(spec, made, store, samples);
        expect(program.length).toBeLessThanOrEqual(programLimit(spec));
        expect(2 * program.length * OP_BYTES).toBeLessThanOrEqual(made.program.bytes);
        for (const { equation, result } of program) {
          const holder = inside.find(({ address }) => address === result.address);
          expect(holder, `${equation} writes to a matrix of the plan`).toBeDefined();
        }
      }
    },
  );
});

test("parameters lie side by side, as one vector, and what mirrors them has the same offsets", () => {
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
  expect(plan(SPECS.MNIST, REQUESTS[0])).toEqual(plan(SPECS.MNIST, REQUESTS[0]));
});
