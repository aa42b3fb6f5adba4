import { describe, expect, it } from "vitest";
import { SpecError } from "../../src/errors.js";
import { join } from "../../src/formats/bytes.js";
import { Graph, graphOperations } from "../../src/formats/onnx/graph.js";
import { message } from "../../src/formats/onnx/protobuf.js";
import { toONNX } from "../../src/formats/onnx.js";
import { float64 } from "../../src/formulas/float64.js";
import type { Operations } from "../../src/formulas/operations.js";
import { Network } from "../../src/index.js";
import { ACTIVATIONS } from "../../src/model/names.js";
import type { SpecOptions } from "../../src/model/spec.js";
import { activation, batchNorm, dense, dropout, layerNorm } from "../../src/program/layers/index.js";
import { expectError, floats, toRows, wrong } from "../helpers.js";
import { expectPredictions, paramsOf, randomOptions, trained, VERSION_1 } from "../storage/networks.js";
import { type Model, messages, type Node, readModel, runModel, texts } from "./onnx-interpreter.js";

const ROWS = 5;

/** Prints a node as one line. */
function lineOf({ op, inputs, output, attributes }: Node): string {
  const values = Object.entries(attributes).map(([name, value]) => ` ${name}=${value}`);
  return `${output} = ${op}(${inputs.join(", ")})${values.join("")}`;
}

const linesOf = (network: Parameters<typeof toONNX>[0]) => readModel(toONNX(network)).nodes.map(lineOf);

/** Runs the exported graph on random rows and compares it with network.predict. @param edit of the graph. */
function expectSamePredictions(options: SpecOptions, seed: number, edit = (model: Model) => model): void {
  const network = new Network(options);
  network.setParams(paramsOf(network.spec, seed));
  const { inputs } = network.spec;
  const x = floats(ROWS * inputs, seed, 3);
  const model = edit(readModel(toONNX(network)));
  const outputs = toRows(x, inputs).flatMap((row) => [...runModel(model, row)]);
  expectPredictions(network, outputs, x);
}

describe("the exported graph predicts as the network", () => {
  // Twice, e^z goes beyond float32.
  const layersOf = (name: (typeof ACTIVATIONS)[number]) =>
    name === "exponential" ? [dense(4, name)] : [dense(4, name), activation(name)];

  it.each(ACTIVATIONS)("%s", (name) => {
    expectSamePredictions({ inputs: 5, layers: layersOf(name), loss: "huber" }, 1);
  });

  it("100 random networks of every kind of layer and activation", () => {
    for (let seed = 0; seed < 100; seed++) expectSamePredictions(randomOptions(seed), seed);
  });

  it("a network without any effect on its inputs", () => {
    expectSamePredictions({ inputs: 2, layers: [dropout()] }, 1);
    expect(linesOf(trained({ inputs: 2, layers: [dropout()] }))).toEqual(["outputs = Identity(inputs)"]);
  });

  it("a wrong operator is noticed", () => {
    const options = { inputs: 5, layers: layersOf("tanh"), loss: "huber" } as const;
    const rename = (op: string) => (model: Model) => ({
      ...model,
      nodes: model.nodes.map((node) => (node.op === "Tanh" ? { ...node, op } : node)),
    });
    expect(() => expectSamePredictions(options, 1, rename("Nonsense"))).toThrow(/node Nonsense/);
    expect(() => expectSamePredictions(options, 1, rename("Sigmoid"))).toThrow();
  });
});

describe("formulas in operators of ONNX", () => {
  /** Every operation as a formula of one value. */
  const FORMULAS: { [O in keyof Operations<unknown>]: <T>(z: T, operations: Operations<T>) => T } = {
    add: (z, { add }) => add(z, 1.5),
    sub: (z, { sub }) => sub(2, z),
    mul: (z, { mul }) => mul(z, z),
    div: (z, { div }) => div(z, 3),
    min: (z, { min }) => min(z, 0.5),
    max: (z, { max }) => max(-0.5, z),
    neg: (z, { neg }) => neg(z),
    abs: (z, { abs }) => abs(z),
    sqrt: (z, { sqrt, abs }) => sqrt(abs(z)),
    exp: (z, { exp }) => exp(z),
    expm1: (z, { expm1 }) => expm1(z),
    tanh: (z, { tanh }) => tanh(z),
    erf: (z, { erf }) => erf(z),
    sigmoid: (z, { sigmoid }) => sigmoid(z),
    softplus: (z, { softplus }) => softplus(z),
  };

  it.each(Object.entries(FORMULAS))("%s", (_, formula) => {
    const graph = new Graph();
    formula("inputs", graphOperations(graph));
    const bytes = join(message(7, graph.encode([["inputs", 1]], ["outputs", 1])));
    for (const z of [-100, -3, -0.25, -1e-6, 0, 1e-6, 0.25, 3, 100]) {
      const [value] = runModel(readModel(bytes), [z]);
      const exact = formula(z, float64);
      expect(Math.abs(value - exact)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(exact)));
    }
  });
});

describe("toONNX", () => {
  const network = trained({
    inputs: 3,
    layers: [
      dense(4, "relu"),
      batchNorm(),
      dropout(),
      layerNorm({ epsilon: 0.25 }),
      dense(2, "gelu", { bias: false }),
      activation("softmax"),
    ],
  });

  it("writes the operators that ONNX has, and spells out what it lacks", () => {
    expect(linesOf(network)).toEqual([
      "Gemm_0 = Gemm(inputs, layers.0.weight, layers.0.bias) transB=1",
      "Relu_1 = Relu(Gemm_0)",
      `BatchNormalization_2 = BatchNormalization(Relu_1, layers.1.weight, layers.1.bias, layers.1.running_mean, layers.1.running_var) epsilon=${Math.fround(1e-5)}`,
      "LayerNormalization_3 = LayerNormalization(BatchNormalization_2, layers.3.weight, layers.3.bias) axis=1 epsilon=0.25",
      "Gemm_4 = Gemm(LayerNormalization_3, layers.4.weight) transB=1",
      "Mul_5 = Mul(0.5, Gemm_4)",
      `Mul_6 = Mul(Gemm_4, ${Math.SQRT1_2})`,
      "Erf_7 = Erf(Mul_6)",
      "Add_8 = Add(1, Erf_7)",
      "Mul_9 = Mul(Mul_5, Add_8)",
      "outputs = Softmax(Mul_9) axis=1",
    ]);
    expect(readModel(toONNX(trained(VERSION_1))).nodes.length).toBeGreaterThan(30);
  });

  it("carries the parameters bit for bit, with their shapes", () => {
    const { constants } = readModel(toONNX(network));
    const params = network.getParams();
    expect(constants.get("layers.0.weight")).toEqual({ shape: [4, 3], values: params.W1 });
    expect(constants.get("layers.0.bias")).toEqual({ shape: [4], values: params.b1 });
    expect(constants.get("layers.1.running_var")).toEqual({ shape: [4], values: params.variance1 });
    expect(constants.get("layers.3.weight")).toEqual({ shape: [4], values: params.gamma2 });
    expect(constants.get("layers.4.weight")).toEqual({ shape: [2, 4], values: params.W2 });
    expect(constants.has("layers.4.bias")).toBe(false);
  });

  it("declares version, operator set, inputs and outputs", () => {
    const { model, graph } = readModel(toONNX(network));
    expect(model.get(1)).toEqual([8]);
    // The name of the graph, which the standard asks for.
    expect(texts(graph, 2)).toEqual(["densely"]);
    expect(messages(model, 8).map((set) => set.get(2))).toEqual([[17]]);
    for (const [field, name, width] of [
      [11, "inputs", 3],
      [12, "outputs", 2],
    ] as const) {
      const [info] = messages(graph, field);
      expect(texts(info, 1)).toEqual([name]);
      const [type] = messages(messages(info, 2)[0], 1);
      expect(type.get(1)).toEqual([1]);
      const dims = messages(messages(type, 2)[0], 1);
      expect(texts(dims[0], 2)).toEqual(["samples"]);
      expect(dims[1].get(1)).toEqual([width]);
    }
  });

  it("refuses anything but a network", async () => {
    await expectError(() => toONNX(wrong({})), SpecError, ["toONNX", "an object", "Network"]);
  });
});
