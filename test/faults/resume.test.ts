/** Checkpoints can always be resumed, a fit that was stopped can be finished, and none goes on with other data. */

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
  SpecError,
  StateError,
  sgd,
} from "../../src/index.js";
import { checkpointTo } from "../../src/node.js";
import { expectSameBits, floats, parametersOf, wrong } from "../helpers.js";
import { expectNoChange, expectRefusal, oneWeight, stateOf } from "./tools.js";

const x = floats(60 * 2, 1);
const y = Array.from(floats(60, 2), (value, r) => value + x[2 * r]);
const make = (options: Partial<NetworkOptions> = {}) =>
  new Network({ inputs: 2, layers: [dense(6, "tanh"), dropout(0.2), dense(1)], seed: 3, ...options });

describe("What onCheckpoint hands over can be resumed", () => {
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

describe("fit with resume: true finishes what was stopped", () => {
  const options: FitOptions = { epochs: 8, batchSize: 16, validationSplit: 0.2, metrics: ["r2"] };
  const whole = make();
  const history = whole.fitSync(x, y, options);
  const stop = (epoch: number) => (report: { epoch: number }) => report.epoch < epoch;

  /** Each stops a fit of these options somewhere. */
  const stops: [string, (network: Network) => Promise<unknown>][] = [
    ["false of onEpoch", async (n) => n.fitSync(x, y, { ...options, onEpoch: stop(3) })],
    [
      "false of onEpoch in the first epoch",
      async (n) => n.fitSync(x, y, { ...options, onEpoch: () => false }),
    ],
    ["false of an async onEpoch", (n) => n.fit(x, y, { ...options, onEpoch: async (r) => r.epoch < 2 })],
    [
      "a signal between epochs",
      (n) => {
        const controller = new AbortController();
        const onEpoch = (r: { epoch: number }) => void (r.epoch === 3 && controller.abort());
        return n.fit(x, y, { ...options, onEpoch, signal: controller.signal });
      },
    ],
    [
      "a signal inside an epoch",
      (n) => {
        const controller = new AbortController();
        const onBatch = (r: { step: number }) => void (r.step === 7 && controller.abort());
        return n.fit(x, y, { ...options, onBatch, signal: controller.signal });
      },
    ],
    [
      "leaving epochs()",
      async (n) => {
        for await (const { epoch } of n.epochs(x, y, options)) if (epoch === 4) break;
      },
    ],
    [
      "an error in the loop over epochs()",
      async (n) => {
        try {
          for await (const { epoch } of n.epochs(x, y, options)) if (epoch === 2) throw new Error("mine");
        } catch {}
      },
    ],
    ["maxSteps", async (n) => n.fitSync(x, y, { ...options, maxSteps: 10 })],
    [
      "a signal in a worker",
      (n) => {
        const controller = new AbortController();
        const onEpoch = (r: { epoch: number }) => void (r.epoch === 3 && controller.abort());
        return n.fit(x, y, { ...options, onEpoch, signal: controller.signal, worker: true });
      },
    ],
  ];

  test.each(stops)("%s, in this process", async (_, act) => {
    for (const call of ["fit", "fitSync"] as const) {
      const network = make();
      await act(network);
      expect(network.step).toBeLessThan(whole.step);
      const rest = await network[call](x, y, { ...options, resume: true });
      expect(rest).toEqual(history);
      expectSameBits(parametersOf(network), parametersOf(whole));
    }
  });

  test.each(stops)("%s, from a checkpoint", async (_, act) => {
    const network = make();
    await act(network);
    const resumed = Network.resume(network.checkpoint());
    expect(resumed.fitSync(x, y, { ...options, resume: true })).toEqual(history);
    expectSameBits(parametersOf(resumed), parametersOf(whole));
  });

  test("stopped several times", async () => {
    const network = make();
    network.fitSync(x, y, { ...options, onEpoch: stop(2) });
    for (const epoch of [3, 5]) {
      const parts = await network.fit(x, y, { ...options, onEpoch: stop(epoch), resume: true });
      expect(parts.epochs).toBe(epoch);
    }
    expect(network.fitSync(x, y, { ...options, resume: true })).toEqual(history);
    expectSameBits(parametersOf(network), parametersOf(whole));
  });

  test("with early stopping, which keeps its best epoch and what it waited", async () => {
    const more: FitOptions = { ...options, epochs: 60, earlyStopping: { patience: 4, minDelta: 0.01 } };
    const whole = make();
    const history = whole.fitSync(x, y, more);
    expect(history.stopped).toBe("early");
    const network = make();
    network.fitSync(x, y, { ...more, onEpoch: stop(history.epochs - 2) });
    const resumed = Network.resume(network.checkpoint());
    for (const stopped of [network, resumed]) {
      expect(stopped.fitSync(x, y, { ...more, resume: true })).toEqual(history);
      expectSameBits(parametersOf(stopped), parametersOf(whole));
    }
  });

  test("without it a new fit begins: the history is its own, and its epochs are all of them", () => {
    const network = make();
    network.fitSync(x, y, { ...options, onEpoch: stop(3) });
    const { step } = network;
    const second = network.fitSync(x, y, options);
    expect(second.epochs).toBe(8);
    expect(second.loss).toHaveLength(8);
    expect(network.step).toBe(step + whole.step);
  });

  test("where nothing was stopped a fit begins", () => {
    const network = make();
    expect(network.fitSync(x, y, { ...options, resume: true })).toEqual(history);
    expectSameBits(parametersOf(network), parametersOf(whole));
  });

  test("with initialEpoch, or as anything but true or false, it is refused", async () => {
    const network = make();
    await expectRefusal(() => network.fitSync(x, y, { resume: true, initialEpoch: 0 }), SpecError, [
      /initialEpoch/,
      /resume/,
    ]);
    for (const resume of ["yes", 1, null]) {
      await expectRefusal(() => network.fitSync(x, y, wrong({ resume })), SpecError, [/resume/]);
    }
  });

  test("a source of batches is gone on with too", async () => {
    const batches = () =>
      new Set([0, 1, 2].map((b) => [x.slice(b * 40, b * 40 + 40), y.slice(b * 20, b * 20 + 20)] as const));
    const [whole, network] = [make(), make()];
    const history = await whole.fit(batches(), { epochs: 4 });
    await network.fit(batches(), { epochs: 4, onEpoch: stop(2) });
    const resume: FitOptions = { epochs: 4, resume: true };
    expect(await network.fit(batches(), resume)).toEqual(history);
    expectSameBits(parametersOf(network), parametersOf(whole));
  });

  test("a fit that is aborted before it begins changes nothing", async () => {
    const network = make();
    network.fitSync(x, y);
    const twin = Network.resume(network.checkpoint());
    const before = stateOf(network);
    const signal = AbortSignal.abort();
    for (const more of [{}, { worker: true }, { validationSplit: 0 }]) {
      const { stopped, epochs } = await network.fit(x, y, { ...options, ...more, signal });
      expect([stopped, epochs]).toEqual(["aborted", 0]);
      expect(stateOf(network)).toBe(before);
    }
    expect(network.fitSync(x, y, { ...options, signal }).stopped).toBe("aborted");
    expect(network.fitSync(x, y, { ...options, epochs: 0 }).epochs).toBe(0);
    expect(network.fitSync(x, y, options)).toEqual(twin.fitSync(x, y, options));
    expectSameBits(parametersOf(network), parametersOf(twin));
  });
});

describe("A fit that was cut goes on with the same rows and batches, or is refused", () => {
  const options: FitOptions = { epochs: 4, batchSize: 16 };
  const cut = () => {
    const network = make();
    network.fitSync(x, y, { ...options, maxSteps: 5 });
    return network;
  };
  const others: [string, (n: Network, o: FitOptions) => unknown][] = [
    ["fewer rows", (n, o) => n.fitSync(x.slice(0, 100), y.slice(0, 50), o)],
    ["more rows", (n, o) => n.fitSync([...x, 1, 2], [...y, 3], o)],
    ["as many batches of more rows", (n, o) => n.fitSync([...x, 1, 2, 3, 4], [...y, 3, 4], o)],
    ["a smaller batchSize", (n, o) => n.fitSync(x, y, { ...o, batchSize: 8 })],
    ["a larger batchSize", (n, o) => n.fitSync(x, y, { ...o, batchSize: 30 })],
    ["as many batches of another size", (n, o) => n.fitSync(x, y, { ...o, batchSize: 15 })],
    ["a full batch", (n, o) => n.fitSync(x, y, { ...o, batchSize: "full" })],
    ["rows kept for validation", (n, o) => n.fitSync(x, y, { ...o, validationSplit: 0.1 })],
    ["the batchSize left out", (n, { batchSize: _, ...o }) => n.fitSync(x, y, o)],
    ["fit instead of fitSync", (n, o) => n.fit(x.slice(0, 80), y.slice(0, 40), o)],
  ];

  test.each(others)("%s: refused, in this process and from a checkpoint", async (_, call) => {
    for (const network of [cut(), Network.resume(cut().checkpoint())]) {
      await expectRefusal(() => call(network, options), StateError, [/rows|batch/, /initialEpoch/]);
      await expectNoChange(network, () => call(network, options));
      // Begun anew it is welcome.
      await call(network, { ...options, initialEpoch: 0 });
    }
  });

  test("cut between two epochs, and stopped by a callback", async () => {
    const between = make();
    between.fitSync(x, y, { ...options, maxSteps: 4 });
    await expectRefusal(() => between.fitSync(x, y, { ...options, batchSize: 8 }), StateError, [/batch/]);
    const stopped = make();
    stopped.fitSync(x, y, { ...options, onEpoch: ({ epoch }) => epoch < 2 });
    await expectRefusal(() => stopped.fitSync(x, y, { ...options, batchSize: 8, resume: true }), StateError, [
      /batch/,
    ]);
  });

  test("the same rows in another array go on", () => {
    const [whole, network] = [make(), cut()];
    whole.fitSync(x, y, options);
    network.fitSync([...x], Float64Array.from(y), options);
    expectSameBits(parametersOf(network), parametersOf(whole));
  });
});
