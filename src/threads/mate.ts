/**
 * The script of a mate, a thread of a team: for each network whose steps it shares it has an instance of the core over the
 * memory of that network. It imports only types, so that scripts/core.ts can put its text into the library.
 */

import type { Call, Farewell } from "./messages.js";

interface Port {
  onmessage: ((event: { data: Call | Farewell }) => void) | null;
  postMessage(answer: { error: string }): void;
}

interface Core {
  serve(team: number, rank: number, jobs: number, call: number): void;
}

const { process } = globalThis as {
  process?: { getBuiltinModule?: (name: string) => { parentPort?: Port | null } | undefined };
};
const port =
  process?.getBuiltinModule?.("node:worker_threads")?.parentPort ?? (globalThis as unknown as Port);
const cores = new Map<number, Core>();

port.onmessage = ({ data }) => {
  try {
    const { id } = data;
    if (!("rank" in data)) {
      cores.delete(id);
      return;
    }
    const { module, memory, team, rank, jobs, call } = data;
    if (module && memory) {
      cores.set(id, new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Core);
    }
    // It returns when the team lets it go.
    cores.get(id)?.serve(team, rank, jobs, call);
  } catch (error) {
    port.postMessage({ error: String(error) });
  }
};
