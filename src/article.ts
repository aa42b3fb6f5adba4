/**
 * densely/article: the functions of "How to build a Neural Network from scratch" under their own names, on the core.
 *
 * Matrices are arrays of rows: X is features x samples, W units x inputs, b units x 1. docs/article.md tells, line by
 * line, what the article says and what is done here.
 */

// First, as in index.ts.
import "./machine/strict.js";

export {
  type ArticleGradients,
  backprop,
  one_layer_backward,
  update_parameters,
} from "./article/backward.js";
export type { ArticleParameters, ArticleValues } from "./article/bridge.js";
export { type Cache, cost_function, forward_prop, type LinearCache, sigmoid } from "./article/forward.js";
export { init_params } from "./article/init.js";
export type { Rows } from "./article/matrices.js";
export { plot } from "./article/plot.js";
export { type TrainOptions, type TrainReport, train } from "./article/train.js";
export { DataError, DenselyError, DivergenceError, RuntimeError, ShapeError, SpecError } from "./errors.js";
