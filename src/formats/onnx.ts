import type { Bytes } from "../data/bytes.js";
import { FORMULAS } from "../formulas/activations.js";
import type { Field, Step } from "../formulas/steps.js";
import { exported } from "../model/exported.js";
import { outputsOf } from "../model/spec.js";
import { COUNTERPARTS } from "./activations.js";
import { join } from "./bytes.js";
import { Graph, graphOperations, type Operator } from "./onnx/graph.js";
import { int, message, text } from "./onnx/protobuf.js";
import { type Stage, stagesOf, type Trained } from "./stages.js";

/** The oldest operator set with LayerNormalization, and the file version that came with it. */
const OPSET = 17;
const IR_VERSION = 8;

/** Operators that compute a whole feature step: its fields are their inputs, its options their attributes. */
const FEATURE_OPERATORS: Readonly<Record<string, string | undefined>> = {
  batchNorm: "BatchNormalization",
  leakyReluSloped: "LeakyRelu",
  eluSloped: "Elu",
  hardSigmoidSloped: "HardSigmoid",
};

/** Names of the tensors of a layer in the graph. */
type Tensors = Partial<Record<Field, string>>;

function addTensors(graph: Graph, { tensors }: Stage, layer: string): Tensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([field, { shape, values }]) => [
      field,
      graph.tensor(`${layer}.${field}`, shape, values),
    ]),
  );
}

/** Adds one step to the graph. @returns the name of its output. */
function addStep(graph: Graph, step: Step, tensors: Tensors, x: string): string {
  const namesOf = (fields: readonly Field[]) => fields.flatMap((field) => tensors[field] ?? []);
  switch (step.kind) {
    case "dense": {
      const operator: Operator = { op: "Gemm", ints: { transB: 1 } };
      return graph.add(operator, [x, ...namesOf(["weight", "bias"])]);
    }
    case "activation": {
      const operator = COUNTERPARTS[step.name].onnx;
      if (operator) return graph.add(operator, [x]);
      return FORMULAS[step.name](x, graphOperations(graph));
    }
    case "softmax":
      return graph.add({ op: "Softmax", ints: { axis: 1 } }, [x]);
    case "feature": {
      const op = FEATURE_OPERATORS[step.name];
      if (op) return graph.add({ op, floats: step.options }, [x, ...namesOf(step.fields)]);
      const options = Object.entries(step.options).map(([name, value]) => [name, graph.scalar(value)]);
      return step.formula(x, { ...tensors, ...Object.fromEntries(options) }, graphOperations(graph));
    }
    case "layerNorm": {
      const operator = { op: "LayerNormalization", ints: { axis: 1 }, floats: { epsilon: step.epsilon } };
      return graph.add(operator, [x, ...namesOf(["weight", "bias"])]);
    }
  }
}

/**
 * Adds the predictions of a network to a graph.
 * @param x name of its inputs. @param prefix of the names of its tensors.
 * @returns the name of its outputs: that of x if the network has no effect on it.
 */
export function addNetwork(graph: Graph, network: Trained, x: string, prefix = ""): string {
  let value = x;
  stagesOf(network, "toONNX").forEach((stage, i) => {
    const tensors = addTensors(graph, stage, `${prefix}layers.${i}`);
    for (const step of stage.steps) value = addStep(graph, step, tensors, value);
  });
  return value;
}

/**
 * Encodes a graph as a file. Its last node writes the output.
 * @param inputs name and width of each matrix that it reads. @param output name and width of its result.
 */
export function encodeModel(
  graph: Graph,
  inputs: readonly (readonly [string, number])[],
  output: readonly [string, number],
): Bytes {
  return join([
    ...int(1, IR_VERSION),
    ...text(2, "densely"),
    ...message(7, graph.encode(inputs, output)),
    ...message(8, int(2, OPSET)),
  ]);
}

/**
 * Writes the predictions of a network as an ONNX model: from `inputs` [samples][features] to `outputs`
 * [samples][outputs], float32, operator set 17.
 *
 * Dropout, noise, loss and optimizer, which act in training alone, are left out, and so is inputScale: multiply bytes by it
 * before they go in.
 * @returns the bytes of a .onnx file.
 * @throws SpecError for anything but a network, StateError for one that was disposed of.
 */
export const toONNX = /* @__PURE__ */ exported("toONNX(network)", (network: Trained): Bytes => {
  const graph = new Graph();
  const value = addNetwork(graph, network, "inputs");
  // The last node writes `outputs`, so there must be one.
  if (value === "inputs") graph.add({ op: "Identity" }, [value]);
  const { spec } = network;
  return encodeModel(graph, [["inputs", spec.inputs]], ["outputs", outputsOf(spec)]);
});
