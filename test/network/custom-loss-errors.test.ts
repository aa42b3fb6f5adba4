/** Code of the user inside a step: errors, dispose, predictions and training in the functions of a loss. */

import { describe, expect, test } from "vitest";
import { type CustomLoss, dense, Network, StateError } from "../../src/index.js";
import { BUILDS, expectError, expectSameBits, floats } from "../helpers.js";

const INPUTS = 4;
const OUTPUTS = 3;
const ROWS = 29;

/** A function of the user that throws this. */
const FAULT = new Error("a fault of the user");

const square: CustomLoss = {
  name: "square",
  value: (outputs, targets) => outputs.reduce((sum, a, i) => sum + (a - targets[i]) ** 2, 0) / outputs.length,
  gradient: (outputs, targets, out) => {
    for (let i = 0; i < out.length; i++) out[i] = (2 * (outputs[i] - targets[i])) / out.length;
  },
};

describe.each(BUILDS)("$name", (math) => {
  const x = floats(ROWS * INPUTS, 1);
  const y = floats(ROWS * OUTPUTS, 2);
  const make = (loss: CustomLoss) =>
    new Network({ inputs: INPUTS, layers: [dense(6, "tanh"), dense(OUTPUTS)], loss, math });

  describe("after an error in a function everything is as before:", () => {
    /** A network that has trained, whose loss then does something at its fifth call. */
    function faulty(member: "value" | "gradient", act: (network: Network) => void) {
      let left = Infinity;
      const loss: CustomLoss = {
        ...square,
        [member]: (...values: Parameters<CustomLoss["gradient"]>) => {
          if (--left === 0) act(network);
          return (square[member] as CustomLoss["gradient"])(...values);
        },
      };
      const network = make(loss);
      network.fitSync(x, y, { batchSize: 8 });
      left = 5;
      return network;
    }

    const throwing = () => {
      throw FAULT;
    };

    test.each(["value", "gradient"] as const)("%s in fitSync and fit", async (member) => {
      for (const train of [
        async (network: Network) => network.fitSync(x, y, { epochs: 3, batchSize: 8 }),
        async (network: Network) => network.fit(x, y, { epochs: 3, batchSize: 8 }),
      ]) {
        const network = faulty(member, throwing);
        const [before, step] = [network.getParams(), network.step];
        await expect(train(network)).rejects.toBe(FAULT);
        expectSameBits(network.getParams().W1, before.W1);
        expect(network.step).toBe(step);
        // It trains on as one that had no error.
        const other = make(square);
        for (const each of [network, other]) each.fitSync(x, y, { batchSize: 8 });
        other.fitSync(x, y, { batchSize: 8 });
        expectSameBits(network.getParams().W1, other.getParams().W1);
      }
    });

    test.each(["value", "gradient"] as const)("%s in trainOnBatch", (member) => {
      const network = faulty(member, throwing);
      for (let i = 0; i < 4; i++) network.trainOnBatch(x, y);
      const before = network.getParams();
      expect(() => network.trainOnBatch(x, y)).toThrow(FAULT);
      expectSameBits(network.getParams().W1, before.W1);
    });

    test("value in evaluate, gradients and validation", () => {
      const network = faulty("value", throwing);
      expect(() =>
        network.evaluate(
          [...Array(40)].map(() => [1, 2, 3, 4]),
          [...Array(40)].map(() => [1, 2, 3]),
        ),
      ).not.toThrow();
      for (let i = 0; i < 3; i++) network.gradients(x, y);
      expect(() => network.loss(x, y)).toThrow(FAULT);
      expect(network.predict(x).length).toBe(ROWS * OUTPUTS);
    });

    test("training inside is refused", async () => {
      const network = faulty("value", (own) => own.fitSync(x, y));
      const before = network.getParams();
      await expectError(() => network.fitSync(x, y, { epochs: 2, batchSize: 8 }), StateError, ["is running"]);
      expectSameBits(network.getParams().W1, before.W1);
    });

    test("dispose inside ends the call", async () => {
      for (const member of ["value", "gradient"] as const) {
        const network = faulty(member, (own) => own.dispose());
        await expectError(() => network.fitSync(x, y, { epochs: 2, batchSize: 8 }), StateError, ["dispose"]);
        const other = faulty(member, (own) => own.dispose());
        await expect(other.fit(x, y, { epochs: 2, batchSize: 8 })).rejects.toThrow(StateError);
      }
    });
  });

  test("predictions inside, which move memory, change nothing", () => {
    const big = floats(20_000 * INPUTS, 5);
    const curious: CustomLoss = {
      ...square,
      value: (...values) => {
        network.predict(big);
        return square.value(...values);
      },
      gradient: (...values) => {
        network.evaluate(
          x,
          y.map(() => 0),
        );
        square.gradient(...values);
      },
    };
    let depth = 0;
    const network: Network = make({
      ...curious,
      gradient: (...values) => {
        if (depth++ === 0) network.predict(big);
        depth--;
        square.gradient(...values);
      },
    });
    const plain = make(square);
    for (const each of [network, plain])
      each.fitSync(x, y, { epochs: 2, batchSize: 8, validationSplit: 0.2 });
    expectSameBits(network.getParams().W1, plain.getParams().W1);
  });
});
