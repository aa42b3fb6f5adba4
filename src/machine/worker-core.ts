import type { Core } from "./core.js";
import type { MemoryRange } from "./orders.js";
import { noWorker, workerLost } from "./refusals.js";
import { startWorker, type Worker } from "./runtime/worker.js";

let hasWarned = false;

/**
 * A core in a worker that computes in the place of one on this thread. Both give every address the same meaning, so all
 * planning stays here: what is written here is sent there, programs run there, and what they leave is read back.
 */
export class WorkerCore {
  readonly #core: Core;
  readonly #worker: Worker;
  /** Who waits for an answer, and where it goes. */
  #waiting:
    | { regions: readonly MemoryRange[]; resolve: () => void; reject: (reason: string) => void }
    | undefined;
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
   * Starts a worker.
   * @param file the script to start, or true for the text in the library.
   * @returns nothing, after a warning the first time, where the host has or allows none.
   */
  static async open(core: Core, file: string | URL | true): Promise<WorkerCore | undefined> {
    let mirror: WorkerCore | undefined;
    try {
      mirror = new WorkerCore(core, file === true ? undefined : file);
      mirror.#worker.post({ module: core.module }, []);
      const { top } = core.arena;
      mirror.take(top, top, top);
      await mirror.#ask([]);
      return mirror;
    } catch (cause) {
      mirror?.close();
      if (!hasWarned) console.warn(noWorker(cause));
      hasWarned = true;
      return undefined;
    }
  }

  /** Takes memory there as the arena took it here: up to `end`, with zeros from `start` to `zeros`. */
  take(start: number, zeros: number, end: number): void {
    this.#worker.post({ take: [start, zeros, end] }, []);
  }

  /** Sends what was written here. */
  write(address: number, length: number): void {
    const bytes = this.#core.arena.bytesAt(address, length).slice();
    this.#worker.post({ write: [address, bytes] }, [bytes.buffer]);
  }

  /** Begins to run a program there. */
  run(...call: Parameters<Core["run"]>): void {
    this.#worker.post({ run: call as number[] }, []);
  }

  /** Reads back what is there after all that was asked for before. @throws RuntimeError where the worker broke down. */
  async read(regions: readonly MemoryRange[]): Promise<void> {
    try {
      await this.#ask(regions);
    } catch (cause) {
      throw workerLost(cause);
    }
  }

  #ask(regions: readonly MemoryRange[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting = { regions, resolve, reject };
      if (this.#failure) this.#fail(this.#failure);
      else this.#worker.post({ read: regions }, []);
    });
  }

  #receive(parts: readonly Uint8Array[]): void {
    const { regions = [], resolve } = this.#waiting ?? {};
    this.#waiting = undefined;
    regions.forEach(([address, length], i) => {
      this.#core.arena.bytesAt(address, length).set(parts[i]);
    });
    resolve?.();
  }

  #fail(reason: string): void {
    this.#failure ??= reason;
    this.#waiting?.reject(this.#failure);
    this.#waiting = undefined;
  }

  close(): void {
    this.#worker.end();
  }
}
