/** The program of every kind of layer, between two dense layers. A kind without a case here fails by name. */

import { describe, expect, test } from "vitest";
import * as densely from "../../src/index.js";
import { checkSpec } from "../../src/model/spec.js";
import { tensorsOf } from "../../src/model/tensors.js";
import { compile } from "../../src/program/compile.js";
import { summarize } from "../../src/program/explain.js";
import LAYERS, {
  activation,
  batchNorm,
  dense,
  dropout,
  gaussianNoise,
  type LayerSpec,
  layerNorm,
  prelu,
  scale,
} from "../../src/program/layers/index.js";
import type { OptimizerInput } from "../../src/program/optimizers.js";
import { plan } from "../../src/program/plan.js";
import type { Request } from "../../src/program/request.js";
import { requestOf, storeOf } from "../helpers.js";

/** A layer as the second of three, and its equations. */
interface Case {
  layer: LayerSpec;
  /** The forward pass in training, and in predictions if it is another one. */
  forward: string[];
  predict?: string[];
  /** The backward pass, and that of the frozen layer if it has parameters. */
  backward: string[];
  frozen?: string[];
  /** Names of its parameters and running statistics. */
  names: string[];
  /** Its line in a summary. */
  summary: RegExp;
}

const CASES: Record<LayerSpec["type"], Case> = {
  dense: {
    layer: dense(3, "tanh", { l1: 0.1, l2: 0.2, maxNorm: 2 }),
    forward: ["Z2 = W2·A1 + b2", "A2 = tanh(Z2)"],
    backward: ["dZ2 = dA2 * tanh'(Z2)", "dA1 = W2ᵀ·dZ2", "dW2 = dZ2·A1ᵀ, db2 = dZ2·1"],
    frozen: ["dZ2 = dA2 * tanh'(Z2)", "dA1 = W2ᵀ·dZ2"],
    names: ["W2", "b2"],
    summary: /^2 {2}dense tanh +5 -> 3 +18$/,
  },
  activation: {
    layer: activation("gelu"),
    forward: ["F1 = gelu(A1)"],
    backward: ["dA1 = dF1 * gelu'(A1)"],
    names: [],
    summary: /^2 {2}gelu +5 -> 5 +0$/,
  },
  dropout: {
    layer: dropout(0.2),
    forward: ["D1 = A1 * mask(0.2, step) / 0.8"],
    predict: [],
    backward: ["dA1 = dD1 * mask(0.2, step) / 0.8"],
    names: [],
    summary: /^2 {2}dropout 0.2 +5 -> 5 +0$/,
  },
  gaussianNoise: {
    layer: gaussianNoise(0.3),
    forward: ["G1 = A1 + 0.3·normal(step)"],
    predict: [],
    backward: [],
    names: [],
    summary: /^2 {2}gaussianNoise 0.3 +5 -> 5 +0$/,
  },
  batchNorm: {
    layer: batchNorm(),
    forward: ["N1 = gamma1·batchNorm(A1) + beta1"],
    predict: ["N1 = gamma1·standardised(A1) + beta1"],
    backward: ["dA1 = dN1·batchNorm'(A1), dgamma1 = dN1·batchNorm(A1)ᵀ, dbeta1 = dN1·1"],
    frozen: ["dA1 = dN1·standardised'(A1)"],
    names: ["gamma1", "beta1", "mean1", "variance1"],
    summary: /^2 {2}batchNorm +5 -> 5 +10$/,
  },
  layerNorm: {
    layer: layerNorm(),
    forward: ["N1 = gamma1·layerNorm(A1) + beta1"],
    backward: ["dA1 = dN1·layerNorm'(A1), dgamma1 = dN1·layerNorm(A1)ᵀ, dbeta1 = dN1·1"],
    frozen: ["dA1 = dN1·layerNorm'(A1)"],
    names: ["gamma1", "beta1"],
    summary: /^2 {2}layerNorm +5 -> 5 +10$/,
  },
  prelu: {
    layer: prelu(),
    forward: ["P1 = prelu(A1, alpha1)"],
    backward: ["dA1 = dP1 * prelu'(A1, alpha1), dalpha1 = (dP1 * min(A1, 0))·1"],
    frozen: ["dA1 = dP1 * prelu'(A1, alpha1)"],
    names: ["alpha1"],
    summary: /^2 {2}prelu +5 -> 5 +5$/,
  },
  scale: {
    layer: scale(),
    forward: ["S1 = scale1 * A1"],
    backward: ["dA1 = scale1 * dS1, dscale1 = (dS1 * A1)·1"],
    frozen: ["dA1 = scale1 * dS1"],
    names: ["scale1"],
    summary: /^2 {2}scale +5 -> 5 +5$/,
  },
};

const KINDS = Object.keys(LAYERS) as LayerSpec["type"][];

const specOf = (layer: LayerSpec, optimizer: OptimizerInput = "adam") =>
  checkSpec({ inputs: 2, layers: [dense(5), layer, dense(1)], optimizer });

/** The equations of a network with this layer in the middle. */
function equationsOf(layer: LayerSpec, request: Partial<Request> = {}, optimizer?: OptimizerInput): string[] {
  const spec = specOf(layer, optimizer);
  const store = storeOf(spec);
  const made = plan(spec, store, requestOf({ batch: 4, ...request }));
  return compile(spec, made, store).map(({ equation }) => equation);
}

/** The equations from the one that writes a name to the one that writes another, both excluded. */
function between(equations: string[], first: string, last: string): string[] {
  const at = (name: string) => equations.findIndex((equation) => equation.startsWith(`${name} = `));
  return equations.slice(at(first) + 1, at(last));
}

test.each(KINDS)("%s has a case", (type) => {
  expect(Object.keys(CASES)).toContain(type);
});

describe.each(KINDS.filter((type) => type in CASES))("%s", (type) => {
  const { layer, forward, predict = forward, backward, frozen, names, summary } = CASES[type];
  const last = type === "dense" ? 3 : 2;

  test("is made by the public function of its name", () => {
    expect(layer.type).toBe(type);
    expect((densely as Record<string, unknown>)[type]).toBeTypeOf("function");
  });

  test("forward pass in training and in predictions", () => {
    expect(between(equationsOf(layer), "A1", `A${last}`)).toEqual(forward);
    const request = { purpose: "predict", targets: "none", training: false } as const;
    expect(between(equationsOf(layer, request), "A1", `A${last}`)).toEqual(predict);
  });

  test("backward pass", () => {
    expect(between(equationsOf(layer), `dW${last}`, "dW1")).toEqual(backward);
  });

  test("frozen, it has no gradient", () => {
    expect("trainable" in layer).toBe(frozen !== undefined);
    if (!frozen) return;
    const spec = { ...layer, trainable: false } as LayerSpec;
    expect(between(equationsOf(spec), `dW${last}`, "dW1")).toEqual(frozen);
    expect(LAYERS[type].isTrained(spec as never)).toBe(false);
    expect(LAYERS[type].isTrained(layer as never)).toBe(true);
  });

  test("parameters, cost and summary", () => {
    const spec = specOf(layer);
    expect(tensorsOf(spec).flatMap(({ name, layer: index }) => (index === 1 ? [name] : []))).toEqual(names);
    expect(LAYERS[type].workOf(layer as never, 5)).toBeGreaterThan(0);
    expect(summarize(spec, storeOf(spec)).split("\n")[2]).toMatch(summary);
  });
});

test("names of parameters differ in a network with every kind twice", () => {
  const layers = Object.values(CASES).flatMap(({ layer }) => [layer, layer]);
  const names = tensorsOf(checkSpec({ inputs: 2, layers })).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

describe("after the gradients", () => {
  const rest = (layer: LayerSpec, optimizer: OptimizerInput = "adam") => {
    const equations = equationsOf(layer, {}, optimizer);
    return equations.slice(equations.indexOf("dW1 = dA1·A0ᵀ, db1 = dA1·1") + 1);
  };

  test("come penalties, clipping to a value, clipping to a norm, the update, maximum norms", () => {
    expect(rest(CASES.dense.layer, { type: "adam", clipNorm: 4, clipValue: 5 })).toEqual([
      "dW2 = dW2 + 0.1·sign(W2) + 0.4·W2",
      "dθ = min(max(dθ, -5), 5)",
      "dθ = dθ·min(1, 4 / |dθ|)",
      "θ = adam(θ, dθ, α)",
      "W2 = W2·min(1, 2 / |rows of W2|)",
    ]);
  });

  test("a frozen layer stays as it is: one update before it, one behind it", () => {
    const frozen = dense(3, "tanh", { l1: 0.1, maxNorm: 2, trainable: false });
    expect(rest(frozen)).toEqual(["θ = adam(θ, dθ, α)", "θ = adam(θ, dθ, α)"]);
  });
});
