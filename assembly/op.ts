/**
 * One instruction, overlaid on linear memory: the fields in the order in which src/program/instruction.ts writes them.
 * A kernel reads them by the names of its formula, through a view: a class of getters that extends this one.
 *
 *      byte 0      4      8      12     16     20   24   28   32   36   40   44   48    52    56    60
 *           kind   f      rows   inner  cols   a    b    c    d    e    g    h    lda   ldb   ldc   rates
 *      byte 64     72     80     88     96     104    112
 *           p0     p1     p2     p3     p4     p5
 *
 * Integers and addresses take 4 bytes, scalars 8. Addresses and strides count bytes. A row of a matrix is one sample.
 */
@unmanaged
export class Instruction {
  /** The operation, one of Op. */
  kind: i32;
  /** A choice within the operation: one of an enum of isa.ts, a flag, or the index of a layer. */
  f: i32;
  /** The extents: of one matrix, rows x cols; of a product, rows x inner times inner x cols. */
  rows: i32;
  inner: i32;
  cols: i32;
  /** The addresses of the operands; 0 where the operation has none. */
  a: usize;
  b: usize;
  c: usize;
  d: usize;
  e: usize;
  g: usize;
  h: usize;
  /** The strides of a, b, and c: bytes from one row to the next, or from one panel to the next. */
  lda: usize;
  ldb: usize;
  ldc: usize;
  /** The table of learning rates, one float64 per slot. */
  rates: usize;
  /** The scalars. */
  p0: f64;
  p1: f64;
  p2: f64;
  p3: f64;
  p4: f64;
  p5: f64;

  /** The learning rate α of this slot. */
  @inline rate(slot: i32): f64 {
    return load<f64>(this.rates + ((<usize>slot) << 3));
  }
}
