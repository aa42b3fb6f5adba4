/** Philox 4x32-10 (Salmon et al., SC 2011) in plain JavaScript: the four words of a counter of four words and a key of two. */
export function philox(counter: readonly number[], key: readonly number[]): number[] {
  const word = (x: bigint): number => Number(x & 0xffffffffn);
  let [x0, x1, x2, x3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const p0 = 0xd2511f53n * BigInt(x0);
    const p1 = 0xcd9e8d57n * BigInt(x2);
    [x0, x1, x2, x3] = [
      (word(p1 >> 32n) ^ x1 ^ k0) >>> 0,
      word(p1),
      (word(p0 >> 32n) ^ x3 ^ k1) >>> 0,
      word(p0),
    ];
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [x0, x1, x2, x3];
}
