import type { Core } from "./core.js";
import type { Host } from "./host.js";
import type { MemoryRange } from "./orders.js";
import { noWorker, noWorkerOf, workerLost } from "./refusals.js";
import { startWorker, type Worker } from "./runtime/worker.js";

let hasWarned = false;

/** Says that there is no worker. @throws RuntimeError where a file was given. */
function refuse(file: string | URL | true, cause: unknown): void {
  if (file !== true) throw noWorkerOf(file, cause);
  if (!hasWarned) console.warn(noWorker(cause));
  hasWarned = true;
}

/** True if an answer has the bytes of all ranges. */
function isParts(parts: unknown, ranges: readonly MemoryRange[]): parts is Uint8Array[] {
  if (!Array.isArray(parts) || parts.length !== ranges.length) return false;
  return ranges.every(([, length], i) => ArrayBuffer.isView(parts[i]) && parts[i].byteLength === length);
}

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
  /** Resolves to true once the worker can compute, or to false after a warning. @throws RuntimeError for a file. */
  readonly opened: Promise<boolean>;
  readonly #core: Core;
  readonly #worker: Worker;
  #pending: Pending | undefined;
  /** Why there will be no more answers. */
  #failure: string | undefined;

  private constructor(core: Core, file: string | URL | undefined) {
    this.#core = core;
    this.#worker = startWorker(file, {
      answered: (answer) => this.#receive(answer),
      failed: (reason) => this.#fail(reason),
    });
    this.opened = this.#open(file ?? true);
  }

  /**
   * Starts a worker. Where the host has none or forbids it, a file that was given is an error; the text in the library is
   * not, since this thread computes the same: there is a warning the first time.
   * @param file the script to start, or true for the text in the library.
   * @returns undefined after the warning. @throws RuntimeError for a file.
   */
  static start(core: Core, file: string | URL | true): WorkerCore | undefined {
    try {
      return new WorkerCore(core, file === true ? undefined : file);
    } catch (cause) {
      refuse(file, cause);
      return undefined;
    }
  }

  /** Sends the module, and takes as much memory as the core of this thread has in use. */
  async #open(file: string | URL | true): Promise<boolean> {
    try {
      this.#worker.post({ module: this.#core.module }, []);
      this.take(this.#core.arena.top);
      await this.#ask([]);
      return true;
    } catch (cause) {
      refuse(file, cause);
      return false;
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
      // Only a worker that has to answer keeps the process alive.
      this.#worker.hold(true);
      if (this.#failure) this.#fail(this.#failure);
      else this.#worker.post({ read: ranges }, []);
    });
  }

  /** @param answer anything: the script may be another one. */
  #receive(answer: unknown): void {
    if (!this.#pending) return;
    const { ranges } = this.#pending;
    const { parts, error } = Object(answer) as { parts?: unknown; error?: unknown };
    if (!isParts(parts, ranges)) {
      this.#fail(
        typeof error === "string" && error ? error : "it answered with something else than its memory",
      );
      return;
    }
    const { arena } = this.#core;
    // After a dispose there is no memory to copy to: whatever the fit does next says so.
    if (!arena.isDropped) {
      ranges.forEach(([address, length], i) => {
        arena.bytesAt(address, length).set(parts[i]);
      });
    }
    this.#settle()?.resolve();
  }

  #fail(reason: string): void {
    this.#failure ??= reason;
    this.#settle()?.reject(this.#failure);
  }

  /** Ends the request under way, and returns it. */
  #settle(): Pending | undefined {
    const pending = this.#pending;
    this.#pending = undefined;
    this.#worker.hold(false);
    return pending;
  }

  /** Ends the worker. An answer that is still to come is not received. */
  close(): void {
    this.#pending = undefined;
    this.#worker.end();
  }
}
