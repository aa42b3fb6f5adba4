/** Training in a worker ends in every case: with an answer, an error by name, or because it was told to. */

import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { dense, Network, RuntimeError, StateError } from "../../src/index.js";
import { script } from "../fit/scripts.js";
import { expectSameBits, floats, parametersOf, until } from "../helpers.js";
import { apart, endShared, expectRefusal, stateOf } from "./tools.js";

const x = floats(400, 1);
const y = floats(200, 2);
const make = () => new Network({ inputs: 2, layers: [dense(6, "tanh"), dense(1)], seed: 2 });

afterEach(() => vi.restoreAllMocks());

describe("A worker that does not answer", () => {
  const silent: [string, string][] = [
    ["never", "setInterval(() => {}, 1e6)"],
    ["and listens", "require('node:worker_threads').parentPort.on('message', () => {})"],
    ["and loops", "for (;;);"],
  ];

  /** A script, and a promise that resolves once a worker runs it. */
  function watched(text: string): { worker: string; begun: Promise<void> } {
    const worker = script(`require("node:fs").writeFileSync(__filename + ".begun", "");\n${text}`);
    return { worker, begun: until(() => existsSync(`${worker}.begun`)) };
  }

  test.each(silent)("%s: a signal ends the fit", async (_, text) => {
    const network = make();
    const before = parametersOf(network);
    const controller = new AbortController();
    const { worker, begun } = watched(text);
    const running = network.fit(x, y, { epochs: 5, worker, signal: controller.signal });
    await begun;
    controller.abort();
    expect((await running).stopped).toBe("aborted");
    expectSameBits(parametersOf(network), before);
    expect((await network.fit(x, y)).stopped).toBe("completed");
  });

  test.each(silent)("%s: dispose ends the fit", async (_, text) => {
    const network = make();
    const { worker, begun } = watched(text);
    const running = network.fit(x, y, { epochs: 5, worker });
    await begun;
    network.dispose();
    await expectRefusal(() => running, StateError, [/dispose/]);
  });

  test("and one that ends at once, or cannot be read, is an error by name", async () => {
    for (const text of ["process.exit(3)", "throw new Error('broken')", "}{ no script"]) {
      const network = make();
      const before = stateOf(network);
      const running = () => network.fit(x, y, { epochs: 5, worker: script(text) });
      await expectRefusal(running, RuntimeError, [/worker/]);
      expect(stateOf(network)).toBe(before);
    }
  });
});

describe("A worker that answers with garbage", () => {
  afterAll(endShared);

  const garbage = [
    "null",
    "7",
    "'text'",
    "undefined",
    "{}",
    "[]",
    "{ parts: 7 }",
    "{ parts: null }",
    "{ parts: [] }",
    "{ parts: ['a'] }",
    "{ parts: [new Uint8Array(1)] }",
    "{ parts: Array(99).fill(new Uint8Array(1e6)) }",
    "{ parts: [], error: 5 }",
    "{ error: null }",
    "{ error: '' }",
    "new Map()",
    "123n",
    // As if it were there, and then no result of a job.
    "{ bytes: new Uint8Array(0), done: 7 }",
    "{ bytes: new Uint8Array(0), done: {} }",
    "{ bytes: new Uint8Array(0), done: { outcome: { snapshot: { state: [] } } } }",
  ];
  test.each(garbage)("%s: an error by name, and the process goes on", async (answer) => {
    const path = script(
      `require('node:worker_threads').parentPort.on('message', function () { this.postMessage(${answer}); });`,
    );
    const result = await apart(
      async ({ Network, dense, DenselyError }, [path, x, y]) => {
        const network = new Network({ inputs: 2, layers: [dense(6, "tanh"), dense(1)] });
        const before = String(network.checkpoint());
        const outcome = await network.fit(x, y, { epochs: 3, worker: path }).then(
          ({ loss }) => `history ${loss}`,
          (error) => (error instanceof DenselyError ? error.name : `raw ${error}`),
        );
        const isAsBefore = String(network.checkpoint()) === before;
        await network.fit(x, y);
        return { outcome, isAsBefore };
      },
      { input: [path, x, y] as const, isShared: true },
    );
    expect(result).toEqual({ outcome: "RuntimeError", isAsBefore: true });
  });
});

describe("A URL that was given works or throws, every time", () => {
  test.each([
    "nonsense",
    "/missing/worker.js",
    "./worker.js",
    "data:text/javascript,7",
    "https://example.invalid/worker.js",
    "file:///missing.js",
  ])("%s", async (worker) => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    for (let time = 0; time < 3; time++) {
      const network = make();
      const before = stateOf(network);
      await expectRefusal(() => network.fit(x, y, { worker }), RuntimeError, [/worker/]);
      expect(stateOf(network)).toBe(before);
    }
    expect(warn).not.toHaveBeenCalled();
  });

  test("as a URL too, and where the host has no workers", async () => {
    await expectRefusal(() => make().fit(x, y, { worker: pathToFileURL("/missing.js") }), RuntimeError, [
      /worker/,
    ]);
    vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
    await expectRefusal(() => make().fit(x, y, { worker: "/worker.js" }), RuntimeError, [/worker/]);
  });

  test("worker: true says once that there are none, and trains here", async () => {
    vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const [here, there] = [make(), make()];
    await here.fit(x, y);
    await there.fit(x, y, { worker: true });
    expectSameBits(parametersOf(there), parametersOf(here));
  });
});

describe("Pages that forbid workers of blobs", () => {
  /** As a browser: no threads of Node.js, but Web Workers as given. */
  async function inBrowser(WebWorker: unknown) {
    vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
    vi.spyOn(console, "warn").mockImplementation(() => {});
    vi.stubGlobal("Worker", WebWorker);
    const made = vi.spyOn(URL, "createObjectURL");
    const revoked = vi.spyOn(URL, "revokeObjectURL");
    try {
      const network = make();
      await network.fit(x, y, { worker: true });
      expect(network.step).toBeGreaterThan(0);
      for (const { value } of made.mock.results) expect(revoked).toHaveBeenCalledWith(value);
      expect(revoked.mock.calls.length).toBe(made.mock.calls.length);
    } finally {
      vi.unstubAllGlobals();
    }
  }

  test("a constructor that throws", () =>
    inBrowser(
      class {
        constructor() {
          throw new DOMException("forbidden", "SecurityError");
        }
      },
    ));

  test("an error event, as Content-Security-Policy makes it", () =>
    inBrowser(
      class {
        onerror: ((event: object) => void) | undefined;
        constructor() {
          setTimeout(() => this.onerror?.({ preventDefault() {} }));
        }
        postMessage() {}
        terminate() {}
      },
    ));

  test("a post that throws", () =>
    inBrowser(
      class {
        postMessage() {
          throw new DOMException("not cloned", "DataCloneError");
        }
        terminate() {}
      },
    ));
});
