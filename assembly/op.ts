/**
 * One instruction, overlaid on linear memory. Addresses and strides are in bytes; rows, inner and cols are the
 * extents of the product rows x inner times inner x cols, or of one matrix rows x cols. A row is one sample.
 *
 *      0  kind     4  f       8  rows   12  inner   16  cols
 *     20  a       24  b      28  c      32  d       36  e       40  g       44  h       addresses
 *     48  lda     52  ldb    56  ldc    60  rates                  row strides of a, b and c; table of rates
 *     64  p0      72  p1     80  p2     88  p3      96  p4         scalars
 */
@unmanaged
export class Instruction {
  kind: i32;
  f: i32;
  rows: i32;
  inner: i32;
  cols: i32;
  a: usize;
  b: usize;
  c: usize;
  d: usize;
  e: usize;
  g: usize;
  h: usize;
  lda: usize;
  ldb: usize;
  ldc: usize;
  rates: usize;
  p0: f64;
  p1: f64;
  p2: f64;
  p3: f64;
  p4: f64;
}
