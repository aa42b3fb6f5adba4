/**
 * Evaluates an ONNX model in float64: a decoder of Protocol Buffers, and the operators of opset 17 that toONNX uses, as
 * https://onnx.ai/onnx/operators defines them. It knows nothing of densely's own formulas.
 */

import { float64 } from "../../src/formulas/float64.js";

/** The fields of an encoded message by number: whole numbers, or bytes. */
export type Fields = Map<number, (number | Uint8Array)[]>;

const WIRE = { varint: 0, fixed32: 5 };

/** Decodes one message. */
export function decode(bytes: Uint8Array): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const wire = tag & 7;
    const size = wire === WIRE.varint ? 0 : wire === WIRE.fixed32 ? 4 : varint();
    const value = wire === WIRE.varint ? varint() : bytes.subarray(at, at + size);
    at += size;
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value]);
  }
  return fields;
}

export const messages = (fields: Fields, field: number): Fields[] =>
  (fields.get(field) ?? []).map((value) => decode(value as Uint8Array));
export const texts = (fields: Fields, field: number): string[] =>
  (fields.get(field) ?? []).map((value) => new TextDecoder().decode(value as Uint8Array));
const floatsOf = (bytes: unknown) => new Float32Array((bytes as Uint8Array).slice().buffer);

type Attributes = Record<string, number | undefined>;

export interface Node {
  op: string;
  inputs: string[];
  output: string;
  attributes: Attributes;
}

/** A constant of the graph. */
export interface Constant {
  shape: number[];
  values: Float32Array;
}

export interface Model {
  model: Fields;
  graph: Fields;
  nodes: Node[];
  constants: Map<string, Constant>;
}

/** Decodes a model: its nodes in order, and its constants by name. */
export function readModel(bytes: Uint8Array): Model {
  const model = decode(bytes);
  const [graph] = messages(model, 7);
  const nodes = messages(graph, 1).map((node): Node => {
    const attributes = messages(node, 5).map((attribute) => {
      const isFloat = attribute.get(20)?.[0] === 1;
      return [texts(attribute, 1)[0], isFloat ? floatsOf(attribute.get(2)?.[0])[0] : attribute.get(3)?.[0]];
    });
    const [[op], inputs, [output]] = [texts(node, 4), texts(node, 1), texts(node, 2)];
    return { op, inputs, output, attributes: Object.fromEntries(attributes) };
  });
  const constants = messages(graph, 5).map((tensor): [string, Constant] => [
    texts(tensor, 8)[0],
    { shape: (tensor.get(1) ?? []) as number[], values: floatsOf(tensor.get(9)?.[0]) },
  ]);
  return { model, graph, nodes, constants: new Map(constants) };
}

/** A row of the batch, or a constant: one number, a vector of one number per feature, or a matrix row by row. */
type Row = readonly number[];

const mean = (x: Row) => x.reduce((sum, value) => sum + value, 0) / x.length;
const each =
  (f: (x: number, attributes: Attributes) => number) =>
  ([x]: Row[], attributes: Attributes): Row =>
    x.map((value) => f(value, attributes));
/** Broadcasts a single number. */
const both =
  (f: (a: number, b: number) => number) =>
  ([a, b]: Row[]): Row => {
    const at = (values: Row, i: number) => values[values.length === 1 ? 0 : i];
    return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => f(at(a, i), at(b, i)));
  };

/** Each operator as a function of one sample and its constants. */
const OPERATORS: Readonly<Record<string, (inputs: Row[], attributes: Attributes) => Row>> = {
  Gemm: ([x, B, C], { transB }) => {
    if (transB !== 1) throw new Error("Gemm without transB is not read.");
    return Array.from({ length: B.length / x.length }, (_, unit) =>
      x.reduce((sum, value, k) => sum + value * B[unit * x.length + k], C?.[unit] ?? 0),
    );
  },
  BatchNormalization: ([x, scale, B, means, variances], { epsilon = 1e-5 }) =>
    x.map((value, j) => ((value - means[j]) / Math.sqrt(variances[j] + epsilon)) * scale[j] + B[j]),
  LayerNormalization: ([x, scale, B], { epsilon = 1e-5 }) => {
    const centered = x.map((value) => value - mean(x));
    const deviation = Math.sqrt(mean(centered.map((value) => value ** 2)) + epsilon);
    return centered.map((value, j) => (value / deviation) * scale[j] + B[j]);
  },
  Softmax: ([x]) => {
    const powers = x.map((value) => Math.exp(value - Math.max(...x)));
    return powers.map((power) => power / powers.reduce((a, b) => a + b));
  },
  Mean: (inputs) => inputs[0].map((_, i) => mean(inputs.map((values) => values[i]))),
  Identity: each((x) => x),
  Sigmoid: each((x) => 1 / (1 + Math.exp(-x))),
  HardSigmoid: each((x, { alpha = 0.2, beta = 0.5 }) => Math.max(0, Math.min(1, alpha * x + beta))),
  Tanh: each(Math.tanh),
  Relu: each((x) => Math.max(0, x)),
  LeakyRelu: each((x, { alpha = 0.01 }) => (x < 0 ? alpha * x : x)),
  Elu: each((x, { alpha = 1 }) => (x < 0 ? alpha * Math.expm1(x) : x)),
  Selu: each((x, { alpha = 1.6732632423543772, gamma = 1.0507009873554805 }) =>
    x <= 0 ? gamma * alpha * Math.expm1(x) : gamma * x,
  ),
  Softplus: each((x) => (x > 30 ? x : Math.log1p(Math.exp(x)))),
  HardSwish: each((x) => (x * Math.max(0, Math.min(6, x + 3))) / 6),
  Softsign: each((x) => x / (1 + Math.abs(x))),
  Erf: each(float64.erf),
  Exp: each(Math.exp),
  Sqrt: each(Math.sqrt),
  Abs: each(Math.abs),
  Neg: each((x) => -x),
  Add: both((a, b) => a + b),
  Sub: both((a, b) => a - b),
  Mul: both((a, b) => a * b),
  Div: both((a, b) => a / b),
  Min: both(Math.min),
  Max: both(Math.max),
  IsNaN: each((x) => Number(Number.isNaN(x))),
  // Of columns: each is one number.
  Where: ([[condition], yes, no]) => (condition ? yes : no),
  Concat: (parts) => parts.flat(),
};

/** Runs a model on one sample of the input `inputs`, or on inputs by name. @throws for an operator that is not in the list, and for a value that no node has written. */
export function runModel(
  { nodes, constants }: Model,
  sample: Row | Readonly<Record<string, Row>>,
  output = "outputs",
): Row {
  const values = new Map<string, Row>(
    Array.isArray(sample) ? [["inputs", sample]] : Object.entries(sample as Readonly<Record<string, Row>>),
  );
  for (const [name, constant] of constants) values.set(name, Array.from(constant.values));
  const valueNamed = (name: string): Row => {
    const value = values.get(name);
    if (!value) throw new Error(`No node has written ${name}.`);
    return value;
  };
  for (const { op, inputs, output: result, attributes } of nodes) {
    const operator = OPERATORS[op];
    if (!operator) throw new Error(`The graph has a node ${op}, which the interpreter does not know.`);
    values.set(result, operator(inputs.map(valueNamed), attributes));
  }
  return valueNamed(output);
}
