import type { Bytes } from "../data/bytes.js";
import type { Samples } from "../data/table.js";
import { FormatError, SpecError } from "../errors.js";
import { toModule } from "../formats/module.js";
import { Graph } from "../formats/onnx/graph.js";
import { addNetwork, encodeModel } from "../formats/onnx.js";
import { checkKeys, checkName, show } from "../model/check.js";
import { exported, exportMembers } from "../model/exported.js";
import { outputsOf, picksLargest, thresholdOf } from "../model/spec.js";
import { checkNetwork } from "../network/check-network.js";
import { type Network, networkOf } from "../network/network.js";
import { checkTaken, pack, unpack } from "../storage/network-file.js";
import { readSafetensors, type Safetensors, type Tensor, writeSafetensors } from "../storage/safetensors.js";
import { excerpt } from "../storage/untrusted.js";

/** Text of the metadata that says how many networks a file has. */
const COUNT = "ensemble";

/** Networks with the same inputs and outputs, which predict together. */
export class Ensemble {
  static {
    exportMembers(Ensemble, ["load(bytes)"]);
    exportMembers(Ensemble.prototype, [
      "predict(x)",
      "predictClasses(x)",
      "save()",
      "toModule(options)",
      "toONNX()",
      "dispose()",
    ]);
  }

  readonly networks: readonly Network[];

  /** @throws SpecError unless all networks have the same inputs and outputs. */
  constructor(networks: readonly Network[]) {
    if (!Array.isArray(networks) || networks.length === 0) {
      throw new SpecError(`ensemble was given ${show(networks)}: give an array of at least one network.`);
    }
    // Array.from visits holes too, as undefined.
    const [shape, ...others] = Array.from(networks, (network) => {
      const { spec } = checkNetwork(network, "ensemble");
      return `${spec.inputs} inputs and ${outputsOf(spec)} outputs`;
    });
    const other = others.findIndex((entry) => entry !== shape);
    if (other >= 0) {
      throw new SpecError(
        `Network ${other + 1} of the ensemble has ${others[other]}, but network 0 has ${shape}: give networks for the same rows.`,
      );
    }
    this.networks = [...networks];
  }

  /** The ensemble that save wrote. @throws FormatError for any other bytes. */
  static load(bytes: Uint8Array | ArrayBuffer): Ensemble {
    const { tensors, metadata } = readSafetensors(bytes);
    const count = Number(metadata.get(COUNT));
    if (!(Number.isInteger(count) && count >= 1 && count <= metadata.size)) {
      throw new FormatError(
        `The metadata has the ${COUNT} ${excerpt(metadata.get(COUNT))}: give a file that save of an ensemble wrote.`,
      );
    }
    const networks = Array.from({ length: count }, (_, i) => {
      const prefix = `networks.${i}.`;
      const part: Safetensors = {
        tensors: new Map(
          [...tensors]
            .filter(([name]) => name.startsWith(prefix))
            .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
        ),
        metadata: new Map(
          ["densely", "spec"].flatMap((name): [string, string][] => {
            const text = metadata.get(name === "spec" ? `${prefix}${name}` : name);
            return text === undefined ? [] : [[name, text]];
          }),
        ),
      };
      const { spec, params } = unpack(part);
      checkTaken(part, "write the file again by save");
      return networkOf({ spec, math: undefined }, params);
    });
    return new Ensemble(networks);
  }

  /** The mean of the outputs of all networks: [samples][outputs], row by row. */
  predict(x: Samples): Float32Array {
    const outputs = this.networks.map((network) => network.predict(x));
    const sums = Float64Array.from(outputs[0]);
    for (const output of outputs.slice(1)) for (let i = 0; i < sums.length; i++) sums[i] += output[i];
    return Float32Array.from(sums, (sum) => sum / outputs.length);
  }

  /** The class of each row by the mean of the outputs, as network.predictClasses tells it. */
  predictClasses(x: Samples): Int32Array {
    const { spec } = this.networks[0];
    const width = outputsOf(spec);
    const outputs = this.predict(x);
    if (!picksLargest(spec)) return Int32Array.from(outputs, (output) => Number(output > thresholdOf(spec)));
    return Int32Array.from({ length: outputs.length / width }, (_, row) => {
      const values = outputs.subarray(row * width, (row + 1) * width);
      return values.indexOf(Math.max(...values));
    });
  }

  /** All networks as the bytes of one file in the safetensors layout: tensors networks.0.layers.0.weight and so on. */
  save(): Bytes {
    const tensors = new Map<string, Tensor>();
    const metadata = new Map([[COUNT, String(this.networks.length)]]);
    this.networks.forEach((network, i) => {
      const packed = pack(network.spec, network.getParams());
      for (const [name, tensor] of packed.tensors) tensors.set(`networks.${i}.${name}`, tensor);
      for (const [name, text] of packed.metadata)
        metadata.set(name === "spec" ? `networks.${i}.spec` : name, text);
    });
    return writeSafetensors({ tensors, metadata });
  }

  /**
   * The predictions as source text without dependencies: see toModule of densely/formats.
   * @param options.format "js" or "ts". Default "js".
   */
  toModule(options: { format?: "js" | "ts" | undefined } = {}): string {
    const { format = "js" } = checkKeys<{ format?: "js" | "ts" }>(options, ["format"], "toModule");
    const isTyped = checkName(format, ["js", "ts"], "format") === "ts";
    const parts = this.networks.map((network) => {
      const code = toModule(network, { format }).replace("export function predict", "function predict");
      return `  (() => {\n${code}\n    return predict;\n  })(),`;
    });
    const rows = isTyped ? ": ArrayLike<number | ArrayLike<number>>" : "";
    const result = isTyped ? ": Float32Array" : "";
    return `// The mean of ${parts.length} networks, written by densely.

const networks = [
${parts.join("\n")}
];

/** Predicts the mean of the outputs of all networks, one row after the other. */
export function predict(inputs${rows})${result} {
  const outputs = networks.map((network) => network(inputs));
  return outputs[0].map((_, i) => outputs.reduce((sum, output) => sum + output[i], 0) / outputs.length);
}
`;
  }

  /** The predictions as an ONNX model: see toONNX of densely/formats. */
  toONNX(): Bytes {
    const graph = new Graph();
    const outputs = this.networks.map((network, i) => addNetwork(graph, network, "inputs", `networks.${i}.`));
    graph.add({ op: "Mean" }, outputs);
    const { spec } = this.networks[0];
    return encodeModel(graph, [["inputs", spec.inputs]], ["outputs", outputsOf(spec)]);
  }

  /** Disposes of all networks. */
  dispose(): void {
    for (const network of this.networks) network.dispose();
  }
}

/** Networks with the same inputs and outputs, which predict the mean of their outputs. @throws SpecError */
export const ensemble = /* @__PURE__ */ exported(
  "ensemble(networks)",
  (networks: readonly Network[]): Ensemble => new Ensemble(networks),
);
