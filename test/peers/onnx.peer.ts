import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, it } from "vitest";
import { toONNX } from "../../src/formats.js";
import { Network } from "../../src/index.js";
import { ACTIVATIONS } from "../../src/model/names.js";
import { activation, dense, dropout } from "../../src/program/layers/index.js";
import { floats } from "../helpers.js";
import { expectWithin, paramsOf, randomOptions } from "../storage/networks.js";

const ROWS = 7;

describe("onnxruntime predicts what densely does, within 1e-5", () => {
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
