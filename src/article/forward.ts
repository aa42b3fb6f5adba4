import { activate, dense } from "../program/equations.js";
import { cost } from "./equations.js";
import { checkLike, checkParams, expectShape, PROBABILITY, type Rows, shapeOf } from "./matrices.js";
import type { ArticleValues } from "./parameters.js";
import { Room } from "./room.js";

/** What a layer was given: [A_prev, W, b]. */
export type LinearCache = [A_prev: Rows, W: Rows, b: Rows];

/** What one_layer_backward needs of a layer: [[A_prev, W, b], Z]. */
export type Cache = [linear_cache: LinearCache, activation_cache: Rows];

/**
 * A = 1 / (1 + e^-Z), element by element.
 * @param Z any shape.
 * @returns [A, cache]: the cache is Z itself.
 * @throws ShapeError, DataError for anything but rows of finite numbers.
 */
export function sigmoid(Z: Rows): [A: Float32Array[], cache: Rows] {
  const shape = shapeOf(Z, "Z");
  return Room.use((room) => {
    const z = room.batch("Z", shape, Z);
    const a = room.batch("A", shape);
    room.load([activate("sigmoid", z, a, shape.cols)])(1);
    return [room.read(a), Z];
  });
}

/**
 * The prediction: from A0 = X, layer by layer, Z = W·A_prev + b and A = sigmoid(Z).
 * @param X features x samples.
 * @param params as init_params, update_parameters and train return them.
 * @returns [AL, caches]: the last A, outputs x samples, and [[A_prev, W, b], Z] of every layer.
 * @throws SpecError where params lacks a name, ShapeError, DataError.
 */
export function forward_prop(X: Rows, params: ArticleValues): [AL: Float32Array[], caches: Cache[]] {
  const [inputs, ...units] = checkParams(params);
  const shape = shapeOf(X, "X");
  expectShape("X", shape, { rows: inputs }, `row 0 of W1 has ${inputs} values, one for each feature`);
  const { cols } = shape;
  return Room.use((room) => {
    let A_prev = room.batch("A0", shape, X);
    const layers = units.map((rows, i) => {
      const layer = room.layer("", i + 1, { rows, cols: A_prev.rows }, params);
      const Z = room.batch(`Z${i + 1}`, { rows, cols });
      const A = room.batch(`A${i + 1}`, { rows, cols });
      const program = [dense(layer, A_prev, Z, cols), activate("sigmoid", Z, A, cols)];
      A_prev = A;
      return { program, Z, A };
    });
    room.load(layers.flatMap(({ program }) => program))(1);
    let AL: Rows = X;
    const caches = layers.map(({ Z, A }, i): Cache => {
      const linear_cache: LinearCache = [AL, params[`W${i + 1}`], params[`b${i + 1}`]];
      AL = room.read(A);
      return [linear_cache, room.read(Z)];
    });
    return [AL as Float32Array[], caches];
  });
}

/**
 * The cost: -1/m Σ (Y·ln AL + (1 - Y)·ln(1 - AL)), summed over the outputs, the mean over the m samples.
 *
 * A logarithm of less than -100 counts as -100, as in PyTorch, so the cost of an AL of 0 or 1 is finite.
 * @param AL predictions, outputs x samples, each from 0 to 1.
 * @param Y targets, outputs x samples, each from 0 to 1.
 * @throws ShapeError, DataError
 */
export function cost_function(AL: Rows, Y: Rows): number {
  const shape = shapeOf(AL, "AL", PROBABILITY);
  checkLike(Y, "Y", shape, "AL", PROBABILITY);
  return Room.use((room) => {
    const result = room.numbers("cost", 1);
    room.load([cost(room.batch("AL", shape, AL), room.batch("Y", shape, Y), result)])(1);
    return room.readNumbers(result, 1)[0];
  });
}
