/** Copies of networks: clone goes on as its original would, copyFrom takes the parameters alone. */

import { describe, expect, test } from "vitest";
import { adam, batchNorm, dense, Network, ShapeError, SpecError, StateError } from "../../src/index.js";
import { expectError, floats, wholes } from "../helpers.js";

const make = (seed = 0, units = 6) =>
  new Network({
    inputs: 4,
    layers: [dense(units, "relu"), batchNorm(), dense(3, "softmax")],
    optimizer: adam({ learningRate: 0.01 }),
    seed,
  });

const x = floats(40, 1);
const y = wholes(10, 2, 3);

describe("clone", () => {
  test.each([
    ["never used", (_: Network) => {}],
    ["that predicted", (network: Network) => network.predict(x)],
    ["that trained", (network: Network) => network.fitSync(x, y, { epochs: 3 })],
    [
      "that was stopped",
      (network: Network) =>
        network.fitSync(x, y, { epochs: 3, batchSize: 4, maxSteps: 4, earlyStopping: { patience: 2 } }),
    ],
  ])("of a network %s trains on to the same bits", (_, use) => {
    const network = make();
    use(network);
    const clone = network.clone();
    expect(clone).toBeInstanceOf(Network);
    expect(clone.checkpoint()).toEqual(network.checkpoint());
    for (const each of [network, clone]) each.fitSync(x, y, { epochs: 4, batchSize: 4 });
    expect(clone.checkpoint()).toEqual(network.checkpoint());
  });

  test("is a network of its own", () => {
    const network = make();
    network.trainOnBatch(x, y);
    const before = network.checkpoint();
    const clone = network.clone();
    clone.learningRate = 0.5;
    clone.trainOnBatch(x, y);
    expect(network.checkpoint()).toEqual(before);
    expect(network.learningRate).toBe(0.01);
    network.dispose();
    expect(clone.predict(x).length).toBe(30);
    expect(() => network.clone()).toThrow(StateError);
  });

  test("has the metadata of its original", () => {
    const network = Network.load(make().save({ metadata: { author: "me" } }));
    expect(network.clone().metadata).toEqual({ author: "me" });
  });
});

describe("copyFrom", () => {
  test("takes parameters and running statistics and leaves the rest", () => {
    const network = make(1);
    const target = make(2);
    for (const each of [network, target]) each.trainOnBatch(x, y);
    network.trainOnBatch(x, y);
    target.copyFrom(network);
    expect(target.getParams()).toEqual(network.getParams());
    expect(target.predict(x)).toEqual(network.predict(x));
    expect(target.step).toBe(1);
    // The state of adam is that of before: another step leads elsewhere.
    for (const each of [network, target]) each.trainOnBatch(x, y);
    expect(target.getParams()).not.toEqual(network.getParams());
  });

  test("refuses other shapes and anything but a network", async () => {
    const network = make();
    const before = network.getParams();
    await expectError(() => network.copyFrom(make(0, 7)), ShapeError, ["W1 of 7 x 4", "W1 of 6 x 4"]);
    await expectError(() => network.copyFrom(new Network([4, 6])), ShapeError, ["no further parameter"]);
    await expectError(() => network.copyFrom({} as Network), SpecError, ["an object", "Network"]);
    const other = make(3);
    other.dispose();
    await expectError(() => network.copyFrom(other), StateError, ["copyFrom"]);
    expect(network.getParams()).toEqual(before);
  });
});

test("a network that was never used takes no memory of its own until it is", () => {
  const networks = Array.from({ length: 2000 }, () => new Network([4, 8, 2]));
  const clones = networks.map((network) => network.clone());
  const [first] = networks[0].predict([1, 2, 3, 4]);
  expect(clones[1999].predict([1, 2, 3, 4])[0]).toBe(first);
});
