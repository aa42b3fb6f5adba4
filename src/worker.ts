/**
 * The worker of `fit(x, y, { worker: true })`: a core that follows orders and knows nothing of networks. It imports nothing,
 * so that scripts/core.ts can put its text into the library. This file is for sites that forbid workers made of text.
 */

import type { Answer, Order } from "./machine/orders.js";

interface Port {
  onmessage: ((event: { data: Order }) => void) | null;
  postMessage(answer: Answer, transfer?: ArrayBufferLike[]): void;
}

interface Core {
  memory: { buffer: ArrayBuffer; grow(pages: number): number };
  run(...numbers: readonly number[]): void;
}

const PAGE = 65536;

const { process } = globalThis as {
  process?: { getBuiltinModule?: (name: string) => { parentPort?: Port | null } | undefined };
};
const port =
  process?.getBuiltinModule?.("node:worker_threads")?.parentPort ?? (globalThis as unknown as Port);
let core: Core;

port.onmessage = ({ data: { module, take, write, run, read } }) => {
  try {
    if (module) core = new WebAssembly.Instance(module).exports as unknown as Core;
    if (take) {
      const [start, zeros, end] = take;
      const missing = Math.ceil((end - core.memory.buffer.byteLength) / PAGE);
      if (missing > 0) core.memory.grow(missing);
      new Uint8Array(core.memory.buffer).fill(0, start, zeros);
    }
    if (write) new Uint8Array(core.memory.buffer).set(write[1], write[0]);
    if (run) core.run(...run);
    if (read) {
      const memory = new Uint8Array(core.memory.buffer);
      const parts = read.map(([address, bytes]) => memory.slice(address, address + bytes));
      port.postMessage(
        { parts },
        parts.map(({ buffer }) => buffer),
      );
    }
  } catch (error) {
    port.postMessage({ error: String(error) });
  }
};
