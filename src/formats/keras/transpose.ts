/** Transposes a matrix of [rows][cols], row by row. Keras keeps weights as [inputs][units]. */
export function transpose(values: Float32Array, rows: number, cols: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) result[col * rows + row] = values[row * cols + col];
  }
  return result;
}
