/** Waits of a fit end in every case, and what waits for nothing keeps no process alive. */

import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, test, vi } from "vitest";
import { dense, type FitOptions, Network, StateError } from "../../src/index.js";
import { floats, parametersOf, wrong } from "../helpers.js";
import { ending, expectRefusal } from "./tools.js";

const x = floats(400, 1);
const y = floats(200, 2);
const make = () => new Network({ inputs: 2, layers: [dense(6, "tanh"), dense(1)], seed: 2 });

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("Promises that callbacks return", () => {
  const mine = new Error("mine");
  /** A thenable, as far as the language asks for one. */
  const thenable = (then: (resolve: (value: unknown) => void, reject: (reason: unknown) => void) => void) =>
    wrong<Promise<unknown>>({ then });
  const modes: [string, FitOptions][] = [
    ["here", {}],
    ["in a worker", { worker: true }],
  ];

  test.each(modes)("a thenable whose then returns nothing, %s", async (_, mode) => {
    const run = (onEpoch: () => unknown) => make().fit(x, y, { epochs: 3, onEpoch, ...mode });
    expect((await run(() => thenable((resolve) => resolve(undefined)))).stopped).toBe("completed");
    expect((await run(() => thenable((resolve) => void setTimeout(resolve, 5, true)))).stopped).toBe(
      "completed",
    );
    expect((await run(() => thenable((resolve) => resolve(false)))).stopped).toBe("callback");
    expect(await run(() => thenable((_, reject) => reject(mine))).catch((error) => error)).toBe(mine);
    expect(
      await run(() =>
        thenable(() => {
          throw mine;
        }),
      ).catch((error) => error),
    ).toBe(mine);
    // Only the first answer counts.
    const twice = thenable((resolve, reject) => {
      resolve(true);
      resolve(false);
      reject(mine);
    });
    expect((await run(() => twice)).stopped).toBe("completed");
  });

  test.each(modes)("a signal ends a fit that waits for one that never answers, %s", async (_, mode) => {
    const fits = [() => new Promise(() => {}), () => thenable(() => {})].map(async (never) => {
      const controller = new AbortController();
      const onEpoch = () => {
        setImmediate(() => controller.abort());
        return never();
      };
      return make().fit(x, y, { epochs: 3, onEpoch, signal: controller.signal, ...mode });
    });
    for (const { stopped } of await Promise.all(fits)) expect(stopped).toBe("aborted");
  });

  test.each(modes)("dispose ends a fit that waits for one that never answers, %s", async (_, mode) => {
    const network = make();
    const onBatch = () => {
      setImmediate(() => network.dispose());
      return new Promise(() => {});
    };
    const running = network.fit(x, y, { epochs: 3, onBatch, ...mode });
    await expectRefusal(() => running, StateError, [/dispose/]);
  });
});

describe("Nothing keeps a process alive that has nothing left to do", () => {
  const start = `
    const network = new doors.Network([2, 6, 1]);
    const x = Array.from({ length: 200 }, (_, i) => [Math.sin(i), Math.cos(i)]), y = x.map(([a]) => Number(a > 0));`;

  test.each([
    [
      "epochs() that is dropped, in a worker",
      "const loop = network.epochs(x, y, { epochs: 9, worker: true }); await loop.next();",
    ],
    [
      "epochs() that is dropped, here",
      "const loop = network.epochs(x, y, { epochs: 9 }); await loop.next();",
    ],
    ["epochs() that is never begun", "network.epochs(x, y, { epochs: 9, worker: true });"],
    [
      "epochs() that is left",
      "for await (const report of network.epochs(x, y, { epochs: 9, worker: true })) break;",
    ],
    ["a fit in a worker that is done", "await network.fit(x, y, { worker: true });"],
    [
      "a fit in a worker that was refused",
      "await network.fit(x, y, { worker: true, epochs: -1 }).catch(() => {});",
    ],
    [
      "a fit in a worker that failed",
      "await network.fit(x, y, { worker: true, onEpoch() { throw 1; } }).catch(() => {});",
    ],
    [
      "a disposed network",
      "const fit = network.fit(x, y, { epochs: 1e6, worker: true }); network.dispose(); await fit.catch(() => {});",
    ],
    [
      "a worker that never answers, whose network is disposed",
      `
      const fit = network.fit(x, y, { worker: new URL("data:text/javascript,setInterval(()=>{},1e6)") });
      setTimeout(() => network.dispose(), 100); await fit.catch(() => {});`,
    ],
  ])("%s", async (_, act) => {
    const { code, output } = await ending(`${start}\n${act}\nconsole.log("done");`);
    expect({ code, output }).toEqual({
      code: expect.toBeOneOf([0, 13]),
      output: expect.stringContaining("done"),
    });
  });

  test("a fit that is under way does keep it alive", async () => {
    const { code, output } = await ending(
      `${start}\nnetwork.fit(x, y, { epochs: 500, worker: true }).then(() => console.log("trained"));`,
    );
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining("trained") });
  });
});

describe("Timers that a test has faked", () => {
  test.each([{}, { worker: true }])("fit ends all the same, %o", async (mode) => {
    const network = new Network({ inputs: 2, layers: [dense(64, "tanh"), dense(64, "tanh"), dense(1)] });
    vi.useFakeTimers({
      toFake: ["setImmediate", "setTimeout", "setInterval", "queueMicrotask", "performance", "Date"],
    });
    const running = network.fit(x, y, { epochs: 150, ...mode });
    expect((await running).stopped).toBe("completed");
  });
});

describe("onBatch in a worker", () => {
  test("says what it says without one, in the same order", async () => {
    const reports = async (worker: boolean) => {
      const seen: unknown[] = [];
      const network = make();
      await network.fit(x, y, {
        epochs: 3,
        batchSize: 8,
        worker,
        onBatch: (report) => void seen.push(report),
        onEpoch: ({ epoch, loss }) => void seen.push([epoch, loss]),
      });
      return [seen, parametersOf(network)];
    };
    expect(await reports(true)).toEqual(await reports(false));
  });

  test("takes no message a batch", async () => {
    const count = async (options: FitOptions) => {
      const post = vi.spyOn(Worker.prototype, "postMessage");
      await make().fit(x, y, { epochs: 40, batchSize: 1, worker: true, ...options });
      const messages = post.mock.calls.length;
      post.mockRestore();
      return { messages };
    };
    let batches = 0;
    const told = await count({ onBatch: () => void batches++ });
    expect(batches).toBe(40 * 200);
    // Some a slice and some an epoch, however short its slices are.
    expect(told.messages).toBeLessThan(batches / 20);
  });
});
