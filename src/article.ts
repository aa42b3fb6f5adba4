/**
 * densely/article: the functions of an article under their own names, computed by the WebAssembly core.
 *
 * The article is "How to build a Neural Network from scratch" by Aditya, freeCodeCamp, 2019-10-11,
 * https://www.freecodecamp.org/news/building-a-neural-network-from-scratch/
 *
 * Matrices are arrays of rows: X is features x samples, W is units x inputs, b is units x 1. docs/article.md compares
 * the article with this implementation line by line.
 */

// First, as in index.ts.
import "./machine/strict.js";

export {
  type ArticleGradients,
  backprop,
  one_layer_backward,
  update_parameters,
} from "./article/backward.js";
export { type FromArticleOptions, fromArticle, toArticle } from "./article/bridge.js";
export { type Cache, cost_function, forward_prop, type LinearCache, sigmoid } from "./article/forward.js";
export { init_params } from "./article/init.js";
export type { Rows } from "./article/matrices.js";
export type { ArticleParameters, ArticleValues } from "./article/parameters.js";
export { plot } from "./article/plot.js";
export { type TrainOptions, type TrainReport, train } from "./article/train.js";
export { DataError, DenselyError, DivergenceError, RuntimeError, ShapeError, SpecError } from "./errors.js";
