import type { Answer, Kinds, Message, WorkerMessage } from "./orders.js";

/** The way back from a worker to the thread that started it. */
export interface Port {
  onmessage: ((event: { data: WorkerMessage }) => void) | null;
  postMessage(answer: Answer, transfer?: ArrayBufferLike[]): void;
}

/** A core in a worker. */
export interface FollowingCore {
  memory: { buffer: ArrayBufferLike; grow(pages: number): number };
  run(...numbers: readonly number[]): void;
}

const PAGE = 65536;
const [TAKE, WRITE, RUN, READ]: [Kinds["take"], Kinds["write"], Kinds["run"], Kinds["read"]] = [0, 1, 2, 3];

/** The answer to a message: the ranges that it reads, one after the other. */
function follow(core: FollowingCore, { orders, written, bytes }: Message): Uint8Array<ArrayBuffer> {
  const answer = new Uint8Array(bytes);
  let from = 0;
  let to = 0;
  for (let i = 0; i < orders.length; ) {
    const kind = orders[i];
    const first = orders[i + 1];
    const second = orders[i + 2];
    if (kind === TAKE) {
      const end = orders[i + 3];
      const missing = Math.ceil((end - core.memory.buffer.byteLength) / PAGE);
      if (missing > 0) core.memory.grow(missing);
      new Uint8Array(core.memory.buffer).fill(0, first, second);
      i += 4;
    } else if (kind === RUN) {
      const { 3: step, 4: slot, 5: steps, 6: tail, 7: period } = orders.subarray(i);
      core.run(first, second, step, slot, steps, tail, period);
      i += 8;
    } else if (kind === WRITE) {
      new Uint8Array(core.memory.buffer).set(written.subarray(from, from + second), first);
      from += second;
      i += 3;
    } else if (kind === READ) {
      answer.set(new Uint8Array(core.memory.buffer, first, second), to);
      to += second;
      i += 3;
    }
  }
  return answer;
}

/**
 * Follows the orders of the thread that started this worker, and does its jobs.
 * @param makeCore makes a core of its module. @param work does a job with the core of a module.
 */
export function serve(
  makeCore: (module: WebAssembly.Module) => FollowingCore,
  work?: (module: WebAssembly.Module, job: unknown) => unknown,
): void {
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (name: string) => { parentPort?: Port | null } | undefined };
  };
  const port =
    process?.getBuiltinModule?.("node:worker_threads")?.parentPort ?? (globalThis as unknown as Port);
  let module: WebAssembly.Module;
  let core: FollowingCore | undefined;
  port.onmessage = ({ data }) => {
    try {
      if (data.module) {
        module = data.module;
        core = undefined;
      }
      if ("job" in data) port.postMessage({ done: work?.(module, data.job) });
      else {
        core ??= makeCore(module);
        const bytes = follow(core, data);
        port.postMessage({ bytes }, [bytes.buffer]);
      }
    } catch (error) {
      port.postMessage({ error: String(error) });
    }
  };
}
