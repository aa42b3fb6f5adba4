import { type NetworkSpec, widthsOf } from "./spec.js";

/** A parameter, or a running statistic, by the name that getParams gives it and by PyTorch's. */
export interface TensorSpec {
  /** W1, b1, gamma1, ...: counted among the dense layers, or among the normalisations. */
  name: string;
  /** The place of its layer among all layers, from 0. */
  layer: number;
  /** What PyTorch calls it in its layer. */
  field: "weight" | "bias" | "running_mean" | "running_var";
  shape: number[];
}

/** Its name in a file: layers.0.weight, layers.0.bias, ... */
export function pathOf({ layer, field }: TensorSpec): string {
  return `layers.${layer}.${field}`;
}

/** Whatever the predictions of a network depend on besides its spec, in the order of getParams. */
export function tensorsOf(spec: Pick<NetworkSpec, "inputs" | "layers">): TensorSpec[] {
  const widths = widthsOf(spec);
  let dense = 0;
  let norms = 0;
  return spec.layers.flatMap((layer, i) => {
    const width = widths[i + 1];
    const tensor = (name: string, field: TensorSpec["field"], ...shape: number[]): TensorSpec => ({
      name,
      layer: i,
      field,
      shape,
    });
    switch (layer.type) {
      case "dense": {
        const W = tensor(`W${++dense}`, "weight", width, widths[i]);
        return layer.bias === false ? [W] : [W, tensor(`b${dense}`, "bias", width)];
      }
      case "batchNorm":
      case "layerNorm": {
        const scales = [tensor(`gamma${++norms}`, "weight", width), tensor(`beta${norms}`, "bias", width)];
        if (layer.type === "layerNorm") return scales;
        const mean = tensor(`mean${norms}`, "running_mean", width);
        return [...scales, mean, tensor(`variance${norms}`, "running_var", width)];
      }
      default:
        return [];
    }
  });
}
