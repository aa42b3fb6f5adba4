import { alignTo, CACHE_LINE, PAGE } from "./align.js";
import { disposed, noGrowth, noInstance } from "./refusals.js";

/** Makes memory grow until it has `end` bytes. @throws RuntimeError where the host grants no more. */
function growTo(memory: WebAssembly.Memory, end: number): void {
  const size = memory.buffer.byteLength;
  if (end <= size) return;
  try {
    memory.grow(Math.ceil((end - size) / PAGE));
  } catch {
    throw noGrowth(end, size);
  }
}

/** Room for a copy of memory. @throws RuntimeError where the host has none. */
function emptyImage(bytes: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    throw noInstance(cause);
  }
}

/**
 * Linear memory as a stack: blocks are taken from the top and released in reverse order. Views are made anew by
 * each call, because growing the memory detaches all earlier ones, and so does leaving it.
 */
export class Arena {
  /** Undefined once it was dropped, and while it is left. */
  #memory: WebAssembly.Memory | undefined;
  readonly #base: number;
  #top: number;
  /** The highest address that was used since the memory was entered. */
  #end: number;
  /** The copy of what was in use when the memory was left. */
  #image = new Uint8Array();
  /** Enters a memory, while none is there. */
  #resume: (() => void) | undefined;

  constructor(memory: WebAssembly.Memory, base: number) {
    this.#memory = memory;
    this.#base = alignTo(base, CACHE_LINE);
    this.#top = this.#base;
    this.#end = this.#base;
  }

  /** The address that the next block will have. */
  get top(): number {
    return this.#top;
  }

  /** Bytes of the pages of linear memory that it has used, or of the copy of what is in use; 0 once it was dropped. */
  get bytes(): number {
    if (!this.#memory) return this.#image.length;
    return PAGE * Math.max(1, Math.ceil(this.#end / PAGE) - Math.floor(this.#base / PAGE));
  }

  get isDropped(): boolean {
    return !this.#memory && !this.#resume;
  }

  /** Drops the memory, so that it can be collected. Every later view is a StateError. */
  drop(): void {
    this.#memory = undefined;
    this.#resume = undefined;
    this.#image = new Uint8Array();
  }

  /**
   * Leaves the memory to others: what is in use is copied, and all views are detached.
   * @param resume is called when memory is needed again, and must call `enter`.
   * @throws RuntimeError where the host has no room for the copy; then nothing has changed.
   */
  leave(resume: () => void): void {
    const used = this.bytesAt(this.#base, this.#top - this.#base);
    // The next copy has room in it too.
    if (this.#image.length < used.length) this.#image = emptyImage(used.length);
    this.#image.set(used);
    // Detaches views as any growth does.
    this.#live.grow(0);
    this.#memory = undefined;
    this.#resume = resume;
  }

  /** Makes sure that memory is there. @throws StateError after `drop`. */
  hold(): void {
    void this.#live;
  }

  /** Goes on in another memory. @throws RuntimeError where the host grants no more memory; then nothing has changed. */
  enter(memory: WebAssembly.Memory): void {
    growTo(memory, this.#top);
    const used = this.#top - this.#base;
    new Uint8Array(memory.buffer, this.#base, used).set(this.#image.subarray(0, used));
    this.#memory = memory;
    this.#resume = undefined;
    this.#end = this.#top;
  }

  /**
   * Takes everything up to `end`. Memory that the host adds is zero, and costs nothing until it is used.
   * @param zeros what lies below this address is filled with zeros.
   * @throws RuntimeError where the host grants no more memory, StateError after `drop`.
   */
  take(end: number, zeros = end): void {
    const size = this.#buffer.byteLength;
    growTo(this.#live, end);
    const used = Math.min(zeros, size) - this.#top;
    if (used > 0) new Uint8Array(this.#buffer, this.#top, used).fill(0);
    this.#top = alignTo(end, CACHE_LINE);
    this.#end = Math.max(this.#end, end);
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
    if (!this.#memory) this.#resume?.();
    if (this.#memory) return this.#memory;
    throw disposed();
  }

  get #buffer(): ArrayBuffer {
    return this.#live.buffer as ArrayBuffer;
  }
}
