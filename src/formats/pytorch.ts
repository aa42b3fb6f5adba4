import { FormatError, SpecError } from "../errors.js";
import { plural, show } from "../model/check.js";
import { dense, type LayerSpec } from "../program/layers/index.js";
import { readSafetensors, type Tensor } from "../storage/safetensors.js";
import { checkValues, excerpt } from "../storage/untrusted.js";
import { checkLayers, type Parts } from "./parts.js";

/** A torch.nn.Linear by its place in the nn.Sequential. */
interface Linear {
  place: number;
  weight?: Tensor;
  bias?: Tensor;
}

/** The layers of an nn.Sequential, in order, whatever it is called in its module: "0.weight", "net.0.weight". */
function linearsOf(tensors: ReadonlyMap<string, Tensor>): Linear[] {
  const linears = new Map<number, Linear>();
  let prefix: string | undefined;
  for (const [name, tensor] of tensors) {
    const [, path, place, field] = /^(.*\.)?(\d+)\.(weight|bias)$/.exec(name) ?? [];
    prefix ??= path ?? "";
    if (place === undefined || prefix !== (path ?? "")) {
      throw new FormatError(
        `Tensor ${excerpt(name)} is of no Linear in one nn.Sequential: save the state_dict of such a module.`,
      );
    }
    const linear = linears.get(Number(place)) ?? { place: Number(place) };
    linears.set(linear.place, { ...linear, [field]: tensor });
  }
  return [...linears.values()].sort((a, b) => a.place - b.place);
}

/** The values of a tensor. @throws FormatError unless it has the shape that is wanted, with sizes above 0. */
function valuesOf(name: string, { shape, values }: Tensor, isWanted: boolean, wanted: string): Float32Array {
  if (!isWanted || values.length === 0 || !(values instanceof Float32Array)) {
    throw new FormatError(
      `Tensor ${name} is a ${values.constructor.name} of shape ${excerpt(shape.join(" x "))}: a Linear layer there has a Float32Array of ${wanted}.`,
    );
  }
  return checkValues(values, `Tensor ${name}`, false);
}

/** Reads an nn.Sequential of Linear layers. @throws FormatError naming what is none, SpecError for activations. */
export function readPyTorch(file: Uint8Array | ArrayBuffer, activations: unknown): Parts {
  const linears = linearsOf(readSafetensors(file).tensors);
  if (!Array.isArray(activations) || activations.length !== linears.length) {
    throw new SpecError(
      `activations is ${show(activations)}, but the file has ${plural(linears.length, "Linear layer")}: give an array with the activation of each, such as ["relu", "linear"].`,
    );
  }
  const params: Parts["params"] = {};
  const widths: number[] = [];
  const layers = linears.map(({ place, weight, bias }, i): LayerSpec => {
    if (!weight) throw new FormatError(`Tensor ${place}.weight is missing, though there is ${place}.bias.`);
    const { shape } = weight;
    widths[0] ??= shape[1];
    const fits = shape.length === 2 && shape[1] === widths[i];
    params[`W${i + 1}`] = valuesOf(`${place}.weight`, weight, fits, `units x ${widths[i]}`);
    const units = shape[0];
    if (bias) {
      const isRow = bias.shape.length === 1 && bias.shape[0] === units;
      params[`b${i + 1}`] = valuesOf(`${place}.bias`, bias, isRow, `${units}`);
    }
    widths.push(units);
    return dense(units, activations[i], { bias: bias !== undefined });
  });
  if (layers.length === 0)
    throw new FormatError("The file has no tensors: save the state_dict of an nn.Sequential.");
  return { inputs: widths[0], layers: checkLayers(widths[0], layers), params };
}
