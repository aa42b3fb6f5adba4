import { SpecError } from "../errors.js";
import { checkNumber, show } from "../model/check.js";
import { exported } from "../model/exported.js";
import { activate, derive, descend, inputGradient } from "../program/equations.js";
import type { Instruction } from "../program/instruction.js";
import type { Matrix } from "../program/matrix.js";
import { packedBytes, subtract } from "./equations.js";
import type { Cache } from "./forward.js";
import {
  checkLike,
  checkParams,
  expectShape,
  PROBABILITY,
  type Rows,
  type Shape,
  shapeOf,
} from "./matrices.js";
import type { ArticleParameters, ArticleValues } from "./parameters.js";
import { Workspace } from "./workspace.js";

/** Gradients by the article's names: dW1, db1, dA0 of the first layer, dW2, db2, dA1 of the second, and so on. */
export type ArticleGradients = Record<`dW${number}` | `db${number}` | `dA${number}`, Float32Array[]>;

type LayerGradients = [dA_prev: Float32Array[], dW: Float32Array[], db: Float32Array[]];

/** Checks all matrices of a cache. @returns the shape of Z. @throws SpecError, ShapeError, DataError */
function checkCache(cache: Cache): Shape {
  if (!Array.isArray(cache) || cache.length !== 2 || !Array.isArray(cache[0]) || cache[0].length !== 3) {
    throw new SpecError(`cache is ${show(cache)}: give [[A_prev, W, b], Z], one entry of caches.`);
  }
  const [[A_prev, W, b], Z] = cache;
  const z = shapeOf(Z, "Z");
  const w = shapeOf(W, "W");
  expectShape("W", w, { rows: z.rows, cols: w.cols }, `Z is ${z.rows} x ${z.cols}`);
  expectShape("A_prev", shapeOf(A_prev, "A_prev"), { rows: w.cols, cols: z.cols }, `Z is W·A_prev + b`);
  expectShape("b", shapeOf(b, "b"), { rows: z.rows, cols: 1 }, `W has ${z.rows} units`);
  return z;
}

/** Computes the gradients of one layer. @param toDZ the instructions that compute dZ. */
function layerGradients(workspace: Workspace, cache: Cache, dZ: Matrix, toDZ: Instruction[]): LayerGradients {
  const [[A_prev, W]] = cache;
  const m = dZ.cols;
  const shape = { rows: W.length, cols: W[0].length };
  const a = workspace.batch("A_prev", { rows: shape.cols, cols: m }, A_prev);
  const dA = workspace.batch("dA_prev", { rows: shape.cols, cols: m });
  const layer = workspace.layer("", 1, shape, { W1: W });
  const gradient = workspace.layer("d", 1, shape);
  const scratch = workspace.scratch(packedBytes(dZ));
  const minus = workspace.numbers("-1/m", 1, -1 / m);
  workspace.load([
    ...toDZ,
    inputGradient(layer.W, dZ, dA, scratch, m), // dA_prev = Wᵀ·dZ
    descend({ dZ, A: a, scratch }, gradient, minus, m), // dW = 0 - (-1/m)·dZ·A_prevᵀ, db = 0 - (-1/m)·dZ·1
  ])(1);
  return [workspace.read(dA), workspace.read(gradient.W), workspace.read(gradient.b)];
}

/**
 * Computes the backward pass of one layer: dZ = dA * σ'(Z), dW = 1/m dZ·A_prevᵀ, db = 1/m Σ dZ over the m samples, dA_prev = Wᵀ·dZ.
 * @param dA units x samples.
 * @param cache [[A_prev, W, b], Z] of the layer, from forward_prop.
 * @returns [dA_prev, dW, db] in the shapes of A_prev, W and b.
 * @throws SpecError for anything but a cache, ShapeError for shapes that do not fit, DataError for values that are not finite.
 */
export const one_layer_backward = /* @__PURE__ */ exported(
  "one_layer_backward(dA, cache)",
  (dA: Rows, cache: Cache): LayerGradients => {
    const z = checkCache(cache);
    checkLike(dA, "dA", z, "Z");
    return Workspace.use((workspace) => {
      const Z = workspace.batch("Z", z, cache[1]);
      const A = workspace.batch("A", z);
      const d = workspace.batch("dZ", z, dA);
      const toDZ = [
        activate("sigmoid", Z, A, z.cols), // A = σ(Z)
        derive("sigmoid", Z, A, d, z.cols), // dZ = dA * A * (1 - A)
      ];
      return layerGradients(workspace, cache, d, toDZ);
    });
  },
);

/** The backward pass of the last layer: dAL * σ'(ZL) = -(Y/AL - (1 - Y)/(1 - AL)) · AL·(1 - AL) = AL - Y, which has no 0/0. */
function lastLayerBackward(AL: Rows, Y: Rows, cache: Cache): LayerGradients {
  const z = checkCache(cache);
  checkLike(AL, "AL", z, "Z of the last cache", PROBABILITY);
  checkLike(Y, "Y", z, "AL", PROBABILITY);
  return Workspace.use((workspace) => {
    const dZ = workspace.batch("AL", z, AL);
    const y = workspace.batch("Y", z, Y);
    const toDZ = [subtract(dZ, y, workspace.numbers("1", 1, 1))]; // dZ = AL - Y
    return layerGradients(workspace, cache, dZ, toDZ);
  });
}

/**
 * Computes the backward pass of all layers, from the last to the first.
 * @param AL predictions, outputs x samples, from forward_prop.
 * @param Y targets, outputs x samples, each from 0 to 1.
 * @param caches from forward_prop.
 * @returns { dW1, db1, dA0, dW2, db2, dA1, ... }: dW and db are numbered as W and b, and divided by m; dA
 * is numbered as A, and not divided.
 * @throws SpecError for anything but caches, ShapeError for shapes that do not fit, DataError for values out of range.
 */
export const backprop = /* @__PURE__ */ exported(
  "backprop(AL, Y, caches)",
  (AL: Rows, Y: Rows, caches: readonly Cache[]): ArticleGradients => {
    if (!Array.isArray(caches) || caches.length === 0) {
      throw new SpecError(`caches is ${show(caches)}: give the second result of forward_prop.`);
    }
    const L = caches.length;
    const grads: ArticleGradients = {};
    for (let l = L; l > 0; l--) {
      const cache: Cache = caches[l - 1];
      const [dA_prev, dW, db] =
        l === L ? lastLayerBackward(AL, Y, cache) : one_layer_backward(grads[`dA${l}`], cache);
      grads[`dW${l}`] = dW;
      grads[`db${l}`] = db;
      grads[`dA${l - 1}`] = dA_prev;
    }
    return grads;
  },
);

/**
 * Makes one step of gradient descent: W = W - learning_rate·dW, b = b - learning_rate·db.
 * @param params as init_params returns them. They are not changed.
 * @param grads as backprop returns them.
 * @param learning_rate a number of at least 0.
 * @returns new parameters.
 * @throws SpecError if a name is missing, ShapeError for shapes that do not fit, DataError for values that are not finite.
 */
export const update_parameters = /* @__PURE__ */ exported(
  "update_parameters(params, grads, learning_rate)",
  (params: ArticleValues, grads: ArticleValues, learning_rate: number): ArticleParameters => {
    const layer_dims = checkParams(params);
    checkNumber(learning_rate, 0, Infinity, "learning_rate");
    const names = layer_dims.slice(1).flatMap((_, i) => [`W${i + 1}`, `b${i + 1}`] as const);
    for (const name of names) {
      const gradient = grads?.[`d${name}`];
      if (!gradient)
        throw new SpecError(`grads has no d${name}: give what backprop returned for these params.`);
      checkLike(gradient, `d${name}`, { rows: params[name].length, cols: params[name][0].length }, name);
    }
    return Workspace.use((workspace) => {
      const alpha = workspace.numbers("α", 1, learning_rate);
      const layers = layer_dims.slice(1).map((rows, i) => {
        const shape = { rows, cols: layer_dims[i] };
        const [{ W, b }, d] = [
          workspace.layer("", i + 1, shape, params),
          workspace.layer("d", i + 1, shape, grads),
        ];
        return { W, b, program: [subtract(W, d.W, alpha), subtract(b, d.b, alpha)] };
      });
      workspace.load(layers.flatMap(({ program }) => program))(1);
      const result: ArticleParameters = {};
      layers.forEach(({ W, b }, i) => {
        result[`W${i + 1}`] = workspace.read(W);
        result[`b${i + 1}`] = workspace.read(b);
      });
      return result;
    });
  },
);
