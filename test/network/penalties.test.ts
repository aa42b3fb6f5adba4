/** penaltiesInLoss: reported losses with the penalties of l1 and l2. */

import { describe, expect, test } from "vitest";
import { type CustomLoss, dense, Network, type OptimizerInput } from "../../src/index.js";
import { lbfgs } from "../../src/lbfgs.js";
import { BUILDS, expectClose, expectSameBits, floats } from "../helpers.js";

const ROWS = 23;
const x = floats(ROWS * 4, 1);
const y = floats(ROWS * 3, 2);
const square: CustomLoss = {
  name: "square",
  value: (a, t) => a.reduce((sum, output, i) => sum + (output - t[i]) ** 2, 0) / a.length,
  gradient: (a, t, out) => {
    for (let i = 0; i < out.length; i++) out[i] = (2 * (a[i] - t[i])) / out.length;
  },
};

/** The penalties of the layers below, by hand; that of a frozen layer does not count. */
function penaltyOf(network: Network): number {
  const { W1, W3 } = network.getParams();
  const l1 = W1.reduce((sum, w) => sum + Math.abs(w), 0);
  const l2 = W3.reduce((sum, w) => sum + w * w, 0);
  return 0.01 * l1 + 0.02 * l2;
}

describe.each(BUILDS)("$name", (math) => {
  const make = (options: { loss?: CustomLoss; optimizer?: OptimizerInput; penaltiesInLoss?: boolean }) =>
    new Network({
      inputs: 4,
      layers: [
        dense(6, "tanh", { l1: 0.01 }),
        dense(5, "tanh", { l2: 0.5, trainable: false }),
        dense(3, "linear", { l2: 0.02 }),
      ],
      math,
      ...options,
    });

  test.each([
    ["a named loss", {}],
    ["a loss in code", { loss: square }],
    ["lbfgs", { optimizer: lbfgs() }],
  ])("of %s: in every report, and the weights are the same", (_, options) => {
    const plain = make({ ...options, penaltiesInLoss: false });
    const network = make({ ...options, penaltiesInLoss: true });
    const penalty = penaltyOf(network);
    expectClose([network.loss(x, y)], [plain.loss(x, y) + penalty], 1e-6);
    expectClose([network.gradients(x, y).loss], [plain.loss(x, y) + penalty], 1e-6);
    expectSameBits(network.gradients(x, y).W1, plain.gradients(x, y).W1);
    expectClose([network.trainOnBatch(x, y)], [plain.trainOnBatch(x, y) + penalty], 1e-6);
    expectSameBits(network.getParams().W3, plain.getParams().W3);
  });

  test("of each batch, with its weights before the update, and of validation", () => {
    const network = make({ penaltiesInLoss: true });
    const plain = make({});
    const expected: number[] = [];
    const found: number[] = [];
    for (let i = 0; i < ROWS; i += 8) {
      const batch = [x.slice(4 * i, 4 * i + 32), y.slice(3 * i, 3 * i + 24)] as const;
      expected.push(penaltyOf(plain) + plain.trainOnBatch(...batch));
    }
    const onBatch = ({ loss }: { loss: number }) => found.push(loss);
    const validationData = [x, y] as const;
    const options = { batchSize: 8, shuffle: false, onBatch, validationData };
    const { loss, valLoss } = network.fitSync(x, y, options);
    expectClose(found, expected, 1e-6);
    expectClose(loss, [(8 * expected[0] + 8 * expected[1] + 7 * expected[2]) / ROWS], 1e-6);
    expectClose(valLoss ?? [], [plain.loss(x, y) + penaltyOf(plain)], 1e-6);
    expect(network.explain()).toContain("L = L + 0.01·Σ|W1|");
  });

  test("it is part of files, and absent where it is false", () => {
    const network = make({ penaltiesInLoss: true });
    expect(Network.load(network.save()).spec.penaltiesInLoss).toBe(true);
    expect(JSON.stringify(make({ penaltiesInLoss: false }))).not.toContain("penaltiesInLoss");
  });
});
