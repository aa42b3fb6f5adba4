/** Checkpoints can always be resumed, to the same end. */

import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  DivergenceError,
  dense,
  dropout,
  type FitOptions,
  type History,
  Network,
  type NetworkOptions,
  sgd,
} from "../../src/index.js";
import "../../src/lbfgs.js";
import { checkpointTo } from "../../src/node.js";
import { expectSameBits, floats, parametersOf } from "../helpers.js";
import { expectNoChange, expectRefusal, oneWeight, stateOf } from "./tools.js";

const x = floats(60 * 2, 1);
const y = Array.from(floats(60, 2), (value, r) => value + x[2 * r]);
const make = (options: Partial<NetworkOptions> = {}) =>
  new Network({ inputs: 2, layers: [dense(6, "tanh"), dropout(0.2), dense(1)], seed: 3, ...options });

describe("What onCheckpoint hands over can be resumed", () => {
  test.each([2 ** 31 - 3, 2 ** 31, 2 ** 40, 2 ** 53 - 9])("after %d updates and epochs", (late) => {
    const network = make();
    network.setState({ step: late });
    const handed: Uint8Array[] = [];
    const options = { epochs: late + 4, initialEpoch: late, batchSize: 30 };
    network.fitSync(x, y, { ...options, onCheckpoint: (bytes) => void handed.push(bytes) });
    expect(handed.length).toBeGreaterThan(0);
    for (const bytes of handed) {
      const resumed = Network.resume(bytes);
      resumed.fitSync(x, y, { ...options, initialEpoch: undefined });
      expectSameBits(parametersOf(resumed), parametersOf(network));
      expect(resumed.step).toBe(network.step);
    }
  });

  test.each([1, 2, 3])(
    "a training that diverges hands over no broken state, every %d steps",
    async (checkpointEvery) => {
      for (const learningRate of [1e30, 1e10, 1e4]) {
        const network = oneWeight(1, { optimizer: sgd({ learningRate }) });
        const handed: Uint8Array[] = [];
        const onCheckpoint = (bytes: Uint8Array) => void handed.push(bytes);
        const call = () =>
          network.fitSync([1e3, 2, 3, 4], [0, 0, 0, 0], {
            epochs: 40,
            batchSize: 1,
            checkpointEvery,
            onCheckpoint,
          });
        await expectNoChange(network, call, DivergenceError);
        for (const bytes of handed)
          expect(parametersOf(Network.resume(bytes)).every(Number.isFinite)).toBe(true);
      }
    },
  );

  test("checkpointTo keeps the last good file", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "densely-")), "last");
    const network = oneWeight(1, { optimizer: sgd({ learningRate: 1 }) });
    const good = network.checkpoint();
    checkpointTo(path)(good);
    network.learningRate = 1e30;
    await expectRefusal(
      () => network.fitSync([1e9], [0], { epochs: 9, onCheckpoint: checkpointTo(path) }),
      DivergenceError,
    );
    expect(() => Network.resume(readFileSync(path))).not.toThrow();
  });

  const values = [Infinity, -Infinity, Number.NaN, 1e300];
  test.each(values)("a metric of one's own that is %d is carried", async (value) => {
    const metrics = [{ name: "own", measure: () => value }];
    const options: FitOptions = { epochs: 6, metrics, validationData: [x, y] };
    const whole = make();
    const history = whole.fitSync(x, y, options);
    const handed: Uint8Array[] = [];
    make().fitSync(x, y, { ...options, onCheckpoint: (bytes) => handed.push(bytes) });
    const resumed = Network.resume(handed[2]);
    expect(resumed.fitSync(x, y, options)).toEqual(history);
    expectSameBits(parametersOf(resumed), parametersOf(whole));
  });

  test("checkpoint() of a network that is as it should be can be resumed after any error", async () => {
    const network = oneWeight(1, { optimizer: sgd({ learningRate: 1e30 }) });
    await expectRefusal(
      () => network.fitSync([1e9, 1], [0, 0], { epochs: 9, batchSize: 1 }),
      DivergenceError,
    );
    expect(stateOf(Network.resume(network.checkpoint()))).toBe(stateOf(network));
  });
});

/** The checkpoints of a fit, and how it ended. */
function checkpointsOf(network: Network, options: FitOptions): { history: History; handed: Uint8Array[] } {
  const handed: Uint8Array[] = [];
  const history = network.fitSync(x, y, { ...options, onCheckpoint: (bytes) => handed.push(bytes) });
  return { history, handed };
}

describe("A fit that is done is done after resume too", () => {
  const stopping: [string, FitOptions][] = [
    ["on training rows", { earlyStopping: { monitor: "loss", mode: "max", patience: 2 } }],
    ["on validation rows", { validationSplit: 0.2, earlyStopping: { mode: "max", patience: 3 } }],
    [
      "without restoring",
      { earlyStopping: { monitor: "loss", mode: "max", patience: 2, restoreBest: false } },
    ],
    ["at once", { earlyStopping: { monitor: "loss", mode: "max", patience: 0, minDelta: 1e9 } }],
  ];

  test.each(stopping)("early stopping %s: every checkpoint leads to the same end", (_, more) => {
    const options: FitOptions = { epochs: 30, batchSize: 16, ...more };
    const whole = make();
    const { history, handed } = checkpointsOf(whole, options);
    expect(history.stopped).toBe("early");
    for (const bytes of handed) {
      for (const resume of [false, true]) {
        const resumed = Network.resume(bytes);
        expect(resumed.fitSync(x, y, resume ? { ...options, resume } : options)).toEqual(history);
        expectSameBits(parametersOf(resumed), parametersOf(whole));
        expect(resumed.step).toBe(whole.step);
      }
    }
  });

  test("a fit of all its epochs: its last checkpoint trains no more", () => {
    const whole = make();
    const { history, handed } = checkpointsOf(whole, { epochs: 3 });
    const resumed = Network.resume(handed[2]);
    expect(resumed.fitSync(x, y, { epochs: 3 })).toEqual(history);
    expect(resumed.step).toBe(whole.step);
  });

  test("lbfgs that has arrived", () => {
    const build = () => new Network({ inputs: 2, layers: [dense(1)], optimizer: "lbfgs", seed: 1 });
    const whole = build();
    const { history, handed } = checkpointsOf(whole, { epochs: 200 });
    expect(history.stopped).toBe("early");
    for (const bytes of [handed[0], handed[handed.length - 1]]) {
      const resumed = Network.resume(bytes);
      expect(resumed.fitSync(x, y, { epochs: 200 })).toEqual(history);
      expect(resumed.step).toBe(whole.step);
      expectSameBits(parametersOf(resumed), parametersOf(whole));
    }
  });
});
