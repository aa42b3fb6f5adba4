/**
 * Decisions of a plan that make it fast, and their conditions. Results have the same bits either way, so only the plan can tell. That
 * fit asks for it is tested in test/speed.test.ts.
 */

import { describe, expect, test } from "vitest";
import { Op } from "../../assembly/isa.js";
import { checkSpec, type SpecOptions } from "../../src/model/spec.js";
import { compile } from "../../src/program/compile.js";
import {
  activation,
  batchNorm,
  dense,
  dropout,
  gaussianNoise,
  type LayerSpec,
} from "../../src/program/layers/index.js";
import { sgd } from "../../src/program/optimizers.js";
import { plan } from "../../src/program/plan.js";
import type { Request } from "../../src/program/request.js";
import { requestOf, storeOf } from "../helpers.js";

function planned(options: Partial<SpecOptions>, request: Partial<Request> = {}) {
  const spec = checkSpec({ inputs: 6, layers: [dense(5, "relu"), dense(3)], optimizer: sgd(), ...options });
  const store = storeOf(spec);
  const made = plan(spec, store, requestOf({ batch: 4, ...request }));
  return { made, program: compile(spec, made, store) };
}

describe("layers update themselves and store no gradient", () => {
  const descending = (options: Partial<SpecOptions>, request?: Partial<Request>) =>
    planned(options, request).made.layers.map(({ descends }) => descends);

  test("with plain sgd", () => {
    const { made, program } = planned({});
    expect(made.layers.map(({ descends }) => descends)).toEqual([true, true]);
    expect(made.gradients.bytes).toBe(0);
    expect(program.map(({ op }) => op)).not.toContain(Op.update);
  });

  test("but not with another update, in a frozen layer, or in batches of more than 512", () => {
    for (const optimizer of [
      sgd({ momentum: 0.9 }),
      sgd({ weightDecay: 0.1 }),
      sgd({ clipNorm: 1 }),
      sgd({ clipValue: 1 }),
      "adam",
    ] as const) {
      expect(descending({ optimizer })).toEqual([false, false]);
    }
    const layers = (options: Parameters<typeof dense>[2]) => [dense(5, "relu", options), dense(3)];
    expect(descending({ layers: layers({ l1: 0.1 }) })).toEqual([false, true]);
    expect(descending({ layers: layers({ l2: 0.1 }) })).toEqual([false, true]);
    expect(descending({ layers: layers({ trainable: false }) })).toEqual([false, true]);
    expect(descending({ layers: [dense(5), batchNorm(), dense(3)] })).toEqual([true, false, true]);
    expect(descending({}, { batch: 512 })).toEqual([true, true]);
    expect(descending({}, { batch: 513 })).toEqual([false, false]);
    expect(descending({}, { purpose: "gradients" })).toEqual([false, false]);
  });
});

describe("zeros of the inputs are skipped", () => {
  const skipping = (layers: LayerSpec[], request?: Partial<Request>) =>
    planned({ layers }, { skipsZeros: true, ...request }).made.layers.map(({ skipsZeros }) => skipsZeros);

  test("by the first layer alone", () => {
    expect(skipping([dense(5), dense(3)])).toEqual([true, false]);
    expect(skipping([dense(5), dense(3)], { skipsZeros: false })).toEqual([false, false]);
    const { program } = planned({}, { skipsZeros: true });
    const flags = program.filter(({ op }) => op === Op.dense || op === Op.descend).map(({ f }) => f);
    expect(flags).toEqual([1, 0, 0, 1]);
  });

  test("after what leaves them zeros: dropout, and layers that do nothing", () => {
    expect(skipping([dropout(), dense(3)])).toEqual([true, true]);
    expect(skipping([activation("linear"), dense(3)])).toEqual([true, true]);
    expect(skipping([gaussianNoise(), dense(3)])).toEqual([true, false]);
    expect(skipping([gaussianNoise(), dense(3)], { training: false })).toEqual([true, true]);
    expect(skipping([batchNorm(), dense(3)])).toEqual([true, false]);
  });
});

test("several epochs have their slots in the tables of one plan", () => {
  const { made } = planned({}, { batch: 4, rows: 10, epochs: 5 });
  const { order, rates, losses } = made.tables;
  expect(made.slots).toBe(15);
  expect([order, rates, losses].map(({ cols }) => cols)).toEqual([60, 15, 15]);
});

test("the last activation is not computed where the loss reads Z alone", () => {
  const layers = [dense(5), dense(3, "softmax")];
  const activates = (request: Partial<Request>) =>
    planned({ layers }, { targets: "classes", ...request }).program.some(({ op }) => op === Op.activate);
  expect(activates({})).toBe(false);
  expect(activates({ counts: { hits: true } })).toBe(false);
  expect(activates({ counts: { outputs: true } })).toBe(true);
  expect(activates({ purpose: "predict", targets: "none" })).toBe(true);
});
