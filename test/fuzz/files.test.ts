/** Files and texts of networks, changed in every way: refused by name, or a network that works, in bounded memory and time. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { fromPyTorch, fromTFJS, toTFJS } from "../../src/formats.js";
import {
  batchNorm,
  DenselyError,
  dense,
  dropout,
  layerNorm,
  Network,
  type NetworkOptions,
} from "../../src/index.js";
import { lbfgs } from "../../src/lbfgs.js";
import { generator } from "../helpers.js";
import { bounded, faultOf, illness, tryAll } from "./oracle.js";
import { NAMES } from "./values.js";

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
interface Kind {
  name: string;
  bytes: Uint8Array;
  read: (bytes: Uint8Array) => Network;
}

const text = (value: string) => new TextEncoder().encode(value);
const asText = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
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
function pack(header: string, values: Uint8Array): Uint8Array {
  const json = text(header);
  const bytes = new Uint8Array(8 + json.length + values.length);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 8);
  bytes.set(values, 8 + json.length);
  return bytes;
}

const KINDS: Kind[] = [
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

/** Values that may stand in the place of a value in JSON. */
const ODD = [
  "null",
  "true",
  "0",
  "-1",
  "1.5",
  "1e39",
  "1e-46",
  "1e300",
  "2147483648",
  "9007199254740993",
  "1e999",
  '""',
  '"x"',
  '"softmax"',
  "[]",
  "{}",
  "[null]",
  "[1,2,3]",
  '{"length":4e8}',
  '{"__proto__":1}',
  `"${"y".repeat(2000)}"`,
  `[${"1,".repeat(3000)}1]`,
  "[".repeat(2000) + "]".repeat(2000),
  `${'{"a":'.repeat(1500)}1${"}".repeat(1500)}`,
  ...NAMES.map((name) => JSON.stringify(name)),
];

/** A change of a file, by some random numbers from 0 to below 1. */
type Change = (bytes: Uint8Array, numbers: () => number) => Uint8Array;

const at = (length: number, numbers: () => number) => Math.floor(numbers() * length);

/** Where JSON has numbers, texts, names and brackets: the header of a file, or all of a text. */
function change(json: string, numbers: () => number): string {
  const parts = [...json.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.e+-]*|true|false|null|[[\]{}:,]/g)];
  if (parts.length === 0) return json;
  const { index, 0: part } = parts[at(parts.length, numbers)];
  const odd = ODD[at(ODD.length, numbers)];
  const end = index + part.length;
  const kind = at(6, numbers);
  if (kind === 0) return json.slice(0, index) + json.slice(end);
  if (kind === 1) return json.slice(0, end) + (/[,[]/.test(part) ? `${odd},` : `,${odd}`) + json.slice(end);
  if (kind === 2) {
    // A piece of it twice, such as a name with its value.
    const more =
      parts[
        Math.min(parts.length - 1, parts.findIndex((entry) => entry.index === index) + 1 + at(12, numbers))
      ];
    const piece = json.slice(index, more.index + more[0].length);
    return `${json.slice(0, more.index + more[0].length)},${piece}${json.slice(more.index + more[0].length)}`;
  }
  if (kind === 3 && /^-?\d/.test(part)) {
    const factor = [-1, 0, 2, 0.5, 1000, 1e9, 2 ** 31][at(7, numbers)];
    return json.slice(0, index) + String(Number(part) * factor) + json.slice(end);
  }
  return (
    json.slice(0, index) +
    (part.startsWith('"') && /^\s*:/.test(json.slice(end)) && !odd.startsWith('"')
      ? JSON.stringify(odd.slice(0, 9))
      : odd) +
    json.slice(end)
  );
}

type Json = Record<string, unknown>;

/** Numbers that a number may become. */
const FACTORS = [-1, 0, 2, 0.5, 1000, 1e9, 2 ** 31, 1e40, 1e-50];

/** One entry of a tree of JSON becomes another: its value, its name, its place or nothing. Texts that hold JSON are trees too. */
function changeTree(tree: unknown, numbers: () => number): void {
  const places: [parent: Json, key: string][] = [];
  const collect = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, entry] of Object.entries(value)) {
      places.push([value as Json, key]);
      collect(entry);
    }
  };
  collect(tree);
  if (places.length === 0) return;
  const [parent, key] = places[at(places.length, numbers)];
  const value = parent[key];
  if (typeof value === "string" && value.startsWith("{") && numbers() < 0.9) {
    parent[key] = changeJson(value, numbers);
    return;
  }
  const set = (name: string, entry: unknown) =>
    Object.defineProperty(parent, name, {
      value: entry,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  const kind = at(7, numbers);
  if (kind === 0) {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete parent[key];
  } else if (kind === 1 && Array.isArray(parent)) parent.splice(Number(key), 0, value);
  else if (kind === 2) set(NAMES[at(NAMES.length, numbers)], value);
  else if (kind === 3) {
    const [other, name] = places[at(places.length, numbers)];
    set(key, structuredClone(other[name]));
  } else if (typeof value === "number" && kind < 6) set(key, value * FACTORS[at(FACTORS.length, numbers)]);
  else {
    const odd = ODD[at(ODD.length, numbers)];
    try {
      set(key, JSON.parse(odd));
    } catch {
      set(key, odd);
    }
  }
}

/** JSON with a change in it: mostly of what it says, now and then of how it is written. */
function changeJson(json: string, numbers: () => number): string {
  if (numbers() < 0.15) return change(json, numbers);
  try {
    const tree = JSON.parse(json);
    changeTree(tree, numbers);
    return JSON.stringify(tree);
  } catch {
    // An earlier change has broken it.
    return change(json, numbers);
  }
}

const isText = (bytes: Uint8Array) => bytes[0] === 0x7b;

const CHANGES: Record<string, Change> = {
  "JSON changed": (bytes, numbers) => {
    if (isText(bytes)) return text(changeJson(asText(bytes), numbers));
    if (bytes.length < 8) return bytes.slice(1);
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    if (length > bytes.length - 8) return bytes.slice(1);
    return pack(changeJson(asText(bytes.subarray(8, 8 + length)), numbers), bytes.subarray(8 + length));
  },
  "bytes changed": (bytes, numbers) => {
    const copy = bytes.slice();
    for (let i = at(4, numbers); i >= 0; i--) copy[at(copy.length, numbers)] = at(256, numbers);
    return copy;
  },
  "values changed": (bytes, numbers) => {
    const copy = bytes.slice();
    const place = copy.length - 4 - 4 * at(Math.min(30, copy.length / 4 - 2), numbers);
    const value = [Number.NaN, Infinity, -Infinity, 3e38, -1, -0, 1e-45][at(7, numbers)];
    if (place >= 0 && place + 4 <= copy.length) new DataView(copy.buffer).setFloat32(place, value, true);
    return copy;
  },
  "cut off": (bytes, numbers) => bytes.slice(0, at(bytes.length, numbers)),
  "cut off before": (bytes, numbers) => bytes.slice(at(bytes.length, numbers)),
  longer: (bytes, numbers) => Uint8Array.from([...bytes, ...new Uint8Array(at(64, numbers))]),
  "a piece gone": (bytes, numbers) => {
    const from = at(bytes.length, numbers);
    return Uint8Array.from([...bytes.subarray(0, from), ...bytes.subarray(from + 1 + at(16, numbers))]);
  },
  "a piece twice": (bytes, numbers) => {
    const from = at(bytes.length, numbers);
    return Uint8Array.from([
      ...bytes.subarray(0, from),
      ...bytes.subarray(Math.max(0, from - at(64, numbers))),
    ]);
  },
};

/** A file, and what was done to it. */
interface File {
  kind: Kind;
  changes: (keyof typeof CHANGES)[];
  seed: number;
}
const names = Object.keys(CHANGES);
const file: fc.Arbitrary<File> = fc
  .record({
    kind: fc.constantFrom(...KINDS),
    changes: fc.array(
      fc.oneof(
        { weight: 2, arbitrary: fc.constant("JSON changed") },
        { weight: 1, arbitrary: fc.constantFrom(...names) },
      ),
      { minLength: 1, maxLength: 3 },
    ),
    seed: fc.nat(),
  })
  .map((made) =>
    Object.assign(made, {
      [fc.toStringMethod]: () => `${made.kind.name}, ${made.changes.join(", ")}, seed ${made.seed}`,
    }),
  );

/** The pages that all cores have taken. */
let grown = 0;
const { grow } = WebAssembly.Memory.prototype;
WebAssembly.Memory.prototype.grow = function (pages) {
  grown += pages;
  return grow.call(this, pages);
};

/** Bytes of a core, and times the size of a file, that reading it may take. */
const BASE = 4 * 2 ** 20;
const TIMES = 64;
/** Seconds that reading may take, and megabytes of the process that it may add. */
const SLOW = 2;
const MOST = 150;

async function judge(made: File): Promise<string | undefined> {
  const { kind, changes, seed } = made;
  const numbers = generator(seed);
  let { bytes } = kind;
  for (const name of changes) bytes = CHANGES[name](bytes, numbers);
  const start = performance.now();
  const peak = process.resourceUsage().maxRSS;
  grown = 0;
  let network: Network | undefined;
  let fault: string | undefined;
  try {
    network = await bounded(fc.stringify(made), () => kind.read(bytes));
  } catch (error) {
    fault = faultOf(error);
  }
  if (grown * 65536 > BASE + TIMES * bytes.length)
    return `a file of ${bytes.length} bytes takes ${grown * 65536} of memory`;
  if ((process.resourceUsage().maxRSS - peak) / 1024 > MOST) return "reading it takes very much memory";
  if (performance.now() - start > SLOW * 1000)
    return `reading it takes ${Math.round(performance.now() - start)} ms`;
  return fault ?? (network && (await judgeNetwork(network)));
}

/** The fault of a network that was read, if anything is. */
async function judgeNetwork(network: Network): Promise<string | undefined> {
  const sick = illness(network);
  if (sick) return sick;
  try {
    // It can be written, read and trained on, in few steps; its rows may be of another width now.
    Network.load(network.save());
    Network.resume(network.checkpoint());
  } catch (error) {
    return `what was read cannot be written and read again: ${(error as Error).message}`;
  }
  const { inputs } = network.spec;
  const rows = Float32Array.from({ length: 8 * inputs }, (_, i) => Math.sin(i));
  const width = network.spec.layers.reduce(
    (width, layer) => (layer.type === "dense" ? layer.units : width),
    inputs,
  );
  if (8 * Math.max(width, inputs) > 1e5 || network.spec.layers.length > 50) return undefined;
  try {
    const targets = new Float32Array(8 * width).fill(1);
    const isLbfgs = network.spec.optimizer.type === "lbfgs";
    await bounded("training on what was read", () =>
      network.fitSync(rows, targets, {
        maxSteps: isLbfgs ? 1 : 5,
        epochs: 5,
        batchSize: isLbfgs ? "full" : 2,
      }),
    );
  } catch (error) {
    const fault = faultOf(error);
    if (fault) return `training on what was read: ${fault}`;
  }
  return illness(network);
}

test(
  "a changed file is refused by name or read, in bounded memory and time",
  () => tryAll(1, file, judge),
  3_600_000,
);

test("an unchanged file is read", async () => {
  for (const { read, bytes } of KINDS) expect(read(bytes)).toBeInstanceOf(Network);
  expect(() => KINDS[0].read(KINDS[0].bytes.slice(1))).toThrow(DenselyError);
});
