import type { Message, WorkerMessage } from "./orders.js";
import { reasonOf } from "./refusals.js";
import { type Script, startWorker, type Worker } from "./runtime/worker.js";

/** Linear memory above which a worker's core is not used again, since memory never shrinks. */
const KEPT_BYTES = 64 * 2 ** 20;

/** Bytes that are copied to the worker sooner than their memory is handed over. */
const COPIED_BYTES = 2 ** 16;

/** A message that the worker has not answered yet. */
interface Pending {
  /** True for what it may answer with. */
  isAnswer(answer: Partial<Record<string, unknown>>): boolean;
  resolve: (answer: Partial<Record<string, unknown>>) => void;
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
  /** In the order in which it will answer. */
  readonly #pending: Pending[] = [];
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

  /** True while it has a message to answer. */
  get isBusy(): boolean {
    return this.#pending.length > 0;
  }

  /** Says if the process has to wait for the worker. One that has to answer is waited for by itself. */
  hold(isAwaited: boolean): void {
    this.#worker.hold(isAwaited);
  }

  /** Sends orders to the core of a module. @returns the answer. */
  async ask(module: WebAssembly.Module, message: Message): Promise<Uint8Array> {
    const { buffer } = message.written;
    const transfer = buffer.byteLength > COPIED_BYTES ? [buffer] : [];
    const answer = await this.#send(module, message, transfer, ({ bytes }) => {
      // Jest's environments have a Uint8Array of their own, of which the worker's answer is no instance.
      return ArrayBuffer.isView(bytes) && bytes.byteLength === message.bytes;
    });
    return answer.bytes as Uint8Array;
  }

  /** Sends a job for the core of a module, behind other jobs. @returns what it answers. */
  async do(module: WebAssembly.Module, job: unknown): Promise<unknown> {
    return (await this.#send(module, { job }, [], (answer) => answer.done !== undefined)).done;
  }

  #send(
    module: WebAssembly.Module,
    message: WorkerMessage,
    transfer: ArrayBuffer[],
    isAnswer: Pending["isAnswer"],
  ): Promise<Partial<Record<string, unknown>>> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      this.messages++;
      this.#pending.push({ isAnswer, resolve, reject });
      this.hold(true);
      try {
        this.#worker.post(module === this.#module ? message : { ...message, module }, transfer);
        this.#module = module;
      } catch (cause) {
        this.end(reasonOf(cause));
      }
    });
  }

  /** Calls a function once the worker has nothing to answer. Nobody needs that answer: the process does not wait for it. */
  afterAnswer(act: () => void): void {
    const last = this.#pending[this.#pending.length - 1];
    if (last) Object.assign(last, { resolve: act, reject: () => {} });
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
    for (const { reject } of this.#pending.splice(0)) reject(reason);
    this.hold(false);
    this.#worker.end();
    this.#onEnd();
  }

  /** @param given anything: the script may be another one. */
  #receive(given: unknown): void {
    const [pending] = this.#pending;
    if (!pending) return;
    const answer = Object(given) as Partial<Record<string, unknown>>;
    if (pending.isAnswer(answer)) {
      this.isProven = true;
      this.#pending.shift();
      if (!this.isBusy) this.hold(false);
      pending.resolve(answer);
      return;
    }
    const { error } = answer;
    const isReason = typeof error === "string" && error;
    this.end(isReason ? error : "it answered with something else than its memory");
  }
}
