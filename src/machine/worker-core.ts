import type { Core } from "./core.js";
import type { Host } from "./host.js";
import type { MemoryRange } from "./orders.js";
import { noWorker, workerLost } from "./refusals.js";
import { startWorker, type Worker } from "./runtime/worker.js";

let hasWarned = false;

/** A request that the worker has not answered yet. */
interface Pending {
  ranges: readonly MemoryRange[];
  resolve: () => void;
  reject: (reason: string) => void;
}

/**
 * A core in a worker. All planning stays on this thread, in the arena of this thread's core: what is written there is also
 * sent to the worker, programs run in the worker, and `fetch` copies their results back.
 */
export class WorkerCore implements Host {
  /** Copying a byte between threads takes as long as this many multiply-adds, rounded up generously. */
  readonly fetchWork = 100;
  readonly #core: Core;
  readonly #worker: Worker;
  #pending: Pending | undefined;
  /** Why there will be no more answers. */
  #failure: string | undefined;

  private constructor(core: Core, file: string | URL | undefined) {
    this.#core = core;
    this.#worker = startWorker(file, {
      answered: ({ parts, error }) => (parts ? this.#receive(parts) : this.#fail(String(error))),
      failed: (reason) => this.#fail(reason),
    });
  }

  /**
   * Starts a worker with as much memory in use as the core of this thread has.
   * @param file the script to start, or true for the text in the library.
   * @returns undefined, after a warning the first time, where the host has no workers or forbids them.
   */
  static async open(core: Core, file: string | URL | true): Promise<WorkerCore | undefined> {
    let opened: WorkerCore | undefined;
    try {
      opened = new WorkerCore(core, file === true ? undefined : file);
      opened.#worker.post({ module: core.module }, []);
      opened.take(core.arena.top);
      await opened.#ask([]);
      return opened;
    } catch (cause) {
      opened?.close();
      if (!hasWarned) console.warn(noWorker(cause));
      hasWarned = true;
      return undefined;
    }
  }

  get arena() {
    return this.#core.arena;
  }

  take(end: number, zeros = end): void {
    const { arena } = this.#core;
    const start = arena.top;
    arena.take(end, zeros);
    this.#worker.post({ take: [start, zeros, end] }, []);
  }

  write<V extends ArrayBufferView>(view: V, change: (view: V) => void): void {
    change(view);
    const { byteOffset, byteLength } = view;
    const bytes = this.#core.arena.bytesAt(byteOffset, byteLength).slice();
    this.#worker.post({ write: [byteOffset, bytes] }, [bytes.buffer]);
  }

  run(...call: Parameters<Core["run"]>): void {
    this.#worker.post({ run: call as number[] }, []);
  }

  /** Copies ranges back once everything asked for before is done. @throws RuntimeError where the worker broke down. */
  async fetch(ranges: readonly MemoryRange[]): Promise<void> {
    try {
      await this.#ask(ranges);
    } catch (cause) {
      throw workerLost(cause);
    }
  }

  #ask(ranges: readonly MemoryRange[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pending = { ranges, resolve, reject };
      if (this.#failure) this.#fail(this.#failure);
      else this.#worker.post({ read: ranges }, []);
    });
  }

  #receive(parts: readonly Uint8Array[]): void {
    const pending = this.#pending;
    this.#pending = undefined;
    const { arena } = this.#core;
    // After a dispose there is no memory to copy to: whatever the fit does next says so.
    if (!arena.isDropped) {
      pending?.ranges.forEach(([address, length], i) => {
        arena.bytesAt(address, length).set(parts[i]);
      });
    }
    pending?.resolve();
  }

  #fail(reason: string): void {
    this.#failure ??= reason;
    this.#pending?.reject(this.#failure);
    this.#pending = undefined;
  }

  close(): void {
    this.#worker.end();
  }
}
