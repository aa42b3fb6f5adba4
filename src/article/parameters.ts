import { SpecError } from "../errors.js";
import { show } from "../model/check.js";
import type { SpecOptions } from "../model/spec.js";
import { dense } from "../program/layers/dense.js";

/** Parameters as in the article: { W1, b1, W2, b2, ... }, W of units x inputs and b of units x 1, each an array of rows. */
export type ArticleParameters = Record<`W${number}` | `b${number}`, Float32Array[]>;

/** ArticleParameters as a user gives them: rows may be arrays of any kind. */
export type ArticleValues = Record<string, readonly ArrayLike<number>[]>;

/** The article's layer_dims, the sizes from inputs to outputs, of given parameters. @throws SpecError if a name is missing. */
export function layerDims(params: ArticleValues): number[] {
  if (typeof params !== "object" || params === null) {
    throw new SpecError(
      `params is ${show(params)}: give { W1, b1, W2, b2, ... } as init_params returns them.`,
    );
  }
  const names = Object.keys(params);
  const unknown = names.find((name) => !/^[Wb][1-9]\d*$/.test(name));
  if (unknown !== undefined) {
    throw new SpecError(
      `params has ${show(unknown.slice(0, 60))}, which is no parameter of the article: give W1, b1, W2, b2 and so on alone.`,
    );
  }
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
  return [params.W1[0]?.length ?? 0, ...units];
}

/** Network options that predict as the article's forward_prop: sigmoid layers and binaryCrossentropy. */
export function articleOptions(layer_dims: readonly number[]): SpecOptions {
  const [inputs, ...units] = layer_dims;
  return { inputs, layers: units.map((size) => dense(size, "sigmoid")), loss: "binaryCrossentropy" };
}
