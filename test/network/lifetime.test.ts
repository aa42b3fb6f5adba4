/** Memory: how much a fit takes, that it is given back, and that networks come and go. */

import { expect, test } from "vitest";
import { Network } from "../../src/index.js";
import { floats, wholes } from "../helpers.js";

const MB = 2 ** 20;
const ROWS = 60_000;
const PIXELS = 784;

test("MNIST takes no more memory than its data and 64 MB", () => {
  const x = new Uint8Array(ROWS * PIXELS);
  const y = new Uint8Array(ROWS);
  for (let r = 0; r < ROWS; r++) {
    y[r] = r % 10;
    x[r * PIXELS + y[r]] = 255;
  }
  const network = new Network([PIXELS, 16, 10]);
  network.fitSync(x, y, { batchSize: 128, metrics: ["accuracy"], validationSplit: 0.1 });
  expect(network.memoryBytes).toBeLessThanOrEqual(x.byteLength + 64 * MB);
  network.predict(x);
  network.evaluate(x, y);
  expect(network.memoryBytes).toBeLessThanOrEqual(x.byteLength + 64 * MB);
});

test("data beyond the window takes 64 MB at most", () => {
  const x = new Float32Array(25_000 * PIXELS);
  const y = new Uint8Array(25_000);
  expect(x.byteLength).toBeGreaterThan(64 * MB);
  const network = new Network([PIXELS, 4, 2]);
  network.fitSync(x, y, { batchSize: 128 });
  network.predict(x);
  network.evaluate(x, y);
  expect(network.memoryBytes).toBeLessThanOrEqual(64 * MB);
});

test("calls give their memory back", async () => {
  const network = new Network([10, 8, 3]);
  const x = floats(5000 * 10, 1);
  const y = wholes(5000, 2, 3);
  const calls = async () => {
    await network.fit(x, y, { validationSplit: 0.5, metrics: ["accuracy"] });
    network.fitSync(x, y);
    network.trainOnBatch(x, y);
    network.predict(x);
    network.evaluate(x, y);
    network.gradients(x, y);
    network.explain();
    expect(() =>
      network.fitSync(x, y, {
        onEpoch: () => {
          throw new Error("mine");
        },
      }),
    ).toThrow("mine");
  };
  await calls();
  const bytes = network.memoryBytes;
  for (let i = 0; i < 20; i++) await calls();
  expect(network.memoryBytes).toBe(bytes);
});

test.each([true, false])("1,000 networks are made, trained and forgotten (dispose: %s)", async (disposes) => {
  const x = [[0, 0], [0, 1], [1, 0], [1, 1]]; // biome-ignore format: XOR
  const y = [0, 1, 1, 0];
  for (let i = 0; i < 1000; i++) {
    const network = new Network([2, 3, 1]);
    network.fitSync(x, y, { epochs: 2 });
    if (disposes) network.dispose();
    // As in real use, the event loop runs now and then.
    if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
});

test("using disposes", () => {
  let kept: Network;
  {
    using network = new Network([2, 1]);
    kept = network;
    expect(kept.predict([0, 0])).toHaveLength(1);
  }
  expect(() => kept.predict([0, 0])).toThrow("disposed");
});
