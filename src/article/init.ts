import { SpecError } from "../errors.js";
import { checkWhole, show } from "../model/check.js";
import { exported } from "../model/exported.js";
import { RandomState } from "./numpy.js";
import type { ArticleParameters } from "./parameters.js";

/** 2 GB of float32 numbers, more than a core can train. */
const MOST_PARAMETERS = 2 ** 29;

/** @throws SpecError unless layer_dims has the sizes of at least one layer. */
export function checkLayerDims(layer_dims: readonly number[]): void {
  if (!Array.isArray(layer_dims) || layer_dims.length < 2) {
    throw new SpecError(
      `layer_dims is ${show(layer_dims)}: give the sizes from inputs to outputs, such as [30, 16, 1].`,
    );
  }
  let total = 0;
  // A loop by index: forEach passes over holes.
  for (let i = 0; i < layer_dims.length; i++) {
    total += checkWhole(layer_dims[i], 1, `layer_dims[${i}]`) * ((layer_dims[i - 1] ?? 0) + 1);
  }
  if (total <= MOST_PARAMETERS) return;
  throw new SpecError(
    `layer_dims asks for ${total} parameters: give smaller sizes, of at most ${MOST_PARAMETERS} in all.`,
  );
}

/**
 * Makes the article's initial parameters: W = 0.01 · randn, b = 0.
 *
 * The numbers are those of `np.random.seed(seed)` and one `np.random.randn(units, inputs) * 0.01` per layer, rounded to
 * float32.
 * @param layer_dims sizes from inputs to outputs: [30, 16, 1] has 30 features, 16 hidden units and 1 output.
 * @param seed a whole number from 0 to below 2³². Default 3, as in the article.
 * @returns { W1, b1, W2, b2, ... } with W of units x inputs and b of units x 1, each an array of rows.
 * @throws SpecError for sizes that are not whole numbers of at least 1, or a seed out of range.
 */
export const init_params = /* @__PURE__ */ exported(
  "init_params(layer_dims, seed)",
  (layer_dims: readonly number[], seed = 3): ArticleParameters => {
    checkLayerDims(layer_dims);
    if (checkWhole(seed, 0, "seed") >= 2 ** 32) {
      throw new SpecError(`seed is ${seed}: NumPy takes whole numbers from 0 to ${2 ** 32 - 1}.`);
    }
    const random = new RandomState(seed);
    const params: ArticleParameters = {};
    for (let l = 1; l < layer_dims.length; l++) {
      const matrix = (cols: number, value: () => number) =>
        Array.from({ length: layer_dims[l] }, () => new Float32Array(cols).map(value));
      params[`W${l}`] = matrix(layer_dims[l - 1], () => random.randn() * 0.01);
      params[`b${l}`] = matrix(1, () => 0);
    }
    return params;
  },
);
