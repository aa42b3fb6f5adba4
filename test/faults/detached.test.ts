/** Typed arrays whose buffer was sent to another thread have no numbers, and their iterators throw. */

import { describe, expect, test } from "vitest";
import { integratedGradients } from "../../src/explain.js";
import { DenselyError, dense, Network } from "../../src/index.js";
import { crossValidate, folds, split } from "../../src/search.js";
import { Classifier } from "../../src/table.js";
import { wrong } from "../helpers.js";
import { errorOf } from "./tools.js";

const gone = new Float32Array(8);
structuredClone(gone.buffer, { transfer: [gone.buffer] });

const x = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const y = [0, 1, 1, 0];
const make = () => new Network({ inputs: 2, layers: [dense(1, "sigmoid")] });
const network = make();
const rows = x.map(([a, b], i) => ({ a, b, label: y[i] }));
const labelled = () => new Classifier({ target: "label" });
const none = wrong<never>(gone);

const calls: Record<string, () => unknown> = {
  "predict(x)": () => network.predict(gone),
  "predict of rows": () => network.predict([gone, gone]),
  "y of fit": () => network.fitSync(x, gone),
  "sampleWeight of fit": () => network.fitSync(x, y, { sampleWeight: gone }),
  "setParams(values)": () => network.setParams({ W1: gone }),
  "backward(x, dOutputs)": () => network.backward(x, gone),
  "output of outputGradients": () => network.outputGradients(x, { output: gone }),
  "output of integratedGradients": () => integratedGradients(network, x, { output: gone }),
  "baseline of integratedGradients": () => integratedGradients(network, x, { baseline: gone }),
  "x and y of split": () => split(gone, gone),
  "y of split": () => split(x, gone),
  "stratify of folds": () => folds(4, { folds: 2, stratify: gone }),
  "x and y of crossValidate": () => crossValidate(make, gone, gone),
  "columns of a table": () => labelled().fit({ a: gone, label: gone }),
  "rows of a table": () => new Classifier().fit([gone, gone], ["a", "b"]),
  "sampleWeight of a table": () => labelled().fit(rows, { sampleWeight: gone }),
  "names of a table": () => new Classifier({ names: none }),
};

describe("A detached array is refused by name", () => {
  test.each(Object.entries(calls))("%s", async (_, call) => {
    expect(await errorOf(call)).toBeInstanceOf(DenselyError);
  });
});

test("Weights of a table that are no numbers are refused", async () => {
  for (const weights of [["1", "1", "1", "1"], new Array(4), [true, true, true, true], [1n, 1n, 1n, 1n]]) {
    const error = await errorOf(() => labelled().fit(rows, { sampleWeight: wrong(weights) }));
    expect(error).toBeInstanceOf(DenselyError);
    expect(String(error)).toMatch(/sampleWeight is .* in row 0: give a finite number/);
  }
});
