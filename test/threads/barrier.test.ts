/** The barrier of the core for several threads, under stress: threads that come early, late, and asleep. */

import { Worker } from "node:worker_threads";
import asc from "assemblyscript/asc";
import { expect, test } from "vitest";

const ENTRY = "test/threads/barrier-entry.ts";

/** Compiles the entry as the core is compiled. */
async function compile(): Promise<WebAssembly.Module> {
  let bytes = new Uint8Array();
  const flags = [
    "-O3",
    "--converge",
    "--noAssert",
    "--runtime",
    "stub",
    "--enable",
    "simd",
    "--enable",
    "threads",
  ];
  const memory = ["--importMemory", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "1"];
  const { error, stderr } = await asc.main([ENTRY, ...flags, ...memory, "--outFile", "barrier.wasm"], {
    writeFile: (name, contents) => {
      if (name.endsWith(".wasm")) bytes = contents as Uint8Array<ArrayBuffer>;
    },
  });
  if (error) throw new Error(stderr.toString());
  return new WebAssembly.Module(bytes);
}

const module = await compile();
const AT = 4096;

/** Runs `race` in as many threads. @returns what each returned. */
async function race(threads: number, turns: number, first = 0): Promise<number[]> {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  new Int32Array(memory.buffer)[AT / 4] = first;
  const source = `
    const { workerData: d, parentPort } = require("node:worker_threads");
    const { race } = new WebAssembly.Instance(d.module, { env: { memory: d.memory } }).exports;
    parentPort.postMessage(race(${AT}, d.rank, d.threads, d.turns, d.first));`;
  return Promise.all(
    Array.from({ length: threads }, async (_, rank) => {
      const workerData = { module, memory, rank, threads, turns, first };
      const worker = new Worker(source, { eval: true, workerData });
      return new Promise<number>((resolve, reject) => {
        worker.once("message", resolve);
        worker.once("error", reject);
      });
    }),
  );
}

test.each([
  [2, 8_000],
  [3, 1_000],
  [4, 1_000],
])("%s threads meet %s times, and none slips", async (threads, turns) => {
  expect(await race(threads, turns)).toEqual(new Array(threads).fill(0));
});

test("counts wrap around", async () => {
  expect(await race(2, 2_000, 2 ** 31 - 1_001)).toEqual([0, 0]);
});

test("a wait with limited patience ends where nobody comes, and not where somebody does", () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as Record<
    string,
    (...numbers: number[]) => number
  >;
  expect(exports.hear(AT, 1, 1)).toBe(0);
  exports.tell(AT);
  expect(exports.hear(AT, 1, 1)).toBe(1);
});
