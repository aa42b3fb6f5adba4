/** The pool of workers: turns, clean workers after every kind of end, lost workers, idle ones, and its size. */

import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { dense, type FitOptions, Network, workers } from "../../src/index.js";
import { relaxed } from "../../src/relaxed.js";
import { mortal } from "../fit/scripts.js";
import { floats, until } from "../helpers.js";

/** Milliseconds after which a worker that nobody uses ends. */
const IDLE = 5000;

/** Timers of the library wait until a test lets them come: on a slow machine they would end workers, and start others, unasked. */
const timers = vi.hoisted(() => ({
  areHeld: true,
  held: new Map<object, { act: () => void; milliseconds: number }>(),
  /** Lets the timers of a length come, in the order in which they were started. */
  come(length: number): void {
    for (const [timer, { act, milliseconds }] of [...this.held])
      if (milliseconds === length && this.held.delete(timer)) act();
  },
}));
vi.mock("../../src/machine/clocks.js", async (original) => {
  const clocks = await original<typeof import("../../src/machine/clocks.js")>();
  const setTimeout = (act: () => void, milliseconds: number) => {
    if (!timers.areHeld) return clocks.setTimeout(act, milliseconds);
    const timer = { unref() {} };
    timers.held.set(timer, { act, milliseconds });
    return timer;
  };
  const clearTimeout = (timer: NodeJS.Timeout) => {
    if (!timers.held.delete(timer)) clocks.clearTimeout(timer);
  };
  return { ...clocks, setTimeout, clearTimeout };
});

const ROWS = 150;
const x = floats(4 * ROWS, 3);
const y = Int32Array.from({ length: ROWS }, (_, i) => i % 3);
const make = (seed = 0, units = 8) =>
  new Network({ inputs: 4, layers: [dense(units, "relu"), dense(3, "softmax")], seed });
const options: FitOptions = { epochs: 7, validationSplit: 0.2, metrics: ["accuracy"] };

/** A script of its own, and so a pool of its own: a fresh one for each test. Each start appends a letter to a file. */
function script(): { worker: string; starts: () => number; end: () => void } {
  const { worker, end } = mortal(`require("node:fs").appendFileSync(__filename + ".starts", "s");`);
  return { worker, starts: () => readFileSync(`${worker}.starts`, "utf8").length, end };
}

async function paramsAfter(network: Network, more: FitOptions) {
  await network.fit(x, y, { ...options, ...more });
  return network.getParams();
}

beforeEach(() => {
  workers({ size: 2 });
});
afterEach(() => {
  vi.restoreAllMocks();
  timers.areHeld = true;
});

describe("turns", () => {
  test("forty fits at once: two workers, each network with the bits of its own fit", async () => {
    const own = script();
    const seeds = Array.from({ length: 40 }, (_, i) => i);
    const units = (seed: number) => 3 + (seed % 5);
    const there = await Promise.all(
      seeds.map((seed) => paramsAfter(make(seed, units(seed)), { worker: own.worker })),
    );
    const here = await Promise.all(seeds.map((seed) => paramsAfter(make(seed, units(seed)), {})));
    expect(there).toEqual(here);
    expect(own.starts()).toBe(2);
  });

  test("another build has a core of its own in the same worker", async () => {
    workers({ size: 1 });
    const own = script();
    const { worker } = own;
    const fits = [relaxed, "strict" as const, relaxed, "strict" as const].map(async (math) => {
      const network = new Network({ inputs: 4, layers: [dense(5, "tanh"), dense(3, "softmax")], math });
      const same = new Network({ inputs: 4, layers: [dense(5, "tanh"), dense(3, "softmax")], math });
      expect(await paramsAfter(network, { worker })).toEqual(await paramsAfter(same, {}));
    });
    await Promise.all(fits);
    expect(own.starts()).toBe(1);
  });

  test("a signal ends the wait for a turn at once", async () => {
    workers({ size: 1 });
    const { worker } = script();
    const controller = new AbortController();
    const long = [make(), make()];
    const running = long.map((network) =>
      network.fit(x, y, { epochs: 1e7, worker, signal: controller.signal, onEpoch: () => true }),
    );
    await until(() => long.some(({ step }) => step > 0));
    const impatient = new AbortController();
    const network = make();
    const before = network.checkpoint();
    const waiting = network.fit(x, y, { ...options, worker, signal: impatient.signal });
    setImmediate(() => impatient.abort());
    expect((await waiting).stopped).toBe("aborted");
    expect(network.checkpoint()).toEqual(before);
    controller.abort();
    for (const { stopped } of await Promise.all(running)) expect(stopped).toBe("aborted");
    expect((await make().fit(x, y, { ...options, worker })).stopped).toBe("completed");
  });

  test("a callback may wait for a fit that has no worker yet", async () => {
    workers({ size: 1 });
    const { worker } = script();
    const inner: string[] = [];
    timers.areHeld = false;
    const onEpoch = async () => {
      inner.push((await make().fit(x, y, { ...options, worker })).stopped);
    };
    await make().fit(x, y, { epochs: 2, worker, onEpoch });
    expect(inner).toEqual(["completed", "completed"]);
  });
});

describe("the next fit in the same worker has the bits of a fit here, after", () => {
  const ends: Record<string, (worker: string) => Promise<unknown>> = {
    "one that completed": (worker) => make(1, 30).fit(x, y, { ...options, worker }),
    "one that was aborted": async (worker) => {
      const controller = new AbortController();
      const { signal } = controller;
      const onEpoch = () => controller.abort();
      await make(1, 30).fit(x, y, { epochs: 1e6, worker, signal, onEpoch });
    },
    "one that early stopping ended ahead of its worker": (worker) =>
      make(1, 30).fit(x, y, { ...options, epochs: 500, earlyStopping: { patience: 1 }, worker }),
    "one whose callback threw": (worker) => {
      const onEpoch = () => {
        throw new TypeError("mine");
      };
      return make(1, 30)
        .fit(x, y, { ...options, worker, onEpoch })
        .catch(() => {});
    },
    "one that diverged": (worker) => {
      const network = new Network({
        inputs: 4,
        layers: [dense(3)],
        optimizer: { type: "sgd", learningRate: 1e30 },
      });
      return network.fit(x, floats(3 * ROWS, 4), { epochs: 50, worker }).catch(() => {});
    },
    "one that was disposed of": async (worker) => {
      const network = make(1, 30);
      const running = network.fit(x, y, { epochs: 1e6, worker });
      await until(() => network.step > 0);
      network.dispose();
      await running.catch(() => {});
    },
  };

  test.each(Object.entries(ends))("%s", async (_, end) => {
    workers({ size: 1 });
    const own = script();
    const { worker } = own;
    await make().fit(x, y, { ...options, worker });
    await end(worker);
    expect(await paramsAfter(make(4), { worker })).toEqual(await paramsAfter(make(4), {}));
    expect(own.starts()).toBe(1);
  });
});

describe("epochs that are sent ahead", () => {
  const network = () => make(2, 20);
  const ways: Record<string, FitOptions> = {
    "early stopping with the best epoch": {
      ...options,
      epochs: 60,
      earlyStopping: { patience: 2, restoreBest: true },
    },
    "a budget of steps": { ...options, epochs: 30, maxSteps: 33 },
    "checkpoints every few steps": { ...options, checkpointEvery: 5, onCheckpoint: () => {} },
    "a callback that stops": { ...options, epochs: 60, onEpoch: ({ epoch }) => epoch < 4 },
  };

  test.each(Object.entries(ways))("%s: the same history and state", async (_, way) => {
    const [here, there] = [network(), network()];
    const histories = [await here.fit(x, y, way), await there.fit(x, y, { ...way, worker: true })];
    expect(histories[1]).toEqual(histories[0]);
    expect(there.checkpoint()).toEqual(here.checkpoint());
  });

  test("a callback that changes the learning rate or the parameters changes the next epoch", async () => {
    const outcome = async (worker: boolean) => {
      const changed = network();
      const onEpoch = ({ epoch }: { epoch: number }) => {
        if (epoch === 3) changed.setParams({ b1: new Float32Array(20).fill(0.5) });
      };
      const history = await changed.fit(x, y, { ...options, onEpoch, worker });
      return { history, params: changed.getParams() };
    };
    expect(await outcome(true)).toEqual(await outcome(false));
  });

  test("the seconds of their reports add up to the time that they took", async () => {
    const seconds: number[] = [];
    const started = performance.now();
    await network().fit(x, y, {
      ...options,
      epochs: 40,
      worker: true,
      onEpoch: (report) => void seconds.push(report.seconds),
    });
    const took = (performance.now() - started) / 1000;
    const sum = seconds.reduce((total, value) => total + value, 0);
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThan(took * 1.1);
  });
});

describe("a worker that is lost", () => {
  test("its fit gets the error, others and later ones train in new ones", async () => {
    const own = script();
    const { worker } = own;
    workers({ size: 1 });
    const network = make();
    const doomed = network.fit(x, y, { epochs: 1e7, worker });
    await until(() => network.step > 0);
    const later = paramsAfter(make(5), { worker });
    own.end();
    await expect(doomed).rejects.toMatchObject({
      name: "RuntimeError",
      message: expect.stringMatching(/^The worker that trained was lost \(it ended\): .+\.$/),
    });
    expect(await later).toEqual(await paramsAfter(make(5), {}));
    expect(own.starts()).toBe(2);
  });
});

describe("idle workers", () => {
  test("end after five seconds, those beyond a smaller size at once", async () => {
    const terminate = vi.spyOn(Worker.prototype, "terminate");
    const { worker } = script();
    await Promise.all([1, 2, 3, 4].map((seed) => make(seed).fit(x, y, { ...options, worker })));
    expect(terminate).not.toHaveBeenCalled();
    expect(workers({ size: 1 })).toEqual({ size: 1 });
    expect(terminate).toHaveBeenCalled();
    const sofar = terminate.mock.calls.length;
    timers.come(IDLE);
    expect(terminate.mock.calls.length).toBeGreaterThan(sofar);
    expect((await make().fit(x, y, { ...options, worker })).stopped).toBe("completed");
  });

  test("mistakes in the size", () => {
    for (const size of [0, 1.5, "2", Infinity]) {
      expect(() => workers({ size } as never)).toThrow(/^size/);
    }
    expect(() => workers({ count: 2 } as never)).toThrow(/count/);
    expect(workers()).toEqual({ size: 2 });
  });
});
