import type { Bytes } from "../data/bytes.js";
import type { CheckedParameters } from "../engine/parameters.js";
import { FormatError, SpecError } from "../errors.js";
import type { NetworkSpec } from "../model/spec.js";
import { pathOf, type TensorSpec, tensorsOf } from "../model/tensors.js";
import { type Metadata, metadataOf } from "./metadata.js";
import { readSafetensors, type Safetensors, type Tensor, writeSafetensors } from "./safetensors.js";
import { specFromData, specToText } from "./spec-text.js";
import { checkValues, excerpt, parseRecord } from "./untrusted.js";

/** Version of the files that save writes. A new version must read all older ones. */
const VERSION = "1";

/** Packs a network as tensors and texts, to which more may be added before they are written. */
export function pack(spec: NetworkSpec, params: CheckedParameters, texts: Metadata = {}): Safetensors {
  const tensors = new Map<string, Tensor>();
  for (const tensor of tensorsOf(spec)) {
    tensors.set(pathOf(tensor), { shape: tensor.shape, values: params[tensor.name] });
  }
  // "pt" tells PyTorch's readers that weights are [units][inputs].
  const metadata = new Map([
    ...Object.entries(texts),
    ["format", "pt"],
    ["densely", VERSION],
    ["spec", specToText(spec)],
  ]);
  return { tensors, metadata };
}

function specOf(metadata: ReadonlyMap<string, string>, replacesLoss: boolean): NetworkSpec {
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
    return specFromData(data, replacesLoss);
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    throw new FormatError(`The spec in the metadata: ${error.message}`);
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

/** The content of a file of a network. */
export interface Unpacked {
  spec: NetworkSpec;
  params: CheckedParameters;
  /** The user's own texts. */
  metadata: Metadata;
}

/**
 * Takes the network out of packed tensors and texts. Other tensors stay in the map.
 * @param replacesLoss true if the caller puts another loss in the place of that of the file. Default false.
 * @throws FormatError
 */
export function unpack({ tensors, metadata }: Safetensors, replacesLoss = false): Unpacked {
  const spec = specOf(metadata, replacesLoss);
  const params: Record<string, Float32Array> = {};
  for (const tensor of tensorsOf(spec)) {
    const path = pathOf(tensor);
    params[tensor.name] = valuesOf(path, tensor, tensors.get(path));
    tensors.delete(path);
  }
  return { spec, params, metadata: metadataOf(metadata) };
}

/** @throws FormatError for tensors that nobody has taken. */
export function checkTaken({ tensors }: Safetensors, remedy: string): void {
  for (const name of tensors.keys()) {
    throw new FormatError(
      `Tensor ${excerpt(name)} belongs to no layer of the spec in the metadata: ${remedy}.`,
    );
  }
}

/** Writes a network in the safetensors layout. @throws SpecError for a learning rate that is a function. */
export function save(spec: NetworkSpec, params: CheckedParameters, metadata: Metadata = {}): Bytes {
  return writeSafetensors(pack(spec, params, metadata));
}

/**
 * Reads a file that save wrote.
 * @param replacesLoss as of unpack.
 * @throws FormatError for any other, before more than its size is allocated.
 */
export function load(bytes: Uint8Array | ArrayBuffer, replacesLoss = false): Unpacked {
  const file = readSafetensors(bytes);
  const network = unpack(file, replacesLoss);
  if (file.metadata.has("progress")) {
    throw new FormatError("The file is a checkpoint: use Network.resume.");
  }
  checkTaken(file, "write the file again by save");
  return network;
}
