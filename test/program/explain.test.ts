/** The texts of explain and summary, for fixed addresses. Pure: no WebAssembly runs. */

import { describe, expect, test } from "vitest";
import { isOverClasses } from "../../src/model/losses.js";
import { checkSpec, type NetworkSpec, type SpecOptions } from "../../src/model/spec.js";
import { explain, list, summarize } from "../../src/program/explain.js";
import { dense } from "../../src/program/layers/index.js";
import { adam, sgd } from "../../src/program/optimizers.js";
import { plan } from "../../src/program/plan.js";
import { requestOf, storeOf } from "../helpers.js";

function listing(spec: NetworkSpec, batch: number, bytes = false): string {
  const targets = isOverClasses(spec.loss) ? "classes" : "matrix";
  const request = requestOf({
    batch,
    byteInputs: bytes,
    targets,
    counts: { hits: bytes },
    skipsZeros: bytes,
  });
  const store = storeOf(spec);
  return list(spec, plan(spec, store, request), store);
}

const withoutAddresses = (text: string): string => text.replace(/ +@[0-9a-f]+/g, "");

test("a 2-4-1 network", () => {
  const spec = checkSpec({ inputs: 2, layers: [dense(4, "tanh"), dense(1, "sigmoid")], optimizer: sgd() });
  expect(listing(spec, 4)).toMatchInlineSnapshot(`
    "One training step of 2-4-1, batch of 4:
    A0 = X[order]                            2x4   @1020c0
    Y = Y[order]                             1x4   @102140
    Z1 = W1·A0 + b1                          4x4   @102280
    A1 = tanh(Z1)                            4x4   @102300
    Z2 = W2·A1 + b2                          1x4   @102400
    L, dZ2 = binaryCrossentropy(Z2, Y)       1x4   @102500
    dA1 = W2ᵀ·dZ2                            4x4   @102380
    W2 = W2 - α·dZ2·A1ᵀ, b2 = b2 - α·dZ2·1   1x4   @0010a0
    dZ1 = dA1 * tanh'(Z1)                    4x4   @102380
    W1 = W1 - α·dZ1·A0ᵀ, b1 = b1 - α·dZ1·1   4x2   @001000"
  `);
});

test("bytes, relu, softmax, momentum and accuracy", () => {
  const layers = [dense(128, "relu"), dense(10, "softmax")];
  const spec = checkSpec({ inputs: 784, layers, optimizer: sgd({ momentum: 0.9 }) });
  expect(withoutAddresses(listing(spec, 32, true))).toMatchInlineSnapshot(`
    "One training step of 784-128-10, batch of 32:
    A0 = X[order] · 0.00392157                  784x32
    Y = oneHot(y[order])                         10x32
    A1 = relu(W1·A0 + b1)                       128x32
    Z2 = W2·A1 + b2                              10x32
    L, dZ2 = categoricalCrossentropy(Z2, Y)      10x32
    hits = count(argmax Z2 = argmax Y)             1x1
    dA1 = W2ᵀ·dZ2                               128x32
    dW2 = dZ2·A1ᵀ, db2 = dZ2·1                  10x128
    dZ1 = dA1 * relu'(A1)                       128x32
    dW1 = dZ1·A0ᵀ, db1 = dZ1·1                 128x784
    v = 0.9·v + dθ, θ = θ - α·v               102608x1"
  `);
});

test("a hidden softmax and a loss on outputs", () => {
  const spec = checkSpec({ inputs: 3, layers: [dense(5, "softmax"), dense(2)], optimizer: adam() });
  expect(withoutAddresses(listing(spec, 1))).toMatchInlineSnapshot(`
    "One training step of 3-5-2, batch of 1:
    Z1 = W1·A0 + b1                      5x1
    A1 = softmax(Z1)                     5x1
    A2 = W2·A1 + b2                      2x1
    L, dA2 = meanSquaredError(A2, Y)     2x1
    dA1 = W2ᵀ·dA2                        5x1
    dW2 = dA2·A1ᵀ, db2 = dA2·1           2x5
    dZ1 = dA1 * softmax'(Z1)             5x1
    dW1 = dZ1·A0ᵀ, db1 = dZ1·1           5x3
    θ = adam(θ, dθ, α)                 112x1"
  `);
});

describe("explain is the program that fit runs", () => {
  const layers = [dense(3, "sigmoid"), dense(1, "sigmoid")];
  const explained = (options: Partial<SpecOptions>, batch: number) => {
    const spec = checkSpec({ inputs: 2, layers, optimizer: sgd(), ...options });
    return withoutAddresses(explain(spec, storeOf(spec), batch, 0x100000)).split("\n");
  };

  test("one instruction for a network of the size of XOR and batches of 1", () => {
    expect(explained({}, 1)).toEqual([
      "One training step of 2-3-1, batch of 1:",
      "L, W1, b1, W2, b2 = descent(binaryCrossentropy(W2·σ(W1·X[order] + b1) + b2, Y[order]), α)   1x2",
    ]);
  });

  test("the general program for larger batches and networks, and for other optimizers", () => {
    for (const [options, batch] of [
      [{}, 2],
      [{ inputs: 5 }, 1],
      [{ optimizer: adam() }, 1],
    ] as const) {
      expect(explained(options, batch)[1]).toMatch(/^A0 = X\[order\]/);
    }
  });
});

test("summary", () => {
  const spec = checkSpec([784, 128, 10]);
  expect(summarize(spec, storeOf(spec))).toMatchInlineSnapshot(`
    "   layer                shape   parameters
    1  dense relu      784 -> 128      100,480
    2  dense softmax    128 -> 10        1,290
    101,770 parameters, categoricalCrossentropy, adam"
  `);
});
