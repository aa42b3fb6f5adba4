/** Sample weights that may be negative, such as advantages: the loss is Σw·L / rows. */

import { describe, test } from "vitest";
import { DataError, dense, Network, SpecError, sgd } from "../../src/index.js";
import { BUILDS, expectClose, expectError, expectSameBits, floats, wholes } from "../helpers.js";

const ROWS = 21;
const x = floats(ROWS * 4, 1);
const y = wholes(ROWS, 2, 3);
/** Their sum is 0, as that of advantages often is. */
const sampleWeight = Float32Array.from({ length: ROWS }, (_, i) => i - 10);
const WEIGHTS = { sampleWeight, allowNegative: true };

describe.each(BUILDS)("$name", (math) => {
  const make = () =>
    new Network({
      inputs: 4,
      layers: [dense(5, "tanh"), dense(3, "softmax")],
      optimizer: sgd({ learningRate: 0.5 }),
      math,
    });

  /** Σw·L / rows of some rows, and dL/dZ, by hand. */
  function byHand(network: Network, first: number, end: number) {
    const p = network.predict(x.slice(4 * first, 4 * end));
    const rows = end - first;
    let loss = 0;
    const dZ = p.map((share, i) => {
      const r = Math.floor(i / 3);
      const isTrue = i % 3 === y[first + r];
      if (isTrue) loss -= (sampleWeight[first + r] * Math.log(share)) / rows;
      return (sampleWeight[first + r] * (share - Number(isTrue))) / rows;
    });
    return { loss, dZ };
  }

  test("trainOnBatch makes the update of the weighted gradients", () => {
    const [network, other] = [make(), make()];
    const { loss, dZ } = byHand(other, 0, ROWS);
    other.applyGradients(other.backward(x, dZ, { of: "logits" }));
    expectClose([network.trainOnBatch(x, y, WEIGHTS)], [loss], 1e-5);
    expectClose(network.getParams().W1, other.getParams().W1, 1e-5);
  });

  test("fit takes the mean over the rows of each batch, and of the epoch", () => {
    const [network, other] = [make(), make()];
    let sum = 0;
    for (const [first, end] of [
      [0, 8],
      [8, 16],
      [16, 21],
    ]) {
      const { loss, dZ } = byHand(other, first, end);
      sum += loss * (end - first);
      other.applyGradients(other.backward(x.slice(4 * first, 4 * end), dZ, { of: "logits" }));
    }
    const { loss } = network.fitSync(x, y, { batchSize: 8, shuffle: false, ...WEIGHTS });
    expectClose(loss, [sum / ROWS], 1e-5);
    expectClose(network.getParams().W2, other.getParams().W2, 1e-5);
  });

  test("partialFit and a source of batches do the same, in any number of slices", async () => {
    const [network, parts, source] = [make(), make(), make()];
    await network.fit(x, y, { batchSize: 8, shuffle: false, ...WEIGHTS });
    parts.partialFit(x, y, { batchSize: 8, ...WEIGHTS });
    const batches = [0, 8, 16].map(
      (i) => [x.slice(4 * i, 4 * i + 32), y.slice(i, i + 8), sampleWeight.slice(i, i + 8)] as const,
    );
    source.fitSync(batches.values(), { allowNegative: true });
    expectSameBits(parts.getParams().W1, network.getParams().W1);
    expectSameBits(source.getParams().W1, network.getParams().W1);
  });

  test("without negative weights it is a mean over rows too", () => {
    const [network, other] = [make(), make()];
    const ones = { sampleWeight: new Float32Array(ROWS).fill(0.5), allowNegative: true };
    expectClose([network.trainOnBatch(x, y, ones)], [0.5 * other.loss(x, y)], 1e-6);
    const doubled = network.trainOnBatch(x, y, { sampleWeight: ones.sampleWeight });
    expectClose([doubled], [network.clone().loss(x, y)], 0.2);
  });
});

test("negative weights without the option, and metrics with it, are refused", async () => {
  const network = new Network([4, 3]);
  await expectError(() => network.trainOnBatch(x, y, { sampleWeight }), DataError, ["sampleWeight is -10"]);
  await expectError(() => network.fitSync(x, y, { sampleWeight }), DataError, ["sampleWeight is -10"]);
  const metrics = ["accuracy"] as const;
  await expectError(() => network.fitSync(x, y, { ...WEIGHTS, metrics }), SpecError, ["metrics", "evaluate"]);
  const odd = { ...WEIGHTS, allowNegative: 1 as never };
  await expectError(() => network.fitSync(x, y, odd), SpecError, ["allowNegative is 1"]);
  await expectError(() => network.trainOnBatch(x, y, odd), SpecError, ["allowNegative is 1"]);
  const zeros = { sampleWeight: new Float32Array(ROWS), allowNegative: true };
  await expectError(() => network.fitSync(x, y, zeros), DataError, [
    "sampleWeight is 0 for all training rows",
  ]);
});
