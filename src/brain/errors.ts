/** The mean of the squares of errors. */
export function meanSquare(errors: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < errors.length; i++) sum += errors[i] ** 2;
  return sum / errors.length;
}
