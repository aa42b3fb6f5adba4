/** Files and texts of networks, of every kind that is read. */

import { fromPyTorch, fromTFJS, toTFJS } from "../../src/formats.js";
import { batchNorm, dense, dropout, layerNorm, Network, type NetworkOptions } from "../../src/index.js";
import { lbfgs } from "../../src/lbfgs.js";

const x = Array.from({ length: 8 }, (_, r) => [Math.sin(r + 1), Math.cos(2 * r)]);
const y = x.map((_, r) => r % 2);

const OPTIONS: Omit<NetworkOptions, "inputs">[] = [
  { layers: [dense(3, "relu"), dense(1, "sigmoid")] },
  { layers: [dense(3), batchNorm(), dropout(0.2), layerNorm(), dense(2, "softmax")], optimizer: "nadam" },
  { layers: [dense(2, "tanh"), dense(1, "sigmoid")], optimizer: lbfgs({ historySize: 2 }) },
];
const networks = OPTIONS.map((options) => {
  const network = new Network({ inputs: 2, ...options });
  const full =
    options.optimizer && typeof options.optimizer === "object"
      ? ({ batchSize: "full" } as const)
      : { batchSize: 2 };
  network.fitSync(x, y, {
    ...full,
    epochs: 4,
    maxSteps: 6,
    validationSplit: 0.25,
    metrics: ["accuracy", { name: "own", measure: () => 1 }],
    earlyStopping: {},
  });
  return network;
});
const plain = new Network({ inputs: 2, layers: [dense(3), dense(1)] });

/** A file of a kind: its bytes, or its text and the bytes beside it, and what reads it. */
export interface Kind {
  name: string;
  bytes: Uint8Array;
  read: (bytes: Uint8Array) => Network;
}

export const text = (value: string) => new TextEncoder().encode(value);
export const asText = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const { model, weights } = toTFJS(networks[1]);

/** The output of save, under the names that PyTorch gives. */
function pytorch(): Uint8Array {
  const bytes = plain.save();
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const { __metadata__, ...tensors } = JSON.parse(asText(bytes.subarray(8, 8 + length)));
  const renamed = Object.fromEntries(
    Object.entries(tensors).map(([name, entry]) => [name.replace("layers.", ""), entry]),
  );
  return pack(JSON.stringify(renamed), bytes.subarray(8 + length));
}

/** A BatchNorm1d and a Linear, with tensors of every type that PyTorch writes. */
function pytorchModules(): Uint8Array {
  const tensors = {
    "bn.num_batches_tracked": { dtype: "I64", shape: [], data_offsets: [0, 8] },
    "bn.running_mean": { dtype: "F64", shape: [2], data_offsets: [8, 24] },
    "bn.running_var": { dtype: "F32", shape: [2], data_offsets: [24, 32] },
    "bn.weight": { dtype: "F16", shape: [2], data_offsets: [32, 36] },
    "bn.bias": { dtype: "BF16", shape: [2], data_offsets: [36, 40] },
    "fc.weight": { dtype: "F16", shape: [1, 2], data_offsets: [40, 44] },
  };
  return pack(JSON.stringify(tensors), new Uint8Array(44));
}

/** A safetensors file. */
export function pack(header: string, values: Uint8Array): Uint8Array {
  const json = text(header);
  const bytes = new Uint8Array(8 + json.length + values.length);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 8);
  bytes.set(values, 8 + json.length);
  return bytes;
}

export const KINDS: Kind[] = [
  ...networks.flatMap((network, i): Kind[] => [
    { name: `load ${i}`, bytes: network.save(), read: (bytes) => Network.load(bytes) },
    { name: `resume ${i}`, bytes: network.checkpoint(), read: (bytes) => Network.resume(bytes) },
    {
      name: `fromJSON ${i}`,
      bytes: text(JSON.stringify(network)),
      read: (bytes) => Network.fromJSON(asText(bytes)),
    },
    {
      name: `fromJSON ${i} of data`,
      bytes: text(JSON.stringify(network)),
      read: (bytes) => Network.fromJSON(parsed(bytes)),
    },
  ]),
  {
    name: "fromPyTorch",
    bytes: pytorch(),
    read: (bytes) => fromPyTorch(bytes, { activations: ["relu", "linear"] }),
  },
  {
    name: "fromPyTorch, modules by name",
    bytes: pytorchModules(),
    read: (bytes) => fromPyTorch(bytes, { activations: { bn: "relu", fc: "linear" } }),
  },
  {
    name: "fromTFJS, its model",
    bytes: text(JSON.stringify(model)),
    read: (bytes) => fromTFJS(asText(bytes), weights),
  },
  {
    name: "fromTFJS, its model as data",
    bytes: text(JSON.stringify(model)),
    read: (bytes) => fromTFJS(parsed(bytes) as object, weights),
  },
  { name: "fromTFJS, its weights", bytes: weights, read: (bytes) => fromTFJS(model, bytes) },
];

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(asText(bytes));
  } catch {
    return asText(bytes);
  }
}
