import { alignTo, CACHE_LINE } from "../machine/align.js";
import { BYTES_PER_NUMBER, batchMatrix, biasMatrix, type Matrix, table } from "./matrix.js";

/** A table of a plan. */
export interface TableOptions {
  name: string;
  /** Numbers of one entry. Default 1. */
  width?: number;
  /** Number of entries. */
  entries: number;
  type: keyof typeof BYTES_PER_NUMBER;
  /** False for a table that this plan does not have, which takes no memory. Default true. */
  exists?: boolean;
}

/** Gives matrices their addresses, one behind the other, each at the start of a cache line. */
export class Placement {
  /** Next free address. */
  end: number;

  /** @param address the first address. */
  constructor(address: number) {
    this.end = alignTo(address, CACHE_LINE);
  }

  table({ name, width = 1, entries, type, exists = true }: TableOptions): Matrix {
    return this.place((address) => table(name, width, exists ? entries : 0, BYTES_PER_NUMBER[type], address));
  }

  /** `features` of each of `samples`. */
  batch(name: string, features: number, samples: number): Matrix {
    return this.place((address) => batchMatrix(name, features, samples, address));
  }

  /** One number per unit. */
  vector(name: string, units: number): Matrix {
    return this.place((address) => biasMatrix(name, units, address));
  }

  /** Whatever `make` places at the address that it is given. */
  place<T extends { bytes: number }>(make: (address: number) => T): T {
    const made = make(this.end);
    this.end = alignTo(this.end + made.bytes, CACHE_LINE);
    return made;
  }
}
