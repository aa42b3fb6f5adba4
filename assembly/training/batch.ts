/**
 * Between the user's tables and the batch: rows are gathered by order, targets and weights made ready, predictions
 * scattered back.
 */

import { Source } from "../isa";
import { firstLanes, madd, VECTOR } from "../math/simd";
import { Instruction } from "../op";

/** The rows of this slot in the order table: `inner` a slot, though the last slot may use fewer. */
function slotOrder(op: Instruction, slot: i32): usize {
  return op.b + ((<usize>slot * <usize>op.inner) << 2);
}

/** A row of float32, whole vectors first: a call of memory.copy costs more than a short row. */
function copyRow(from: usize, to: usize, cols: i32): void {
  const end = from + ((<usize>cols) << 2);
  for (; from + VECTOR <= end; from += VECTOR, to += VECTOR) v128.store(to, v128.load(from));
  for (; from < end; from += 4, to += 4) store<f32>(to, load<f32>(from));
}

/** A row of bytes times `scale`, sixteen at a time. */
function scaleRow(from: usize, to: usize, cols: i32, scale: f32): void {
  const factor = f32x4.splat(scale);
  const end = from + <usize>cols;
  for (; from + VECTOR <= end; from += VECTOR, to += 4 * VECTOR) {
    const bytes = v128.load(from);
    const low = i16x8.extend_low_i8x16_u(bytes);
    const high = i16x8.extend_high_i8x16_u(bytes);
    v128.store(to, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(low)), factor));
    v128.store(to, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(low)), factor), 16);
    v128.store(to, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(high)), factor), 32);
    v128.store(to, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(high)), factor), 48);
  }
  for (; from < end; from++, to += 4) store<f32>(to, <f32>load<u8>(from) * scale);
}

/**
 * Reads one byte of each cache line of the rows at hand. The rows of a shuffled batch lie anywhere in memory: here
 * many misses are under way at once, in the long copy of a row only its own.
 */
function touch(op: Instruction, order: usize, bytes: usize): void {
  let x: u32 = 0;
  for (let r = 0; r < op.rows; r++) {
    const from = op.a + <usize>load<u32>(order + ((<usize>r) << 2)) * op.lda;
    for (let line: usize = 0; line < bytes; line += 64) x |= load<u8>(from + line);
  }
  // Stored where the first row is about to go, so that the reads are not dropped.
  store<u32>(op.c, x);
}

/** Rows from so many bytes on are worth touching. */
const LONG: usize = 256;

/** c = the rows of table a named by order b; f: Source; p0: scale of bytes. */
export function gather(op: Instruction, slot: i32): void {
  const order = slotOrder(op, slot);
  const cols = op.cols;
  const scale = <f32>op.p0;
  if (op.lda >= LONG) touch(op, order, op.lda);
  let to = op.c;
  for (let r = 0; r < op.rows; r++) {
    const from = op.a + <usize>load<u32>(order + ((<usize>r) << 2)) * op.lda;
    if (op.f === Source.uint8) scaleRow(from, to, cols, scale);
    else copyRow(from, to, cols);
    to += op.ldc;
  }
}

/** c[r][class of row r] = 1, the rest 0; a: int32 classes, b: order. */
export function oneHot(op: Instruction, slot: i32): void {
  const order = slotOrder(op, slot);
  let to = op.c;
  for (let r = 0; r < op.rows; r++) {
    const label = load<u32>(op.a + ((<usize>load<u32>(order + ((<usize>r) << 2))) << 2));
    const one = to + ((<usize>label) << 2);
    for (const end = to + op.ldc; to < end; to += VECTOR) v128.store(to, f32x4.splat(0));
    store<f32>(one, 1);
  }
}

/** c = c·p0 + p1, the padding of each row 0 as before: label smoothing. */
export function smooth(op: Instruction): void {
  const factor = f32x4.splat(<f32>op.p0);
  const share = f32x4.splat(<f32>op.p1);
  for (let r = 0; r < op.rows; r++) {
    let y = op.c + <usize>r * op.ldc;
    for (let left = op.cols; left > 0; left -= 4, y += VECTOR) {
      v128.store(y, v128.and(madd(v128.load(y), factor, share), firstLanes(left)));
    }
  }
}

/** c[r] = p0·a[r] / Σa, or 0 where Σa is 0, and d[slot] = Σa: the factors of `rows` samples from their weights. */
export function weigh(op: Instruction, slot: i32): void {
  const bytes = (<usize>op.rows) << 2;
  let total: f64 = 0;
  for (let i: usize = 0; i < bytes; i += 4) total += load<f32>(op.a + i);
  const scale = total === 0 ? 0 : op.p0 / total;
  for (let i: usize = 0; i < bytes; i += 4) store<f32>(op.c + i, <f32>(scale * load<f32>(op.a + i)));
  store<f64>(op.d + ((<usize>slot) << 3), total);
}

/** Rows of c from this slot on (`inner` rows a slot) = the first `cols` columns of a, without padding. */
export function scatter(op: Instruction, slot: i32): void {
  const bytes = (<usize>op.cols) << 2;
  let to = op.c + <usize>slot * <usize>op.inner * bytes;
  let from = op.a;
  for (let r = 0; r < op.rows; r++) {
    copyRow(from, to, op.cols);
    to += bytes;
    from += op.lda;
  }
}
