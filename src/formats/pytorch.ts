import { FormatError, SpecError } from "../errors.js";
import type { ActivationInput } from "../model/activations.js";
import { checkKeys, plural, show } from "../model/check.js";
import { exported } from "../model/exported.js";
import type { Network } from "../network/network.js";
import { dense } from "../program/layers/index.js";
import { readSafetensors, type Tensor } from "../storage/safetensors.js";
import { checkValues, excerpt } from "../storage/untrusted.js";
import { assemble, checkLayers, type NetworkParts, TRAINING_OPTIONS, type TrainingOptions } from "./parts.js";

/** Options of fromPyTorch: what a state_dict does not hold. */
export interface PyTorchOptions extends TrainingOptions {
  /** The activation after each Linear layer, in their order. "linear" where there is none. */
  activations: readonly ActivationInput[];
}

const OPTIONS: readonly (keyof PyTorchOptions)[] = ["activations", ...TRAINING_OPTIONS];

/** The tensors of a torch.nn.Linear, and its index in the nn.Sequential. */
interface Linear {
  index: number;
  weight?: Tensor;
  bias?: Tensor;
}

/** @throws FormatError for the tensors of a BatchNorm layer, which Linear layers do not have. */
function checkNames(names: readonly string[]): void {
  const statistic = names.find((name) => /(^|\.)(running_mean|running_var|num_batches_tracked)$/.test(name));
  if (statistic === undefined) return;
  throw new FormatError(
    `Tensor ${excerpt(statistic)} belongs to a BatchNorm layer, and fromPyTorch reads Linear layers only: make a Network with batchNorm(), and give it the tensors by setParams.`,
  );
}

/** Gathers the Linear layers of one nn.Sequential, in order, under any name of its own: "0.weight" or "net.0.weight". */
function linearsOf(tensors: ReadonlyMap<string, Tensor>): Linear[] {
  const linears = new Map<number, Linear>();
  let prefix: string | undefined;
  for (const [name, tensor] of tensors) {
    const [, path = "", digits, field] = /^(.*\.)?(\d+)\.(weight|bias)$/.exec(name) ?? [];
    prefix ??= path;
    if (digits === undefined || prefix !== path) {
      throw new FormatError(
        `Tensor ${excerpt(name)} does not belong to a Linear layer of one nn.Sequential: save the state_dict of such a module.`,
      );
    }
    const index = Number(digits);
    linears.set(index, { ...linears.get(index), index, [field]: tensor });
  }
  return [...linears.values()].sort((a, b) => a.index - b.index);
}

/**
 * Checks one tensor of a Linear layer.
 * @param expected its sizes; a name stands for any size above 0.
 * @throws FormatError
 */
function checkTensor(
  name: string,
  { shape, values }: Tensor,
  expected: readonly (number | string)[],
): Float32Array {
  const fits =
    shape.length === expected.length &&
    expected.every((size, i) => typeof size === "string" || size === shape[i]);
  if (!fits || values.length === 0 || !(values instanceof Float32Array)) {
    throw new FormatError(
      `Tensor ${name} is a ${values.constructor.name} of shape ${excerpt(shape.join(" x "))}: a Linear layer there has a Float32Array of ${expected.join(" x ")}.`,
    );
  }
  return checkValues(values, `Tensor ${name}`, false);
}

/**
 * Reads the state_dict of an nn.Sequential of Linear layers.
 * @throws FormatError for a tensor that does not belong to one, SpecError for activations that do not fit.
 */
export function readPyTorch(file: Uint8Array | ArrayBuffer, activations: unknown): NetworkParts {
  const linears = linearsOf(readSafetensors(file, checkNames).tensors);
  if (!Array.isArray(activations) || activations.length !== linears.length) {
    throw new SpecError(
      `activations is ${show(activations)}, but the file has ${plural(linears.length, "Linear layer")}: give an array with the activation of each, such as ["relu", "linear"].`,
    );
  }
  if (linears.length === 0) {
    throw new FormatError("The file has no tensors: save the state_dict of an nn.Sequential.");
  }
  const params: NetworkParts["params"] = {};
  const widths: number[] = [];
  const layers = linears.map(({ index, weight, bias }, i) => {
    if (!weight) {
      throw new FormatError(`Tensor ${index}.weight is missing, although the file has ${index}.bias.`);
    }
    params[`W${i + 1}`] = checkTensor(`${index}.weight`, weight, ["units", widths[i] ?? "inputs"]);
    const [units, inputs] = weight.shape;
    if (bias) params[`b${i + 1}`] = checkTensor(`${index}.bias`, bias, [units]);
    widths.push(...(i === 0 ? [inputs, units] : [units]));
    return dense(units, activations[i], { bias: bias !== undefined });
  });
  const [inputs] = widths;
  return { inputs, layers: checkLayers(inputs, layers), params };
}

/**
 * Reads a PyTorch nn.Sequential of Linear layers, as safetensors.torch.save_file writes its state_dict.
 * @param file the bytes of a .safetensors file with float32 tensors.
 * @param options activations, one for each Linear layer; then loss (default by the last activation), optimizer (default
 * "adam"), seed, inputScale and math, as in the constructor of Network.
 * @throws FormatError naming the tensor that cannot be read, SpecError for options.
 */
export const fromPyTorch = /* @__PURE__ */ exported(
  "fromPyTorch(file, options)",
  (file: Uint8Array | ArrayBuffer, options: PyTorchOptions): Network => {
    const { activations, ...rest } = checkKeys<PyTorchOptions>(options ?? {}, OPTIONS, "fromPyTorch");
    return assemble(readPyTorch(file, activations), rest, "fromPyTorch");
  },
);
