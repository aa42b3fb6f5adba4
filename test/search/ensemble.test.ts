/** Ensembles: their mean by hand, and the same after every way out of the library. */

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { dense, Network } from "../../src/index.js";
import { Ensemble, ensemble } from "../../src/search.js";
import { readModel, runModel } from "../formats/onnx-interpreter.js";
import { expectClose, floats } from "../helpers.js";

const x = floats(40, 2);
const make = (seed: number, units = 5) =>
  new Network({ inputs: 4, layers: [dense(units, "gelu"), dense(3, "softmax")], seed });
const networks = [make(1), make(2, 7), make(3)];
const wanted = Float32Array.from({ length: 30 }, (_, i) => {
  const [a, b, c] = networks.map((network) => network.predict(x)[i]);
  return (a + b + c) / 3;
});

describe("ensemble", () => {
  const together = ensemble(networks);

  test("predicts the mean and its classes", () => {
    expect(together.predict(x)).toEqual(wanted);
    const classes = Array.from({ length: 10 }, (_, row) => {
      const values = [...wanted.subarray(3 * row, 3 * row + 3)];
      return values.indexOf(Math.max(...values));
    });
    expect([...together.predictClasses(x)]).toEqual(classes);
    const binary = [1, 2].map((seed) => new Network({ inputs: 4, layers: [dense(1, "sigmoid")], seed }));
    const mean = ensemble(binary).predict(x);
    expect([...ensemble(binary).predictClasses(x)]).toEqual([...mean].map((value) => Number(value > 0.5)));
  });

  test("is one file", () => {
    const loaded = Ensemble.load(together.save());
    expect(loaded.predict(x)).toEqual(wanted);
    expect(loaded.networks.map(({ spec }) => spec)).toEqual(networks.map(({ spec }) => spec));
    expect(loaded.save()).toEqual(together.save());
  });

  test.each(["js", "ts"] as const)("is a module: %s", async (format) => {
    const path = join(mkdtempSync(join(tmpdir(), "densely-")), `ensemble.${format === "js" ? "mjs" : "ts"}`);
    writeFileSync(path, together.toModule({ format }));
    const { predict } = await import(pathToFileURL(path).href);
    expectClose(predict(x), wanted, 2e-6);
  });

  test("is an ONNX model", () => {
    const model = readModel(together.toONNX());
    const rows = Array.from({ length: 10 }, (_, row) => [...x.subarray(4 * row, 4 * row + 4)]);
    expectClose(
      rows.flatMap((row) => [...runModel(model, row)]),
      wanted,
      1e-6,
    );
  });

  test("mistakes", () => {
    expect(() => ensemble([])).toThrow(/at least one/);
    expect(() => ensemble([make(1), new Network([4, 2])])).toThrow(/Network 1 .+ 2 outputs/);
    expect(() => ensemble([7] as never)).toThrow(/7/);
    expect(() => ensemble(new Array(2))).toThrow(/undefined/);
    expect(() => Ensemble.load(make(1).save())).toThrow(/save of an ensemble/);
    expect(() => Network.load(together.save())).toThrow();
  });
});
