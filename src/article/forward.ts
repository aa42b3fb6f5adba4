import { exported } from "../model/exported.js";
import { activate, dense } from "../program/equations.js";
import { cost } from "./equations.js";
import { checkLike, checkParams, expectShape, PROBABILITY, type Rows, shapeOf } from "./matrices.js";
import type { ArticleValues } from "./parameters.js";
import { Workspace } from "./workspace.js";

/** The operands of a layer: [A_prev, W, b]. */
export type LinearCache = [A_prev: Rows, W: Rows, b: Rows];

/** The values of a layer that one_layer_backward reads: [[A_prev, W, b], Z]. */
export type Cache = [linear_cache: LinearCache, activation_cache: Rows];

/**
 * Computes A = 1 / (1 + e^-Z), element by element.
 * @param Z a matrix of any shape.
 * @returns [A, cache], where the cache is Z itself.
 * @throws ShapeError for anything but rows of equal length, DataError for values that are not finite numbers.
 */
export const sigmoid = /* @__PURE__ */ exported("sigmoid(Z)", (Z: Rows): [A: Float32Array[], cache: Rows] => {
  const shape = shapeOf(Z, "Z");
  return Workspace.use((workspace) => {
    const z = workspace.batch("Z", shape, Z);
    const a = workspace.batch("A", shape);
    workspace.load([activate("sigmoid", z, a, shape.cols)])(1);
    return [workspace.read(a), Z];
  });
});

/**
 * Computes predictions: from A0 = X, layer by layer, Z = W·A_prev + b and A = sigmoid(Z).
 * @param X features x samples.
 * @param params as init_params, update_parameters and train return them.
 * @returns [AL, caches]: the last A, outputs x samples, and [[A_prev, W, b], Z] of every layer.
 * @throws SpecError if params lacks a name, ShapeError for shapes that do not fit, DataError for values that are not finite.
 */
export const forward_prop = /* @__PURE__ */ exported(
  "forward_prop(X, params)",
  (X: Rows, params: ArticleValues): [AL: Float32Array[], caches: Cache[]] => {
    const [inputs, ...units] = checkParams(params);
    const shape = shapeOf(X, "X");
    expectShape("X", shape, { rows: inputs }, `row 0 of W1 has ${inputs} values, one for each feature`);
    const { cols } = shape;
    return Workspace.use((workspace) => {
      let A_prev = workspace.batch("A0", shape, X);
      const layers = units.map((rows, i) => {
        const layer = workspace.layer("", i + 1, { rows, cols: A_prev.rows }, params);
        const Z = workspace.batch(`Z${i + 1}`, { rows, cols });
        const A = workspace.batch(`A${i + 1}`, { rows, cols });
        const program = [dense(layer, A_prev, Z, cols), activate("sigmoid", Z, A, cols)];
        A_prev = A;
        return { program, Z, A };
      });
      workspace.load(layers.flatMap(({ program }) => program))(1);
      let AL: Rows = X;
      const caches = layers.map(({ Z, A }, i): Cache => {
        const linear_cache: LinearCache = [AL, params[`W${i + 1}`], params[`b${i + 1}`]];
        AL = workspace.read(A);
        return [linear_cache, workspace.read(Z)];
      });
      return [AL as Float32Array[], caches];
    });
  },
);

/**
 * Computes the cost: -1/m Σ (Y·ln AL + (1 - Y)·ln(1 - AL)), a sum over outputs and a mean over the m samples.
 *
 * A logarithm below -100 counts as -100, as in PyTorch, so the cost of an AL of 0 or 1 is finite.
 * @param AL predictions, outputs x samples, each from 0 to 1.
 * @param Y targets, outputs x samples, each from 0 to 1.
 * @throws ShapeError for shapes that do not fit, DataError for values out of range.
 */
export const cost_function = /* @__PURE__ */ exported("cost_function(AL, Y)", (AL: Rows, Y: Rows): number => {
  const shape = shapeOf(AL, "AL", PROBABILITY);
  checkLike(Y, "Y", shape, "AL", PROBABILITY);
  return Workspace.use((workspace) => {
    const result = workspace.numbers("cost", 1);
    workspace.load([cost(workspace.batch("AL", shape, AL), workspace.batch("Y", shape, Y), result)])(1);
    return workspace.readNumbers(result, 1)[0];
  });
});
