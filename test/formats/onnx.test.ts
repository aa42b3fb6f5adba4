import { describe, expect, it } from "vitest";
import { SpecError } from "../../src/errors.js";
import { toONNX } from "../../src/formats/onnx.js";
import { activation, batchNorm, dense, dropout, layerNorm } from "../../src/model/layers.js";
import { ACTIVATIONS } from "../../src/model/names.js";
import { expectError, wrong } from "../helpers.js";
import { trained, VERSION_1 } from "../storage/networks.js";

/** The fields of an encoded message by number: whole numbers, or bytes. */
function decode(bytes: Uint8Array): Map<number, (number | Uint8Array)[]> {
  const fields = new Map<number, (number | Uint8Array)[]>();
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
    const size = wire === 0 ? 0 : wire === 5 ? 4 : varint();
    const value = wire === 0 ? varint() : bytes.subarray(at, at + size);
    at += size;
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value]);
  }
  return fields;
}

const messages = (fields: ReturnType<typeof decode>, field: number) =>
  (fields.get(field) ?? []).map((value) => decode(value as Uint8Array));
const texts = (fields: ReturnType<typeof decode>, field: number) =>
  (fields.get(field) ?? []).map((value) => new TextDecoder().decode(value as Uint8Array));
const floatsOf = (bytes: unknown) => new Float32Array((bytes as Uint8Array).slice().buffer);

/** The model as lines: one for each node. */
function graphOf(bytes: Uint8Array) {
  const model = decode(bytes);
  const [graph] = messages(model, 7);
  const nodes = messages(graph, 1).map((node) => {
    const attributes = messages(node, 5).map((attribute) => {
      const value = attribute.get(2) ? floatsOf(attribute.get(2)?.[0])[0] : attribute.get(3)?.[0];
      return ` ${texts(attribute, 1)}=${value}`;
    });
    return `${texts(node, 2)} = ${texts(node, 4)}(${texts(node, 1).join(", ")})${attributes.join("")}`;
  });
  const tensors = new Map(
    messages(graph, 5).map((tensor) => [
      texts(tensor, 8)[0],
      {
        shape: tensor.get(1) ?? [],
        values: floatsOf(tensor.get(9)?.[0]),
      },
    ]),
  );
  return { model, graph, nodes, tensors };
}

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

  it("writes one node for each equation", () => {
    expect(graphOf(toONNX(network)).nodes).toEqual([
      "Gemm_0 = Gemm(inputs, layers.0.weight, layers.0.bias) transB=1",
      "Relu_1 = Relu(Gemm_0)",
      `BatchNormalization_2 = BatchNormalization(Relu_1, layers.1.weight, layers.1.bias, layers.1.running_mean, layers.1.running_var) epsilon=${Math.fround(1e-5)}`,
      "LayerNormalization_3 = LayerNormalization(BatchNormalization_2, layers.3.weight, layers.3.bias) axis=1 epsilon=0.25",
      "Gemm_4 = Gemm(LayerNormalization_3, layers.4.weight) transB=1",
      `Mul_5 = Mul(Gemm_4, ${Math.SQRT1_2})`,
      "Erf_6 = Erf(Mul_5)",
      "Mul_7 = Mul(Gemm_4, 0.5)",
      "Add_8 = Add(Erf_6, 1)",
      "Mul_9 = Mul(Mul_7, Add_8)",
      "outputs = Softmax(Mul_9) axis=1",
    ]);
  });

  it("carries the parameters to the bit, with their shapes", () => {
    const { tensors } = graphOf(toONNX(network));
    const params = network.getParams();
    expect(tensors.get("layers.0.weight")).toEqual({ shape: [4, 3], values: params.W1 });
    expect(tensors.get("layers.0.bias")).toEqual({ shape: [4], values: params.b1 });
    expect(tensors.get("layers.1.running_var")).toEqual({ shape: [4], values: params.variance1 });
    expect(tensors.get("layers.3.weight")).toEqual({ shape: [4], values: params.gamma2 });
    expect(tensors.get("layers.4.weight")).toEqual({ shape: [2, 4], values: params.W2 });
    expect(tensors.has("layers.4.bias")).toBe(false);
  });

  it("declares version, operator set, inputs and outputs", () => {
    const { model, graph } = graphOf(toONNX(network));
    expect(model.get(1)).toEqual([8]);
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

  it("has a node for every activation, and for networks that do nothing", () => {
    for (const name of ACTIVATIONS) {
      const { nodes } = graphOf(toONNX(trained({ inputs: 2, layers: [dense(3, name)], loss: "huber" })));
      expect(nodes.at(-1)).toMatch(/^outputs = /);
    }
    const { nodes } = graphOf(toONNX(trained({ inputs: 2, layers: [dropout()] })));
    expect(nodes).toEqual(["outputs = Identity(inputs)"]);
    expect(graphOf(toONNX(trained(VERSION_1))).nodes.length).toBeGreaterThan(30);
  });

  it("asks for a network", async () => {
    await expectError(() => toONNX(wrong({})), SpecError, ["toONNX", "an object", "Network"]);
  });
});
