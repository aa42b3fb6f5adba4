import { FormatError, SpecError } from "../errors.js";
import { show } from "../model/check.js";
import { withNewNames } from "../model/old-names.js";
import { checkSpec, type NetworkSpec, type SpecOptions } from "../model/spec.js";
import { pathOf, type TensorSpec, tensorsOf } from "../model/tensors.js";
import { readSafetensors, type Safetensors, type Tensor, writeSafetensors } from "./safetensors.js";
import { checkValues, excerpt, parseRecord } from "./untrusted.js";

/** The version of what save writes. Every older one can be read. */
const VERSION = "1";

/** Parameters by the names of getParams. */
export type Params = Record<string, Float32Array>;

/** The spec as text. @throws SpecError for a learning rate that is a function of one's own, which is no data. */
export function textOf(spec: NetworkSpec): string {
  return JSON.stringify(spec, (_, value) => {
    if (typeof value !== "function") return value;
    throw new SpecError(
      `learningRate is ${show(value)}, which cannot be saved: set network.learningRate to a number or a schedule such as piecewise first.`,
    );
  });
}

/** A network as tensors and texts, to which others may be added before they are written. */
export function pack(spec: NetworkSpec, params: Params): Safetensors {
  const tensors = new Map<string, Tensor>();
  for (const tensor of tensorsOf(spec)) {
    tensors.set(pathOf(tensor), { shape: tensor.shape, values: params[tensor.name] });
  }
  // By "pt" PyTorch's readers know that weights are [units][inputs].
  const metadata = new Map([
    ["format", "pt"],
    ["densely", VERSION],
    ["spec", textOf(spec)],
  ]);
  return { tensors, metadata };
}

function specOf(metadata: ReadonlyMap<string, string>): NetworkSpec {
  const version = metadata.get("densely");
  if (version !== VERSION) {
    throw new FormatError(
      version === undefined
        ? 'The metadata has no "densely": give what save wrote, or see fromPyTorch of "densely/formats" for other files.'
        : `The file is of version ${excerpt(version)}, and this densely reads ${VERSION}: a newer one may read it.`,
    );
  }
  const given = parseRecord(metadata.get("spec") ?? "", "The spec in the metadata");
  try {
    const spec = checkSpec(withNewNames(given) as unknown as SpecOptions);
    textOf(spec);
    return spec;
  } catch (error) {
    const reason = error instanceof SpecError ? error.message : "it is nested too deep.";
    throw new FormatError(`The spec in the metadata: ${reason}`);
  }
}

function valuesOf(path: string, { field, shape }: TensorSpec, tensor: Tensor | undefined): Float32Array {
  if (!tensor) throw new FormatError(`Tensor ${path} is missing: the spec in the metadata has it.`);
  const { values } = tensor;
  if (!(values instanceof Float32Array) || `${tensor.shape}` !== `${shape}`) {
    throw new FormatError(
      `Tensor ${path} is a ${values.constructor.name} of shape ${excerpt(tensor.shape.join(" x "))}: the spec says a Float32Array of ${shape.join(" x ")}.`,
    );
  }
  return checkValues(values, `Tensor ${path}`, field === "running_var");
}

/** The network in what pack made; tensors that are not its own stay in the map. @throws FormatError */
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

/** A network as a file in the safetensors layout. @throws SpecError for a spec with a function in it. */
export function save(spec: NetworkSpec, params: Params): Uint8Array<ArrayBuffer> {
  return writeSafetensors(pack(spec, params));
}

/** What save wrote. @throws FormatError for anything else, before more than the file's size is allocated. */
export function load(bytes: Uint8Array | ArrayBuffer): { spec: NetworkSpec; params: Params } {
  const file = readSafetensors(bytes);
  const network = unpack(file);
  for (const name of file.tensors.keys()) {
    throw new FormatError(
      `Tensor ${excerpt(name)} belongs to no layer of the spec in the metadata: Network.resume reads checkpoints.`,
    );
  }
  return network;
}
