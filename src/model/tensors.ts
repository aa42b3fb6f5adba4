import type { LayerTensor } from "../program/layers/layer.js";
import { kindOf } from "./layers.js";
import { type NetworkSpec, widthsOf } from "./spec.js";

export type { Role } from "../program/layers/layer.js";

/** A parameter or running statistic of a network. */
export interface TensorSpec extends LayerTensor {
  /** Public name: the role and a number, which counts the layers of the same letter. W1, b1, gamma1, ... */
  name: string;
  /** Index of its layer, from 0. */
  layer: number;
}

/** Name in a file, as in a PyTorch state dict: layers.0.weight, layers.0.bias, ... */
export function pathOf({ layer, field }: TensorSpec): string {
  return `layers.${layer}.${field}`;
}

/** The number of every layer among the layers with the same letter, from 1. */
export function numbersOf({ layers }: Pick<NetworkSpec, "layers">): number[] {
  const counts = new Map<string, number>();
  return layers.map((layer) => {
    const { letter } = kindOf(layer);
    const number = (counts.get(letter) ?? 0) + 1;
    counts.set(letter, number);
    return number;
  });
}

/** The tensors of specs that were asked for, by their layers, which never change. */
const known = new WeakMap<object, { inputs: number; tensors: readonly TensorSpec[] }>();

/** All parameters and running statistics, in the order of getParams. */
export function tensorsOf(spec: Pick<NetworkSpec, "inputs" | "layers">): readonly TensorSpec[] {
  const { inputs, layers } = spec;
  const found = known.get(layers);
  if (found?.inputs === inputs) return found.tensors;
  const tensors = listTensors(spec);
  known.set(layers, { inputs, tensors });
  return tensors;
}

function listTensors(spec: Pick<NetworkSpec, "inputs" | "layers">): TensorSpec[] {
  const widths = widthsOf(spec);
  const numbers = numbersOf(spec);
  return spec.layers.flatMap((layer, i) =>
    kindOf(layer)
      .tensorsOf(layer, widths[i])
      .map((tensor) => ({ name: `${tensor.role}${numbers[i]}`, layer: i, ...tensor })),
  );
}
