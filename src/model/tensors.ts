import type { LayerSpec } from "./layers.js";
import { type NetworkSpec, widthsOf } from "./spec.js";

/** What PyTorch calls the numbers of a layer by what they are: the first four are trained, the running statistics are not. */
const FIELDS = {
  W: "weight",
  b: "bias",
  gamma: "weight",
  beta: "bias",
  mean: "running_mean",
  variance: "running_var",
} as const;

/** What the numbers of a layer are. */
export type Role = keyof typeof FIELDS;

/** A parameter, or a running statistic, by the name that getParams gives it and by PyTorch's. */
export interface TensorSpec {
  /** W1, b1, gamma1, ...: counted among the dense layers, or among the normalisations. */
  name: string;
  role: Role;
  /** The place of its layer among all layers, from 0. */
  layer: number;
  /** What PyTorch calls it in its layer. */
  field: (typeof FIELDS)[Role];
  shape: number[];
}

/** Its name in a file: layers.0.weight, layers.0.bias, ... */
export function pathOf({ layer, field }: TensorSpec): string {
  return `layers.${layer}.${field}`;
}

function rolesOf(layer: LayerSpec): Role[] {
  switch (layer.type) {
    case "dense":
      return layer.bias === false ? ["W"] : ["W", "b"];
    case "batchNorm":
      return ["gamma", "beta", "mean", "variance"];
    case "layerNorm":
      return ["gamma", "beta"];
    default:
      return [];
  }
}

/** Whatever the predictions of a network depend on besides its spec, in the order of getParams. */
export function tensorsOf(spec: Pick<NetworkSpec, "inputs" | "layers">): TensorSpec[] {
  const widths = widthsOf(spec);
  // By the first role of a layer, which tells dense layers from normalisations.
  const counts: Partial<Record<Role, number>> = {};
  return spec.layers.flatMap((layer, i) => {
    const roles = rolesOf(layer);
    const number = (counts[roles[0]] ?? 0) + 1;
    counts[roles[0]] = number;
    return roles.map((role) => ({
      name: `${role}${number}`,
      role,
      layer: i,
      field: FIELDS[role],
      shape: role === "W" ? [widths[i + 1], widths[i]] : [widths[i + 1]],
    }));
  });
}
