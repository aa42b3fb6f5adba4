/** A fit that was stopped can be finished, and none goes on with other data. */

import { describe, expect, test } from "vitest";
import {
  dense,
  dropout,
  type FitOptions,
  Network,
  type NetworkOptions,
  SpecError,
  StateError,
} from "../../src/index.js";
import { expectSameBits, floats, parametersOf, wrong } from "../helpers.js";
import { expectNoChange, expectRefusal, stateOf } from "./tools.js";

const x = floats(60 * 2, 1);
const y = Array.from(floats(60, 2), (value, r) => value + x[2 * r]);
const make = (options: Partial<NetworkOptions> = {}) =>
  new Network({ inputs: 2, layers: [dense(6, "tanh"), dropout(0.2), dense(1)], seed: 3, ...options });

const fitBy = (call: "fit" | "fitSync", network: Network, options: FitOptions) =>
  call === "fit" ? network.fit(x, y, options) : network.fitSync(x, y, options);

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
      const rest = await fitBy(call, network, { ...options, resume: true });
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
