/** Activations with a slope that is chosen: data, gradients, files, messages. */

import { expect, test } from "vitest";
import { checkGradients } from "../../src/check.js";
import { activation, dense, Network, prelu, type SlopedActivation, SpecError } from "../../src/index.js";
import { expectError, expectSameBits, floats, parametersOf, wrong } from "../helpers.js";

const SLOPED: SlopedActivation[] = [
  { type: "leakyRelu", alpha: 0.3 },
  { type: "elu", alpha: 0.5 },
  { type: "hardSigmoid", alpha: 0.2 },
];

const x = floats(9 * 4, 1);
const y = floats(9 * 3, 2);

test.each(SLOPED)("$type with slope $alpha: gradients by differences, and the same bits from files", (f) => {
  const layers = [dense(9, f), activation(f), dense(3, f)];
  const network = new Network({ inputs: 4, layers, seed: 5, loss: "meanSquaredError" });
  expect(network.spec.layers[0]).toMatchObject({ activation: f });
  const errors = checkGradients(network, x, y);
  expect(Object.entries(errors).filter(([, error]) => !(error < 1e-4))).toEqual([]);
  network.fitSync(x, y, { epochs: 3 });
  const resumed = Network.resume(network.checkpoint());
  expectSameBits(Network.load(network.save()).predict(x), network.predict(x));
  for (const each of [network, resumed]) each.trainOnBatch(x, y);
  expectSameBits(parametersOf(resumed), parametersOf(network));
});

test("a default slope is left out, and the initializer is that of the name", () => {
  expect(dense(3, { type: "leakyRelu", alpha: 0.01 })).toEqual(dense(3, "leakyRelu"));
  expect(activation({ type: "hardSigmoid", alpha: 1 / 6 })).toEqual(activation("hardSigmoid"));
  expect(dense(3, { type: "relu" })).toEqual(dense(3, "relu"));
  expect(dense(3, { type: "leakyReLU", alpha: 0.3 })).toEqual({
    ...dense(3, "leakyRelu"),
    activation: { type: "leakyRelu", alpha: 0.3 },
  });
});

test("summary and explain show the slope", () => {
  const network = new Network({
    inputs: 4,
    layers: [dense(9, { type: "elu", alpha: 0.5 }), prelu(), dense(1)],
  });
  expect(network.summary()).toContain("dense elu 0.5");
  expect(network.explain()).toContain("A1 = elu(Z1, 0.5)");
});

test("other slopes and options are refused", async () => {
  const refuse = (given: unknown, parts: (string | RegExp)[]) =>
    expectError(() => dense(3, wrong(given)), SpecError, parts);
  await refuse({ type: "leakyRelu", alpha: -1 }, ["alpha of leakyRelu is -1", "at least 0"]);
  await refuse({ type: "hardSigmoid", alpha: 0 }, ["alpha of hardSigmoid is 0", "above 0"]);
  await refuse({ type: "relu", alpha: 1 }, ['"alpha" of relu', "none"]);
  await refuse({ type: "elu", slope: 1 }, ['"slope" of elu', "alpha"]);
  await refuse({ alpha: 1 }, ["Unknown activation undefined"]);
  await refuse("prelu", ["prelu()"]);
});
