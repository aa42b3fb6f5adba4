/** Bytes of a cache line, which every block of memory starts on. */
export const CACHE_LINE = 64;

/** Bytes of a page, by which linear memory grows. */
export const PAGE = 65536;

/** Rounds an address, a size or a number of elements up to a multiple of `n`. */
export function alignTo(bytes: number, n: number): number {
  return Math.ceil(bytes / n) * n;
}
