/** Bytes of a cache line, which every block of memory starts on. */
export const CACHE_LINE = 64;

/** Rounds an address, a size or a number of elements up to a multiple of `n`. */
export function alignTo(bytes: number, n: number): number {
  return Math.ceil(bytes / n) * n;
}
