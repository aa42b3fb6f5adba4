import type { ParameterArrays } from "../engine/parameters.js";
import { SpecError } from "../errors.js";
import { show } from "../model/check.js";
import { dense } from "../model/layers.js";
import type { NetworkSpec, SpecOptions } from "../model/spec.js";

/** Parameters as the article has them, W as units x inputs and b as units x 1, both as arrays of rows. */
export type ArticleParameters = Record<`W${number}` | `b${number}`, Float32Array[]>;

/** The same from a user: any arrays of numbers as rows. */
export type ArticleValues = Record<string, readonly ArrayLike<number>[]>;

/** The article's layer_dims, from inputs to outputs, of its parameters. @throws SpecError where a name is missing. */
export function layerDims(params: ArticleValues): number[] {
  if (typeof params !== "object" || params === null) {
    throw new SpecError(
      `params is ${show(params)}: give { W1, b1, W2, b2, ... } as init_params returns them.`,
    );
  }
  const names = Object.keys(params);
  const layers = Math.ceil(names.length / 2) || 1;
  const units = Array.from({ length: layers }, (_, i) => {
    for (const name of [`W${i + 1}`, `b${i + 1}`]) {
      if (Array.isArray(params[name]) && params[name].length > 0) continue;
      throw new SpecError(
        `params has ${names.join(", ") || "no names"}, but ${name} is ${show(params[name])}: give W1, b1, W2, b2 and so on, each an array of rows.`,
      );
    }
    return params[`W${i + 1}`].length;
  });
  return [params.W1[0].length, ...units];
}

/** What Network needs to predict as the article's forward_prop does. */
export function articleOptions(layer_dims: readonly number[]): SpecOptions {
  const [inputs, ...units] = layer_dims;
  return { inputs, layers: units.map((size) => dense(size, "sigmoid")), loss: "binaryCrossentropy" };
}

/** @throws SpecError for a network that is not sigmoid throughout, which the article cannot express. */
export function toArticle({ layers }: NetworkSpec, parameters: ParameterArrays): ArticleParameters {
  const result: ArticleParameters = {};
  layers.forEach((layer, i) => {
    if (layer.type !== "dense" || layer.activation !== "sigmoid" || layer.bias === false) {
      const what = layer.type === "dense" ? layer.activation : layer.type;
      throw new SpecError(
        `Layer ${i + 1} is ${what}, but the article knows sigmoid with biases alone: use getParams, or a network of sigmoid layers.`,
      );
    }
    const { units } = layer;
    for (const name of [`W${i + 1}`, `b${i + 1}`] as const) {
      const width = parameters[name].length / units;
      result[name] = Array.from({ length: units }, (_, unit) =>
        parameters[name].slice(unit * width, (unit + 1) * width),
      );
    }
  });
  return result;
}
