import type { Message } from "./orders.js";
import { reasonOf } from "./refusals.js";
import { type Script, startWorker, type Worker } from "./runtime/worker.js";

/** Linear memory above which a worker's core is not used again, since memory never shrinks. */
const KEPT_BYTES = 64 * 2 ** 20;

/** Bytes that are copied to the worker sooner than their memory is handed over. */
const COPIED_BYTES = 2 ** 16;

/** A message that the worker has not answered yet. */
interface Pending {
  bytes: number;
  resolve: (bytes: Uint8Array) => void;
  reject: (reason: string) => void;
}

/** A worker with one core, which serves one fit after another. Its rejections are reasons as text. */
export class PoolWorker {
  /** Messages so far. */
  messages = 0;
  /** True once it has answered. */
  isProven = false;
  readonly #worker: Worker;
  readonly #onEnd: () => void;
  /** The module of the core that the worker has. */
  #module: WebAssembly.Module | undefined;
  #pending: Pending | undefined;
  /** Why there will be no more answers. */
  #failure: string | undefined;

  /** @param onEnd called once there will be no more answers. @throws the host's error if it starts no worker. */
  constructor(script: Script, onEnd: () => void) {
    this.#onEnd = onEnd;
    this.#worker = startWorker(script, {
      answered: (answer) => this.#receive(answer),
      failed: (reason) => this.end(reason),
    });
  }

  /** True from a message to its answer. */
  get isBusy(): boolean {
    return this.#pending !== undefined;
  }

  /** Says if the process has to wait for the worker. One that has to answer is waited for by itself. */
  hold(isAwaited: boolean): void {
    this.#worker.hold(isAwaited);
  }

  /** Sends orders to the core of a module. @returns the answer. */
  ask(module: WebAssembly.Module, message: Message): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      this.messages++;
      this.#pending = { bytes: message.bytes, resolve, reject };
      this.hold(true);
      try {
        const { buffer } = message.written;
        const transfer = buffer.byteLength > COPIED_BYTES ? [buffer] : [];
        this.#worker.post(module === this.#module ? message : { ...message, module }, transfer);
        this.#module = module;
      } catch (cause) {
        this.end(reasonOf(cause));
      }
    });
  }

  /** Calls a function once the worker has nothing to answer. Nobody needs that answer: the process does not wait for it. */
  afterAnswer(act: () => void): void {
    if (this.#pending) Object.assign(this.#pending, { resolve: act, reject: () => {} });
    else act();
    this.hold(false);
  }

  /** Forgets the core if it has used more memory than is kept. */
  clean(bytes: number): void {
    if (bytes > KEPT_BYTES) this.#module = undefined;
  }

  /** Ends the worker, once. */
  end(reason = "it was ended"): void {
    if (this.#failure !== undefined) return;
    this.#failure = reason;
    this.#settle()?.reject(reason);
    this.#worker.end();
    this.#onEnd();
  }

  /** @param answer anything: the script may be another one. */
  #receive(answer: unknown): void {
    if (!this.#pending) return;
    const { bytes, error } = Object(answer) as { bytes?: unknown; error?: unknown };
    // Jest's environments have a Uint8Array of their own, of which the worker's answer is no instance.
    if (ArrayBuffer.isView(bytes) && bytes.byteLength === this.#pending.bytes) {
      this.isProven = true;
      this.#settle()?.resolve(bytes as Uint8Array);
      return;
    }
    const isReason = typeof error === "string" && error;
    this.end(isReason ? error : "it answered with something else than its memory");
  }

  /** Ends the request under way, and returns it. */
  #settle(): Pending | undefined {
    const pending = this.#pending;
    this.#pending = undefined;
    this.hold(false);
    return pending;
  }
}
