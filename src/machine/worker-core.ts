import type { Arena } from "./arena.js";
import type { Core } from "./core.js";
import type { Arrival, Host, RunProgram } from "./host.js";
import { type MemoryRange, ORDERS } from "./orders.js";
import { poolOf } from "./pool.js";
import { Seat } from "./seat.js";
import { refuse, workerLost } from "./worker-refusals.js";

/** Orders that go to the worker as one message. */
class Letter {
  readonly orders: number[] = [];
  /** Length of the answer. */
  bytes = 0;
  /** The answer, once it has come. */
  answer: Uint8Array | undefined;
  #sent: Promise<void> | undefined;
  /** The bytes to be written, with room for more. */
  #written = new Uint8Array(1024);
  #length = 0;

  /** Orders to write bytes to an address. */
  write(address: number, bytes: Uint8Array): void {
    const end = this.#length + bytes.length;
    if (end > this.#written.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#written.length));
      larger.set(this.#written.subarray(0, this.#length));
      this.#written = larger;
    }
    this.#written.set(bytes, this.#length);
    this.#length = end;
    this.orders.push(ORDERS.write, address, bytes.length);
  }

  /** Sends it, the first time, and waits for the answer. */
  send(seat: Seat): Promise<void> {
    this.#sent ??= this.#send(seat);
    return this.#sent;
  }

  async #send(seat: Seat): Promise<void> {
    const { bytes } = this;
    const orders = Float64Array.from(this.orders);
    const written = this.#written.subarray(0, this.#length);
    this.answer = await seat.ask({ orders, written, bytes });
  }
}

/** The bytes of some ranges in the answer to a letter. */
class Excerpt implements Arrival {
  readonly #letter: Letter;
  readonly #start: number;
  readonly #ranges: readonly MemoryRange[];
  readonly #arena: Arena;
  readonly #send: () => Promise<void>;

  /** @param send sends the letter, and waits for the answer. */
  constructor(letter: Letter, ranges: readonly MemoryRange[], arena: Arena, send: () => Promise<void>) {
    this.#letter = letter;
    this.#start = letter.bytes;
    this.#ranges = ranges;
    this.#arena = arena;
    this.#send = send;
    for (const [address, bytes] of ranges) {
      letter.orders.push(ORDERS.read, address, bytes);
      letter.bytes += bytes;
    }
  }

  receive(): boolean {
    const { answer } = this.#letter;
    if (!answer) return false;
    let from = this.#start;
    // After a dispose there is no memory to copy to: whatever the fit does next says so.
    if (this.#arena.isDropped) return true;
    for (const [address, bytes] of this.#ranges) {
      this.#arena.bytesAt(address, bytes).set(answer.subarray(from, from + bytes));
      from += bytes;
    }
    return true;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is meant to be awaited
  then<A = undefined, B = never>(
    resolve?: ((value: undefined) => A | PromiseLike<A>) | null,
    reject?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    const received = this.#send().then(() => {
      this.receive();
      return undefined;
    });
    return received.then(resolve, reject);
  }
}

/**
 * A core in a worker of the pool. All planning stays on this thread, in the arena of this thread's core: what is written
 * there is also an order to the worker, programs run in the worker, and awaiting `fetch` copies their results back. Orders
 * are sent together, when results are awaited.
 */
export class WorkerCore implements Host {
  /** Copying a byte between threads takes as long as this many multiply-adds, rounded up generously. */
  readonly fetchWork = 100;
  /**
   * Resolves to true once the fit may begin, or to false where this thread has to compute: after a warning, or because the
   * signal was aborted during the wait. @throws RuntimeError for a file.
   */
  readonly opened: Promise<boolean>;
  writes = 0;
  readonly #core: Core;
  readonly #seat: Seat;
  #letter = new Letter();
  /** Bytes of linear memory in use, at most. */
  #used = 0;

  /**
   * Waits for the turn of a fit. Where the host has no workers or forbids them, a file that was given is an error; the text
   * in the library is not, since this thread computes the same: there is a warning the first time.
   * @param file the script of the worker, or true for the text in the library. @param signal ends the wait.
   */
  constructor(core: Core, file: string | URL | true, signal?: AbortSignal) {
    this.#core = core;
    this.#seat = new Seat(poolOf(file === true ? core.workerScript : file), core.module);
    this.opened = this.#open(file, signal);
  }

  async #open(file: string | URL | true, signal: AbortSignal | undefined): Promise<boolean> {
    const leave = () => this.#seat.leave(0);
    signal?.addEventListener?.("abort", leave);
    try {
      const isOpen = await this.#seat.enter();
      this.take(this.arena.top);
      return isOpen;
    } catch (cause) {
      // Without the fit, nobody waits for the worker.
      if (!signal?.aborted) refuse(file, cause);
      return false;
    } finally {
      signal?.removeEventListener?.("abort", leave);
    }
  }

  get arena() {
    return this.#core.arena;
  }

  get threads() {
    return this.#core.threads;
  }

  take(end: number, zeros = end): void {
    const start = this.arena.top;
    this.#core.take(end, zeros);
    this.#used = Math.max(this.#used, end);
    this.#letter.orders.push(ORDERS.take, start, zeros, end);
  }

  write<V extends ArrayBufferView>(view: V, change: (view: V) => void): void {
    change(view);
    this.writes++;
    const { byteOffset, byteLength } = view;
    this.#letter.write(byteOffset, this.arena.bytesAt(byteOffset, byteLength));
  }

  run(...[program, length, step, slot, steps, tail = 0, period = 0]: Parameters<RunProgram>): void {
    this.#letter.orders.push(ORDERS.run, program, length, step, slot, steps, tail, period);
  }

  /** All orders up to the first answer that is awaited go to the worker as one message. */
  fetch(ranges: readonly MemoryRange[]): Arrival {
    const letter = this.#letter;
    return new Excerpt(letter, ranges, this.arena, () => this.#send(letter));
  }

  /** @throws RuntimeError where the worker broke down. */
  async #send(letter: Letter): Promise<void> {
    if (letter === this.#letter) this.#letter = new Letter();
    try {
      await letter.send(this.#seat);
    } catch (cause) {
      throw workerLost(cause);
    }
  }

  /** Gives the worker back. An answer that is still to come is not received. */
  close(): void {
    this.#seat.leave(this.#used);
  }
}
