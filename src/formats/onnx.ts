import type { ActivationName } from "../model/names.js";
import { outputsOf } from "../model/spec.js";
import { floatBytes, join } from "./bytes.js";
import { float, int, type Message, message, text } from "./protobuf.js";
import { type Stage, stagesOf, type Trained } from "./trained.js";

/** The oldest operator set with LayerNormalization, and the version of the file that came with it. */
const OPSET = 17;
const IR_VERSION = 8;

const FLOAT = 1;

interface Node {
  op: string;
  inputs: string[];
  output: string;
  attributes: Message;
}

/** An attribute of a node: its value in the field of its type, and the type. */
const floatAttribute = (name: string, value: number): Message =>
  message(5, [...text(1, name), ...float(2, value), ...int(20, 1)]);
const intAttribute = (name: string, value: number): Message =>
  message(5, [...text(1, name), ...int(3, value), ...int(20, 2)]);

/** Nodes and initializers as they gather; a value is known by its name. */
class Graph {
  readonly nodes: Node[] = [];
  readonly #initializers = new Map<string, Message>();

  /** @returns the name of the node's output. */
  add(op: string, inputs: string[], attributes: Message = []): string {
    const output = `${op}_${this.nodes.length}`;
    this.nodes.push({ op, inputs, output, attributes });
    return output;
  }

  tensor(name: string, shape: number[], values: ArrayLike<number>): string {
    const dims = shape.flatMap((size) => int(1, size));
    this.#initializers.set(name, [
      ...dims,
      ...int(2, FLOAT),
      ...text(8, name),
      ...message(9, [floatBytes(values)]),
    ]);
    return name;
  }

  scalar(value: number): string {
    return this.tensor(`${value}`, [], [value]);
  }

  /** GraphProto, whose last node writes `output`. */
  encode(input: [string, number], output: [string, number]): Message {
    this.nodes[this.nodes.length - 1].output = output[0];
    const nodes = this.nodes.flatMap((node, i) =>
      message(1, [
        ...node.inputs.flatMap((name) => text(1, name)),
        ...text(2, node.output),
        ...text(3, `${node.op}_${i}`),
        ...text(4, node.op),
        ...node.attributes,
      ]),
    );
    const initializers = [...this.#initializers.values()].flatMap((tensor) => message(5, tensor));
    return [
      ...nodes,
      ...text(2, "densely"),
      ...initializers,
      ...message(11, valueInfo(...input)),
      ...message(12, valueInfo(...output)),
    ];
  }
}

/** ValueInfoProto of a float matrix [samples][width]. */
function valueInfo(name: string, width: number): Message {
  const shape = [...message(1, text(2, "samples")), ...message(1, int(1, width))];
  return [...text(1, name), ...message(2, message(1, [...int(1, FLOAT), ...message(2, shape)]))];
}

type Apply = (graph: Graph, z: string) => string;

const operator =
  (op: string, ...attributes: Message[]): Apply =>
  (graph, z) =>
    graph.add(op, [z], attributes.flat());

/** Those without an operator in the set are spelled out in operators that it has. */
const ACTIVATIONS: Record<ActivationName, Apply> = {
  linear: (_, z) => z,
  sigmoid: operator("Sigmoid"),
  hardSigmoid: operator("HardSigmoid", floatAttribute("alpha", 1 / 6), floatAttribute("beta", 0.5)),
  tanh: operator("Tanh"),
  relu: operator("Relu"),
  leakyRelu: operator("LeakyRelu", floatAttribute("alpha", 0.01)),
  elu: operator("Elu"),
  selu: operator("Selu"),
  gelu: (graph, z) => {
    const erf = graph.add("Erf", [graph.add("Mul", [z, graph.scalar(Math.SQRT1_2)])]);
    const half = graph.add("Mul", [z, graph.scalar(0.5)]);
    return graph.add("Mul", [half, graph.add("Add", [erf, graph.scalar(1)])]);
  },
  silu: (graph, z) => graph.add("Mul", [z, graph.add("Sigmoid", [z])]),
  softplus: operator("Softplus"),
  softsign: operator("Softsign"),
  mish: (graph, z) => graph.add("Mul", [z, graph.add("Tanh", [graph.add("Softplus", [z])])]),
  softmax: operator("Softmax", intAttribute("axis", 1)),
};

/** Adds what a layer does in predictions. @returns the name of its output. */
function addLayer(graph: Graph, { layer, inputs, outputs, params }: Stage, i: number, x: string): string {
  const tensors = Object.entries(params).map(([field, values]) => {
    const shape = layer.type === "dense" && field === "weight" ? [outputs, inputs] : [outputs];
    return graph.tensor(`layers.${i}.${field}`, shape, values);
  });
  switch (layer.type) {
    case "dense": {
      const z = graph.add("Gemm", [x, ...tensors], intAttribute("transB", 1));
      return ACTIVATIONS[layer.activation](graph, z);
    }
    case "activation":
      return ACTIVATIONS[layer.activation](graph, x);
    case "batchNorm":
      return graph.add("BatchNormalization", [x, ...tensors], floatAttribute("epsilon", layer.epsilon));
    case "layerNorm": {
      const attributes = [...intAttribute("axis", 1), ...floatAttribute("epsilon", layer.epsilon)];
      return graph.add("LayerNormalization", [x, ...tensors], attributes);
    }
    case "dropout":
    case "gaussianNoise":
      return x;
  }
}

/**
 * The network's predictions as an ONNX model: `inputs` [samples][features] to `outputs`, float32. What acts in training
 * alone (dropout, noise, loss, optimizer) has no part in them, and bytes are to be multiplied by inputScale before.
 * @returns the bytes of a .onnx file, operator set 17.
 */
export function toONNX(network: Trained): Uint8Array<ArrayBuffer> {
  const stages = stagesOf(network, "toONNX");
  const graph = new Graph();
  let value = "inputs";
  stages.forEach((stage, i) => {
    value = addLayer(graph, stage, i, value);
  });
  if (graph.nodes.length === 0) graph.add("Identity", [value]);
  const { spec } = network;
  return join([
    ...int(1, IR_VERSION),
    ...text(2, "densely"),
    ...message(7, graph.encode(["inputs", spec.inputs], ["outputs", outputsOf(spec)])),
    ...message(8, int(2, OPSET)),
  ]);
}
