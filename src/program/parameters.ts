import type { NetworkSpec } from "../model/spec.js";
import { type Role, tensorsOf } from "../model/tensors.js";
import { biasMatrix, type Matrix, weightMatrix } from "./matrix.js";

/** The matrices of one layer, by what they are. */
export type LayerMatrices = Partial<Record<Role, Matrix>>;

/** The weights of a dense layer. */
export interface LayerParameters {
  W: Matrix;
  b: Matrix;
}

/** Numbers of all layers as one flat vector: parameters, and gradients and optimizer states, which mirror them. */
export interface Parameters {
  address: number;
  bytes: number;
  layers: LayerMatrices[];
}

/** Addresses that live as long as the network. */
export interface Store {
  parameters: Parameters;
  /** The running statistics of batchNorm, which no optimizer touches. */
  buffers: Parameters;
  states: readonly Parameters[];
}

const isRunning = (role: Role): boolean => role === "mean" || role === "variance";

/** Lays matrices for the chosen tensors of every layer side by side. */
function lay(
  spec: NetworkSpec,
  address: number,
  prefix: string,
  isChosen: (role: Role) => boolean,
): Parameters {
  let end = address;
  const layers: LayerMatrices[] = spec.layers.map(() => ({}));
  for (const { name, role, layer, shape } of tensorsOf(spec)) {
    if (!isChosen(role)) continue;
    const [units, inputs] = shape;
    const title = prefix + name;
    const matrix = role === "W" ? weightMatrix(title, units, inputs, end) : biasMatrix(title, units, end);
    layers[layer][role] = matrix;
    end += matrix.bytes;
  }
  return { address, bytes: end - address, layers };
}

/** The parameters of a network (or what mirrors them, with a prefix such as "d") from `address` on. */
export function planParameters(spec: NetworkSpec, address: number, prefix = ""): Parameters {
  return lay(spec, address, prefix, (role) => !isRunning(role));
}

/** The running statistics of a network from `address` on. */
export function planBuffers(spec: NetworkSpec, address: number): Parameters {
  return lay(spec, address, "", isRunning);
}

/** The matrices of some layers, in the order of layers and roles. */
export function matricesOf(...parts: Parameters[]): Matrix[] {
  const layers = parts[0].layers.map((_, i) => parts.flatMap((part) => Object.values(part.layers[i])));
  return layers.flat();
}

/** A stretch of the flat vector, in bytes from its start. */
export interface Range {
  from: number;
  to: number;
}

/** The stretches that the matrices of the chosen layers take, those that touch as one. */
export function rangesOf({ address, layers }: Parameters, isChosen: (index: number) => boolean): Range[] {
  const ranges: Range[] = [];
  layers.forEach((matrices, i) => {
    for (const matrix of isChosen(i) ? Object.values(matrices) : []) {
      const from = matrix.address - address;
      const last = ranges[ranges.length - 1];
      if (last?.to === from) last.to += matrix.bytes;
      else ranges.push({ from, to: from + matrix.bytes });
    }
  });
  return ranges;
}
