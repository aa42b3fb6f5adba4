import { FormatError, SpecError } from "../errors.js";
import type { ActivationInput } from "../model/activations.js";
import { checkKeys, plural, show } from "../model/check.js";
import { exported } from "../model/exported.js";
import type { LayerInput } from "../model/layers.js";
import { tensorsOf } from "../model/tensors.js";
import type { Network } from "../network/network.js";
import { activation, batchNorm, dense, layerNorm } from "../program/layers/index.js";
import { type Encodings, readSafetensors, type Tensor } from "../storage/safetensors.js";
import { bytesOf, checkValues, excerpt, isRecord } from "../storage/untrusted.js";
import { fromHalf } from "./half.js";
import { assemble, checkLayers, type NetworkParts, TRAINING_OPTIONS, type TrainingOptions } from "./parts.js";

/** Options of fromPyTorch: what a state_dict does not hold. */
export interface PyTorchOptions extends TrainingOptions {
  /**
   * The activation after each module that has parameters, "linear" where there is none. An array where the names of the
   * modules differ only in their numbers, which then give the order; else by name, in the order of the modules:
   * { fc1: "linear", bn1: "relu", fc2: "softmax" }.
   */
  activations: readonly ActivationInput[] | Readonly<Record<string, ActivationInput>>;
  /** Epsilon of all BatchNorm1d and LayerNorm. Default 1e-5, as in PyTorch. */
  epsilon?: number | undefined;
}

const OPTIONS: readonly (keyof PyTorchOptions)[] = ["activations", "epsilon", ...TRAINING_OPTIONS];

/** The tensors of a module by the last part of their names. */
type Module = Readonly<Partial<Record<string, Tensor>>>;

/** Types of tensors that PyTorch writes besides float32 and float64. */
const ENCODINGS: Encodings = /* @__PURE__ */ new Map([
  ["F16", { bytesPerValue: 2, read: (bytes) => Float32Array.from(new Uint16Array(bytes), fromHalf) }],
  // A bfloat16 is the upper half of a float32.
  [
    "BF16",
    {
      bytesPerValue: 2,
      read: (bytes) =>
        new Float32Array(Uint32Array.from(new Uint16Array(bytes), (bits) => bits << 16).buffer),
    },
  ],
  // Counts of batches.
  ["I64", { bytesPerValue: 8, read: (bytes) => Int32Array.from(new BigInt64Array(bytes), Number) }],
]);

/** The name of a tensor of a module. That of a module which is the whole model has no path. */
const nameOf = (path: string, field: string): string => excerpt(path ? `${path}.${field}` : field);

/** Gathers the tensors of each module. @throws FormatError for a tensor of another kind of module. */
function modulesOf(tensors: ReadonlyMap<string, Tensor>): Map<string, Module> {
  const modules = new Map<string, Module>();
  for (const [name, tensor] of tensors) {
    const [, path = "", field] =
      /^(?:(.*)\.)?(weight|bias|running_mean|running_var|num_batches_tracked)$/s.exec(name) ?? [];
    if (field === undefined) {
      throw new FormatError(
        `Tensor ${excerpt(name)} belongs to no Linear, BatchNorm1d or LayerNorm: save the state_dict of a module that has no others.`,
      );
    }
    modules.set(path, { ...modules.get(path), [field]: tensor });
  }
  return modules;
}

/** Sorts paths that differ in their numbers only: "net.2" before "net.10". @returns undefined for others. */
function sortPaths(paths: readonly string[]): string[] | undefined {
  if (new Set(paths.map((path) => path.replace(/\d+/g, "0"))).size > 1) return undefined;
  const numbers = new Map(paths.map((path) => [path, (path.match(/\d+/g) ?? []).map(Number)]));
  return [...paths].sort((a, b) => {
    const [first = [], second = []] = [numbers.get(a), numbers.get(b)];
    const i = first.findIndex((number, at) => number !== second[at]);
    return i < 0 ? 0 : first[i] - second[i];
  });
}

/** Finds the order of the modules, and the activation after each. @throws SpecError if the activations do not fit. */
function orderModules(paths: readonly string[], activations: unknown): [path: string, after: unknown][] {
  const sorted = sortPaths(paths);
  if (Array.isArray(activations) && sorted && activations.length === sorted.length) {
    return sorted.map((path, i) => [path, activations[i]]);
  }
  if (isRecord(activations)) {
    const named = Object.entries(activations);
    if (named.length === paths.length && named.every(([path]) => paths.includes(path))) return named;
  }
  const names = (sorted ?? paths).slice(0, 4).map(excerpt);
  const more = paths.length > names.length ? ", ..." : "";
  const found = `${plural(paths.length, "module")} with parameters, ${names.join(", ")}${more}`;
  const remedy = sorted
    ? `an array with the activation after each, such as [${names.map(() => '"relu"').join(", ")}${more}]`
    : `the activation after each by name, in the order of the modules, such as { ${names.map((name) => `${name}: "relu"`).join(", ")}${more} }`;
  const given = isRecord(activations)
    ? `has ${Object.keys(activations).slice(0, 4).map(excerpt).join(", ") || "no names"}`
    : `is ${show(activations)}`;
  throw new SpecError(`activations ${given}, but the file has ${found}: give ${remedy}.`);
}

/**
 * The layer of a module, and the activation after it.
 * @throws FormatError if its weight has another number of dimensions, or no values.
 */
function layersOf(path: string, module: Module, after: ActivationInput, epsilon?: number): LayerInput[] {
  const { weight, bias, running_mean: mean, running_var: variance } = module;
  const isNormalization = mean !== undefined || variance !== undefined || weight?.shape.length === 1;
  if (!weight) {
    const [field] = Object.keys(module);
    throw new FormatError(
      `Tensor ${nameOf(path, "weight")} is missing, although the file has ${nameOf(path, field)}: save the whole state_dict.`,
    );
  }
  if (weight.shape.length !== (isNormalization ? 1 : 2) || weight.shape.includes(0)) {
    throw new FormatError(
      `Tensor ${nameOf(path, "weight")} has the shape ${excerpt(weight.shape.join(" x "))}: fromPyTorch reads those of Linear, units x inputs, and of BatchNorm1d and LayerNorm, features.`,
    );
  }
  if (!isNormalization) return [dense(weight.shape[0], after, { bias: bias !== undefined })];
  const normalization = mean || variance ? batchNorm({ epsilon }) : layerNorm({ epsilon });
  return after === "linear" ? [normalization] : [normalization, activation(after)];
}

/** Checks a tensor. @param shape its shape in densely. @throws FormatError if it is not there, or is another. */
function valuesOf(path: string, field: string, shape: readonly number[], tensor?: Tensor): Float32Array {
  const name = nameOf(path, field);
  if (!tensor) {
    throw new FormatError(
      `Tensor ${name} is missing, although the file has ${nameOf(path, "weight")}: fromPyTorch reads BatchNorm1d with its statistics, and LayerNorm with its bias.`,
    );
  }
  const { values } = tensor;
  if (tensor.shape.join() !== shape.join() || values instanceof Int32Array) {
    throw new FormatError(
      `Tensor ${name} has ${values instanceof Int32Array ? "whole numbers" : "floats"} of shape ${excerpt(tensor.shape.join(" x "))}: after the modules before it, floats of ${shape.join(" x ")} are expected.`,
    );
  }
  return checkValues(Float32Array.from(values), `Tensor ${name}`, field === "running_var");
}

/** @throws FormatError for the archives and pickles that torch.save writes. */
function refusePickles(file: Uint8Array | ArrayBuffer): void {
  const [first, second, , fourth] = bytesOf(file);
  const isArchive = first === 0x50 && second === 0x4b;
  // The fourth byte of safetensors is 0: it belongs to the length of a header of at most 16 MiB.
  if (!fourth || !(isArchive || first === 0x80)) return;
  throw new FormatError(
    `The file is ${isArchive ? "an archive" : "a pickle"}, as torch.save writes: write the state_dict with save_file of safetensors.torch.`,
  );
}

/**
 * Reads the state_dict of a chain of Linear, BatchNorm1d and LayerNorm.
 * @throws FormatError for a tensor that does not belong to one, SpecError for options that do not fit.
 */
export function readPyTorch(
  file: Uint8Array | ArrayBuffer,
  activations: unknown,
  epsilon?: number,
): NetworkParts {
  refusePickles(file);
  const modules = modulesOf(readSafetensors(file, ENCODINGS).tensors);
  if (modules.size === 0) throw new FormatError("The file has no tensors: save the state_dict of a module.");
  const own: { path: string; module: Module }[] = [];
  const found: LayerInput[] = [];
  for (const [path, after] of orderModules([...modules.keys()], activations)) {
    const module = modules.get(path) ?? {};
    own[found.length] = { path, module };
    found.push(...layersOf(path, module, after as ActivationInput, epsilon));
  }
  const inputs = own[0].module.weight?.shape.at(-1) ?? 0;
  const layers = checkLayers(inputs, found);
  const params: NetworkParts["params"] = {};
  for (const { name, layer, field, shape } of tensorsOf({ inputs, layers })) {
    const { path, module } = own[layer];
    params[name] = valuesOf(path, field, shape, module[field]);
  }
  return { inputs, layers, params };
}

/**
 * Reads a chain of PyTorch's Linear, BatchNorm1d and LayerNorm, as safetensors.torch.save_file writes its state_dict.
 * @param file the bytes of a .safetensors file, with tensors of float32, float64, float16 or bfloat16, which become float32.
 * @param options activations, one for each module; epsilon 1e-5 of the normalizations; then loss (default by the last
 * activation), optimizer (default "adam"), seed, inputScale and math, as in the constructor of Network.
 * @throws FormatError naming the tensor that cannot be read, SpecError for options.
 */
export const fromPyTorch = /* @__PURE__ */ exported(
  "fromPyTorch(file, options)",
  (file: Uint8Array | ArrayBuffer, options: PyTorchOptions): Network => {
    const { activations, epsilon, ...rest } = checkKeys<PyTorchOptions>(
      options ?? {},
      OPTIONS,
      "fromPyTorch",
    );
    return assemble(readPyTorch(file, activations, epsilon), rest, "fromPyTorch");
  },
);
