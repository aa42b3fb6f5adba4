import { FormatError, SpecError } from "../errors.js";
import type { NetworkSpec } from "../model/spec.js";
import { pathOf, type TensorSpec, tensorsOf } from "../model/tensors.js";
import { readSafetensors, type Safetensors, type Tensor, writeSafetensors } from "./safetensors.js";
import { specFromData, specToText } from "./spec-text.js";
import { checkValues, excerpt, parseRecord } from "./untrusted.js";

/** Version of the files that save writes. A new version must read all older ones. */
const VERSION = "1";

/** Parameters by the names of getParams. */
export type Params = Record<string, Float32Array>;

/** Packs a network as tensors and texts, to which more may be added before they are written. */
export function pack(spec: NetworkSpec, params: Params): Safetensors {
  const tensors = new Map<string, Tensor>();
  for (const tensor of tensorsOf(spec)) {
    tensors.set(pathOf(tensor), { shape: tensor.shape, values: params[tensor.name] });
  }
  // "pt" tells PyTorch's readers that weights are [units][inputs].
  const metadata = new Map([
    ["format", "pt"],
    ["densely", VERSION],
    ["spec", specToText(spec)],
  ]);
  return { tensors, metadata };
}

function specOf(metadata: ReadonlyMap<string, string>): NetworkSpec {
  const version = metadata.get("densely");
  if (version !== VERSION) {
    throw new FormatError(
      version === undefined
        ? 'The metadata has no "densely": give a file that save wrote, or use fromPyTorch of "densely/formats" for other files.'
        : `The file has version ${excerpt(version)}, but this densely reads ${VERSION}: update densely.`,
    );
  }
  const data = parseRecord(metadata.get("spec") ?? "", "The spec in the metadata");
  try {
    const spec = specFromData(data);
    // Fails for a spec that is nested so deep that it could not be saved again.
    specToText(spec);
    return spec;
  } catch (error) {
    const reason = error instanceof SpecError ? error.message : "it is nested too deep.";
    throw new FormatError(`The spec in the metadata: ${reason}`);
  }
}

function valuesOf(path: string, { field, shape }: TensorSpec, tensor: Tensor | undefined): Float32Array {
  if (!tensor) {
    throw new FormatError(
      `Tensor ${path} is missing, although the spec in the metadata has it: save the file again.`,
    );
  }
  const { values } = tensor;
  if (!(values instanceof Float32Array) || `${tensor.shape}` !== `${shape}`) {
    throw new FormatError(
      `Tensor ${path} is a ${values.constructor.name} of shape ${excerpt(tensor.shape.join(" x "))}: the spec in the metadata has a Float32Array of ${shape.join(" x ")}.`,
    );
  }
  return checkValues(values, `Tensor ${path}`, field === "running_var");
}

/** Takes the network out of packed tensors and texts. Other tensors stay in the map. @throws FormatError */
export function unpack({ tensors, metadata }: Safetensors): { spec: NetworkSpec; params: Params } {
  const spec = specOf(metadata);
  const params: Params = {};
  for (const tensor of tensorsOf(spec)) {
    const path = pathOf(tensor);
    params[tensor.name] = valuesOf(path, tensor, tensors.get(path));
    tensors.delete(path);
  }
  return { spec, params };
}

/** Writes a network in the safetensors layout. @throws SpecError for a learning rate that is a function. */
export function save(spec: NetworkSpec, params: Params): Uint8Array<ArrayBuffer> {
  return writeSafetensors(pack(spec, params));
}

/** Reads a file that save wrote. @throws FormatError for any other, before more than its size is allocated. */
export function load(bytes: Uint8Array | ArrayBuffer): { spec: NetworkSpec; params: Params } {
  const file = readSafetensors(bytes);
  const network = unpack(file);
  for (const name of file.tensors.keys()) {
    throw new FormatError(
      `Tensor ${excerpt(name)} belongs to no layer of the spec in the metadata: use Network.resume for a checkpoint.`,
    );
  }
  return network;
}
