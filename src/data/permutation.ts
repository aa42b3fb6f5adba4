/**
 * The numbers from 0 to below `length` in another order: the shuffle of Fisher and Yates.
 * @param below draws a whole number from 0 to below `limit`, for place `limit - 1`. From the last place down to place 1.
 */
export function permutationBy(length: number, below: (limit: number) => number): Int32Array<ArrayBuffer> {
  const order = Int32Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = below(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
