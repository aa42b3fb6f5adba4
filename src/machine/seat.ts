import type { Message } from "./orders.js";
import type { Pool, Waiting } from "./pool.js";
import type { PoolWorker } from "./pool-worker.js";

/** The place of one fit in a pool, from its wait to be admitted to its end. Its rejections are the host's reasons. */
export class Seat implements Waiting {
  readonly module: WebAssembly.Module;
  readonly #pool: Pool;
  #isAdmitted = false;
  #isLeft = false;
  #worker: PoolWorker | undefined;
  /** Ends the wait under way: to be admitted, or for a worker. */
  #resolve = (): void => {};
  #reject = (_reason: unknown): void => {};

  constructor(pool: Pool, module: WebAssembly.Module) {
    this.#pool = pool;
    this.module = module;
  }

  /**
   * Waits to be admitted, and until a worker has proved that it computes.
   * @returns false if the seat was left meanwhile.
   */
  async enter(): Promise<boolean> {
    await this.#wait(() => this.#pool.enter(this));
    if (this.#isAdmitted) await this.#pool.prove(this.module);
    return !this.#isLeft;
  }

  /** Sends a message to the worker of this seat, for which the first one waits. */
  async ask(message: Message): Promise<Uint8Array> {
    if (!this.#worker) await this.#wait(() => this.#pool.serve(this));
    if (!this.#worker) throw new Error("the fit has ended");
    return this.#worker.ask(this.module, message);
  }

  /** Gives the worker back. @param bytes of linear memory that were used. */
  leave(bytes: number): void {
    if (this.#isLeft) return;
    this.#isLeft = true;
    this.#pool.leave(this, this.#isAdmitted);
    this.#worker?.clean(bytes);
    if (this.#worker) this.#pool.takeBack(this.#worker);
    this.#worker = undefined;
    this.#resolve();
  }

  /** Ends the wait to be admitted. */
  admit(): void {
    this.#isAdmitted = true;
    this.#resolve();
  }

  /** Ends the wait for a worker. */
  assign(worker: PoolWorker): void {
    this.#worker = worker;
    this.#resolve();
  }

  /** Ends the wait for a worker with an error. */
  refuse(reason: unknown): void {
    this.#reject(reason);
  }

  #wait(begin: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      begin();
    });
  }
}
