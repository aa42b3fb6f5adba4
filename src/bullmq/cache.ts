/** Values by key, with a bound on their bytes: the ones that were not used for the longest time go first. */
export class BoundedCache<V> {
  readonly #most: number;
  readonly #sizeOf: (value: V) => number;
  /** In the order of their last use. */
  readonly #values = new Map<string, V>();
  #bytes = 0;

  /** @param most bytes of all values together. */
  constructor(most: number, sizeOf: (value: V) => number) {
    this.#most = most;
    this.#sizeOf = sizeOf;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): V | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  /** Keeps a value, unless it is larger than the whole cache. */
  set(key: string, value: V): void {
    const size = this.#sizeOf(value);
    if (size > this.#most || this.#values.has(key)) return;
    this.#values.set(key, value);
    this.#bytes += size;
    for (const [oldest, old] of this.#values) {
      if (this.#bytes <= this.#most) return;
      this.#values.delete(oldest);
      this.#bytes -= this.#sizeOf(old);
    }
  }
}
