import { alignTo, CACHE_LINE } from "./align.js";
import { disposed, noGrowth } from "./refusals.js";

const PAGE = 65536;

/**
 * Linear memory as a stack: blocks are taken from the top and released in reverse order. Views are made anew by
 * each call, because growing the memory detaches all earlier ones.
 */
export class Arena {
  /** Undefined once it was dropped. */
  #memory: WebAssembly.Memory | undefined;
  #top: number;

  constructor(memory: WebAssembly.Memory, base: number) {
    this.#memory = memory;
    this.#top = alignTo(base, CACHE_LINE);
  }

  /** The address that the next block will have. */
  get top(): number {
    return this.#top;
  }

  /** Bytes of linear memory in all; 0 once it was dropped. */
  get bytes(): number {
    return this.#memory?.buffer.byteLength ?? 0;
  }

  get isDropped(): boolean {
    return this.#memory === undefined;
  }

  /** Drops the memory, so that it can be collected. Every later view is a StateError. */
  drop(): void {
    this.#memory = undefined;
  }

  /**
   * Takes everything up to `end`. Memory that the host adds is zero, and costs nothing until it is used.
   * @param zeros what lies below this address is filled with zeros.
   * @throws RuntimeError where the host grants no more memory, StateError after `drop`.
   */
  take(end: number, zeros = end): void {
    const size = this.#buffer.byteLength;
    if (end > size) {
      try {
        this.#live.grow(Math.ceil((end - size) / PAGE));
      } catch {
        throw noGrowth(end, size);
      }
    }
    const used = Math.min(zeros, size) - this.#top;
    if (used > 0) new Uint8Array(this.#buffer, this.#top, used).fill(0);
    this.#top = alignTo(end, CACHE_LINE);
  }

  /** Releases everything from `mark`, an earlier top, on. */
  release(mark: number): void {
    this.#top = mark;
  }

  bytesAt(address: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#buffer, address, length);
  }

  floatsAt(address: number, length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.#buffer, address, length);
  }

  /** A whole block. */
  floatsOf({ address, bytes }: { address: number; bytes: number }): Float32Array<ArrayBuffer> {
    return this.floatsAt(address, bytes / 4);
  }

  doublesAt(address: number, length: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.#buffer, address, length);
  }

  integersAt(address: number, length: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.#buffer, address, length);
  }

  get #live(): WebAssembly.Memory {
    if (this.#memory) return this.#memory;
    throw disposed();
  }

  get #buffer(): ArrayBuffer {
    return this.#live.buffer as ArrayBuffer;
  }
}
