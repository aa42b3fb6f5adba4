import type { ElementwiseActivation } from "../formulas/activations.js";
import type { Operator } from "./onnx/graph.js";

/** An activation in other tools. */
interface Counterpart {
  /** The ONNX operator that computes all of it; undefined if the graph spells out its formula. */
  onnx: Operator | undefined;
  /** Name of the same function in Keras and TensorFlow.js; undefined if they have none. */
  keras: string | undefined;
}

/** ONNX operators as of opset 17. Their defaults of alpha and gamma are those of elu and selu here. */
export const COUNTERPARTS: Readonly<
  Record<ElementwiseActivation, Counterpart> & { softmax: Pick<Counterpart, "keras"> }
> = {
  linear: { onnx: undefined, keras: "linear" },
  sigmoid: { onnx: { op: "Sigmoid" }, keras: "sigmoid" },
  // hard_sigmoid has another slope in Keras 2 and TensorFlow.js.
  hardSigmoid: { onnx: { op: "HardSigmoid", floats: { alpha: 1 / 6, beta: 0.5 } }, keras: undefined },
  tanh: { onnx: { op: "Tanh" }, keras: "tanh" },
  relu: { onnx: { op: "Relu" }, keras: "relu" },
  // A layer in Keras and TensorFlow.js: see keras/layers.ts.
  leakyRelu: { onnx: { op: "LeakyRelu", floats: { alpha: 0.01 } }, keras: undefined },
  elu: { onnx: { op: "Elu" }, keras: "elu" },
  selu: { onnx: { op: "Selu" }, keras: "selu" },
  gelu: { onnx: undefined, keras: "gelu" },
  silu: { onnx: undefined, keras: "swish" },
  softplus: { onnx: { op: "Softplus" }, keras: "softplus" },
  softsign: { onnx: { op: "Softsign" }, keras: "softsign" },
  mish: { onnx: undefined, keras: "mish" },
  softmax: { keras: "softmax" },
  relu6: { onnx: undefined, keras: "relu6" },
  exponential: { onnx: { op: "Exp" }, keras: undefined },
  hardSwish: { onnx: { op: "HardSwish" }, keras: undefined },
};
