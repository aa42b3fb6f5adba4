import { type NetworkSpec, widthsOf } from "../spec/spec.js";
import { biasMatrix, type Matrix, weightMatrix } from "./matrix.js";

/** What the numbers of a layer are: the first four are trained, the running statistics are not. */
export type Role = "W" | "b" | "gamma" | "beta" | "mean" | "variance";

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

/** The number of each layer within its kind, from 1: dense layers and normalisations are counted apart. */
function numbersOf({ layers }: NetworkSpec): number[] {
  let products = 0;
  let norms = 0;
  return layers.map(({ type }) => {
    if (type === "dense") return ++products;
    return type === "batchNorm" || type === "layerNorm" ? ++norms : 0;
  });
}

type Place = (make: (address: number) => Matrix) => Matrix;

/** Lays the matrices of every layer side by side. */
function lay(
  spec: NetworkSpec,
  address: number,
  each: (place: Place, index: number) => LayerMatrices,
): Parameters {
  let end = address;
  const place: Place = (make) => {
    const matrix = make(end);
    end += matrix.bytes;
    return matrix;
  };
  const layers = spec.layers.map((_, i) => each(place, i));
  return { address, bytes: end - address, layers };
}

/** The parameters of a network (or what mirrors them, with a prefix such as "d") from `address` on. */
export function planParameters(spec: NetworkSpec, address: number, prefix = ""): Parameters {
  const widths = widthsOf(spec);
  const numbers = numbersOf(spec);
  return lay(spec, address, (place, i) => {
    const layer = spec.layers[i];
    const vector = (role: Role) =>
      place((at) => biasMatrix(`${prefix}${role}${numbers[i]}`, widths[i + 1], at));
    switch (layer.type) {
      case "dense": {
        const W = place((at) => weightMatrix(`${prefix}W${numbers[i]}`, widths[i + 1], widths[i], at));
        return layer.bias === false ? { W } : { W, b: vector("b") };
      }
      case "batchNorm":
      case "layerNorm":
        return { gamma: vector("gamma"), beta: vector("beta") };
      default:
        return {};
    }
  });
}

/** The running statistics of a network from `address` on. */
export function planBuffers(spec: NetworkSpec, address: number): Parameters {
  const widths = widthsOf(spec);
  const numbers = numbersOf(spec);
  return lay(spec, address, (place, i) => {
    if (spec.layers[i].type !== "batchNorm") return {};
    const vector = (role: Role) => place((at) => biasMatrix(`${role}${numbers[i]}`, widths[i], at));
    return { mean: vector("mean"), variance: vector("variance") };
  });
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
