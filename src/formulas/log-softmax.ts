/** z - ln Σ e^z of one sample: the logarithms of its softmax. */
export function logSoftmax(z: ArrayLike<number>): number[] {
  const values = Array.from(z);
  const top = Math.max(...values);
  const total = values.reduce((sum, value) => sum + Math.exp(value - top), 0);
  return values.map((value) => value - top - Math.log(total));
}
