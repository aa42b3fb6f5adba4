import type { Operand, Operations } from "../../formulas/operations.js";
import { floatBytes } from "../bytes.js";
import { float, int, type Message, message, text } from "./protobuf.js";

/** An ONNX operator with its attributes. */
export interface Operator {
  op: string;
  floats?: Readonly<Record<string, number>>;
  ints?: Readonly<Record<string, number>>;
}

interface Node extends Operator {
  inputs: readonly string[];
  output: string;
}

/** TensorProto.DataType.FLOAT. */
const FLOAT = 1;

/** AttributeProto.AttributeType. */
const ATTRIBUTE = { float: 1, int: 2 };

/** The fields of a NodeProto, named after its operator and index. */
function encodeNode({ op, inputs, output, floats = {}, ints = {} }: Node, index: number): Message {
  return [
    ...inputs.flatMap((name) => text(1, name)),
    ...text(2, output),
    ...text(3, `${op}_${index}`),
    ...text(4, op),
    ...Object.entries(ints).flatMap(([name, value]) =>
      message(5, [...text(1, name), ...int(3, value), ...int(20, ATTRIBUTE.int)]),
    ),
    ...Object.entries(floats).flatMap(([name, value]) =>
      message(5, [...text(1, name), ...float(2, value), ...int(20, ATTRIBUTE.float)]),
    ),
  ];
}

/** The fields of a TensorProto of float32 values. */
function encodeTensor(name: string, shape: readonly number[], values: ArrayLike<number>): Message {
  const dims = shape.flatMap((size) => int(1, size));
  return [...dims, ...int(2, FLOAT), ...text(8, name), ...message(9, [floatBytes(values)])];
}

/** The fields of a ValueInfoProto of a float32 matrix [samples][width]. */
function encodeMatrixInfo(name: string, width: number): Message {
  const shape = [...message(1, text(2, "samples")), ...message(1, int(1, width))];
  return [...text(1, name), ...message(2, message(1, [...int(1, FLOAT), ...message(2, shape)]))];
}

/** Nodes and constant tensors of a graph under construction. A value is known by its name. */
export class Graph {
  readonly #nodes: Node[] = [];
  readonly #tensors = new Map<string, Message>();

  /** Appends a node. @returns the name of its output. */
  add(operator: Operator, inputs: readonly string[]): string {
    const output = `${operator.op}_${this.#nodes.length}`;
    this.#nodes.push({ ...operator, inputs, output });
    return output;
  }

  /** Adds a constant of float32 values. @returns its name. */
  tensor(name: string, shape: readonly number[], values: ArrayLike<number>): string {
    this.#tensors.set(name, encodeTensor(name, shape, values));
    return name;
  }

  /** Adds a constant of one number, once. @returns its name. */
  scalar(value: number): string {
    return this.tensor(`${value}`, [], [value]);
  }

  /**
   * Encodes the graph as the fields of a GraphProto.
   * @param inputs name and width of each matrix that the graph reads.
   * @param output name and width of its result, which the last node writes.
   */
  encode(inputs: readonly (readonly [string, number])[], output: readonly [string, number]): Message {
    const last = this.#nodes.length - 1;
    const nodes = this.#nodes.map((node, i) => (i === last ? { ...node, output: output[0] } : node));
    return [
      ...nodes.flatMap((node, i) => message(1, encodeNode(node, i))),
      ...text(2, "densely"),
      ...Array.from(this.#tensors.values()).flatMap((tensor) => message(5, tensor)),
      ...inputs.flatMap((input) => message(11, encodeMatrixInfo(...input))),
      ...message(12, encodeMatrixInfo(...output)),
    ];
  }
}

/** Operations that add nodes to a graph: a formula becomes the name of its result. */
export function graphOperations(graph: Graph): Operations<string> {
  const nameOf = (value: Operand<string>) => (typeof value === "number" ? graph.scalar(value) : value);
  const unary = (op: string) => (a: Operand<string>) => graph.add({ op }, [nameOf(a)]);
  const binary = (op: string) => (a: Operand<string>, b: Operand<string>) =>
    graph.add({ op }, [nameOf(a), nameOf(b)]);
  const [add, mul, exp, tanh] = [binary("Add"), binary("Mul"), unary("Exp"), unary("Tanh")];
  return {
    add,
    sub: binary("Sub"),
    mul,
    div: binary("Div"),
    min: binary("Min"),
    max: binary("Max"),
    neg: unary("Neg"),
    abs: unary("Abs"),
    sqrt: unary("Sqrt"),
    exp,
    // e^a - 1 = tanh(a/2)·(e^a + 1), in which nothing cancels near 0.
    expm1: (a) => mul(tanh(mul(a, 0.5)), add(exp(a), 1)),
    tanh,
    erf: unary("Erf"),
    sigmoid: unary("Sigmoid"),
    softplus: unary("Softplus"),
  };
}
