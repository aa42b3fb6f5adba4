/** A network of lbfgs without the import of densely/lbfgs: it can be made, loaded and used, and is not trained. */

import { expect, test } from "vitest";
import { dense, Network, SpecError } from "../../src/index.js";
import { expectError } from "../helpers.js";

const x = [[0], [1], [2]];
const y = [1, 3, 5];
const make = () => new Network({ inputs: 1, layers: [dense(1)], optimizer: "lbfgs", seed: 1 });
const parts = ["lbfgs", 'import { lbfgs } from "densely/lbfgs"', "adam"];

test("a network that is loaded predicts as before", () => {
  const network = make();
  expect(Network.load(network.save()).predict(x)).toEqual(network.predict(x));
  expect(Network.resume(network.checkpoint()).spec).toEqual(network.spec);
});

test("training names the import, and changes nothing", async () => {
  const network = make();
  const before = network.save();
  await expectError(() => network.fit(x, y), SpecError, parts);
  await expectError(() => network.fitSync(x, y), SpecError, parts);
  await expectError(() => network.trainOnBatch(x, y), SpecError, parts);
  expect(network.save()).toEqual(before);
});

test("once it is imported, networks that were made before train too", async () => {
  const network = make();
  const { lbfgs } = await import("../../src/lbfgs.js");
  expect(lbfgs()).toEqual(network.spec.optimizer);
  expect(network.fitSync(x, y, { epochs: 20 }).loss.at(-1)).toBeLessThan(1e-10);
});
