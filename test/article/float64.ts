/** The article's network in float64 with plain loops. Differences of its cost are the gradients. */

export type Matrix = number[][];
export type Params = Record<string, Matrix>;

/** Copies a matrix as plain numbers. */
export const plain = (rows: readonly ArrayLike<number>[]): Matrix => rows.map((row) => Array.from(row));

const logistic = (z: number): number => 1 / (1 + Math.exp(-z));

/** A of the last layer, outputs x samples. */
export function predict(X: Matrix, params: Params): Matrix {
  let A = X;
  for (let l = 1; params[`W${l}`]; l++) {
    const [W, b, input] = [params[`W${l}`], params[`b${l}`], A];
    A = W.map((row, unit) =>
      input[0].map((_, s) => logistic(row.reduce((sum, w, i) => sum + w * input[i][s], b[unit][0]))),
    );
  }
  return A;
}

/** -1/m Σ (y·ln a + (1 - y)·ln(1 - a)). */
export function cost(A: Matrix, Y: Matrix): number {
  const terms = A.flatMap((row, k) =>
    row.map((a, s) => Y[k][s] * Math.log(a) + (1 - Y[k][s]) * Math.log(1 - a)),
  );
  return -terms.reduce((sum, term) => sum + term, 0) / A[0].length;
}

/** d cost / d matrix by central differences, which change the matrix and restore it. */
export function differences(matrix: Matrix, costNow: () => number): Matrix {
  const h = 1e-5;
  return matrix.map((row) =>
    row.map((value, c) => {
      const at = (x: number): number => {
        row[c] = x;
        return costNow();
      };
      const slope = (at(value + h) - at(value - h)) / (2 * h);
      row[c] = value;
      return slope;
    }),
  );
}
