import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, it } from "vitest";
import { join } from "../../src/formats/bytes.js";
import { Graph, graphOperations } from "../../src/formats/onnx/graph.js";
import { int, message } from "../../src/formats/onnx/protobuf.js";
import { toONNX } from "../../src/formats.js";
import { FORMULAS } from "../../src/formulas/activations.js";
import { float64 } from "../../src/formulas/float64.js";
import { Network } from "../../src/index.js";
import { ACTIVATIONS } from "../../src/model/names.js";
import { activation, dense, dropout } from "../../src/program/layers/index.js";
import { floats } from "../helpers.js";
import { expectWithin, paramsOf, randomOptions } from "../storage/networks.js";

const ROWS = 7;

describe("onnxruntime predicts as densely, within 1e-5", () => {
  const all = [
    ...ACTIVATIONS.map((name) => ({ inputs: 3, layers: [dense(4, name)], loss: "huber" as const })),
    { inputs: 3, layers: [dropout()] },
    { inputs: 3, layers: [activation("softmax")] },
    ...Array.from({ length: 200 }, (_, seed) => randomOptions(seed)),
  ];
  it(`${all.length} networks of every kind of layer`, async () => {
    for (const [seed, options] of all.entries()) {
      const network = new Network(options);
      const { spec } = network;
      network.setParams(paramsOf(spec, seed));
      const x = floats(ROWS * spec.inputs, seed, 3);
      const session = await InferenceSession.create(toONNX(network));
      const { outputs } = await session.run({ inputs: new Tensor("float32", x, [ROWS, spec.inputs]) });
      expectWithin(outputs.data as Float32Array, network.predict(x), 1e-5);
      await session.release();
      network.dispose();
    }
  });
});

describe("onnxruntime computes formulas that are spelled out, within 1e-6", () => {
  const names = Object.keys(FORMULAS).filter((name) => name !== "linear") as (keyof typeof FORMULAS)[];
  it.each(names)("%s", async (name) => {
    const graph = new Graph();
    FORMULAS[name]("inputs", graphOperations(graph));
    const fields = graph.encode([["inputs", 1]], ["outputs", 1]);
    const model = join([...int(1, 8), ...message(7, fields), ...message(8, int(2, 17))]);
    const session = await InferenceSession.create(model);
    const z = floats(100, 1, 6);
    const { outputs } = await session.run({ inputs: new Tensor("float32", z, [100, 1]) });
    const exact = Array.from(z, (value) => FORMULAS[name](value, float64));
    expectWithin(outputs.data as Float32Array, exact, 1e-6);
    await session.release();
  });
});
