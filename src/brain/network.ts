import { SpecError } from "../errors.js";
import { Network } from "../network/network.js";
import { dense } from "../program/layers/index.js";
import { sgd } from "../program/optimizers.js";
import type { Layers } from "./layers.js";
import { checkActivation } from "./options.js";

/** The names of the activations in densely. */
const NAMES = { sigmoid: "sigmoid", relu: "relu", "leaky-relu": "leakyRelu", tanh: "tanh" } as const;

/** The slope of densely's leakyRelu. */
const SLOPE = 0.01;

/** A Network of densely with the layers and the weights of a network of densely/brain. */
export function toNetwork({ sizes, weights, biases, trainOpts }: Layers): Network {
  const { leakyReluAlpha, learningRate, momentum } = trainOpts;
  const activation = checkActivation(trainOpts.activation);
  if (activation === "leaky-relu" && leakyReluAlpha !== SLOPE) {
    throw new SpecError(
      `leakyReluAlpha is ${leakyReluAlpha}, and leakyRelu of densely has ${SLOPE}: train with leakyReluAlpha ${SLOPE} for toNetwork.`,
    );
  }
  const network = new Network({
    inputs: sizes[0],
    layers: sizes.slice(1).map((units) => dense(units, NAMES[activation])),
    loss: "meanSquaredError",
    optimizer: sgd({ learningRate, momentum }),
  });
  const layers = sizes.slice(1).map((_, i) => [
    [`W${i + 1}`, weights[i + 1]],
    [`b${i + 1}`, biases[i + 1]],
  ]);
  network.setParams(Object.fromEntries(layers.flat()));
  return network;
}
