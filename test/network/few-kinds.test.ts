/** densely/core alone, as in an app that imports nothing else: it knows its own layers and optimizers by name. */

import { expect, test } from "vitest";
import { activation, dense, dropout, Network, SpecError, sgd } from "../../src/core.js";

test("has layers, optimizers and functions of the step", () => {
  const layers = [dense(4), activation("tanh"), dropout(0.1), dense(1)];
  const network = new Network({ inputs: 2, layers, optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }) });
  network.learningRate = (step) => 0.1 / (1 + step);
  expect(network.fitSync([1, 2, 3, 4], [1, 2], { epochs: 2 }).learningRate).toEqual([0.1, 0.05]);
  expect(new Network({ inputs: 2, layers, optimizer: "adamw" }).spec.optimizer.type).toBe("adamw");
});

test.each([
  ["a layer", { layers: [{ type: "batchNorm" }, dense(1)] }, "batchNorm"],
  ["an optimizer", { layers: [dense(1)], optimizer: "lion" }, "lion"],
  ["a loss", { layers: [dense(1)], loss: "focal" }, "focal"],
  ["an initializer", { layers: [{ type: "dense", units: 1, init: "orthogonal" }] }, "orthogonal"],
  [
    "a schedule",
    { layers: [dense(1)], optimizer: { type: "sgd", learningRate: { type: "stepDecay" } } },
    "stepDecay",
  ],
])("names the door that lacks %s", (_, options, name) => {
  const make = () => new Network({ inputs: 2, ...options } as never);
  expect(make).toThrow(SpecError);
  expect(make).toThrow(name);
  expect(make).toThrow('"densely/core"');
});

test("a loss in code is refused, and the door named that takes it", () => {
  const loss = { name: "mine", value: () => 0, gradient() {} };
  const make = () => new Network({ inputs: 2, layers: [dense(1)], loss });
  expect(make).toThrow(SpecError);
  expect(make).toThrow('"densely"');
});

test("a message about an unknown name lists the names, without a guess", () => {
  const make = () =>
    new Network({ inputs: 2, layers: [dense(1)], optimizer: { type: "adam", lr: 1 } as never });
  expect(make).toThrow(/^Unknown option "lr" of adam: use one of learningRate, /);
});
