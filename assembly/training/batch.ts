/**
 * The way between the user's tables and a batch: rows are gathered in the order of the epoch, targets and sample weights are
 * prepared, predictions are scattered back.
 */

import { Source } from "../isa";
import { firstLanes, madd, splat, VECTOR } from "../math/simd";
import { Instruction } from "../op";

/** The batch of a slot from a table of the user: `rows` rows of `cols` numbers. */
@unmanaged
class GatherOp extends Instruction {
  @inline get source(): Source {
    return this.f;
  }
  @inline get table(): usize {
    return this.a;
  }
  /** Bytes of one row of the table. */
  @inline get rowBytes(): usize {
    return this.lda;
  }
  @inline get batch(): usize {
    return this.c;
  }
  @inline get batchStride(): usize {
    return this.ldc;
  }
  /** The factor of numbers that come as bytes. */
  @inline get scale(): f32 {
    return <f32>this.p0;
  }
  /** The rows of this slot, u32 each. Every slot has `inner` of them, of which the last slot may use fewer. */
  @inline order(slot: i32): usize {
    return this.b + ((<usize>slot * <usize>this.inner) << 2);
  }
}

/** Copies a row of float32, whole vectors first: for a short row a call of memory.copy would take longer. */
function copyRow(from: usize, to: usize, cols: i32): void {
  const end = from + ((<usize>cols) << 2);
  for (; from + VECTOR <= end; from += VECTOR, to += VECTOR) v128.store(to, v128.load(from));
  for (; from < end; from += 4, to += 4) store<f32>(to, load<f32>(from));
}

/** Converts a row of bytes to float32 times `scale`, sixteen at a time. */
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

/** Bytes of a cache line. */
const LINE: usize = 64;

/** Rows of at least this many bytes are touched before they are copied. */
const LONG: usize = 256;

/**
 * Reads one byte of each cache line of the rows of a batch. The rows of a shuffled batch are scattered over memory: here many
 * cache misses are under way at once, while the copy of a long row would wait for its own.
 */
function touch(op: GatherOp, order: usize): void {
  let bits: u32 = 0;
  for (let r = 0; r < op.rows; r++) {
    const from = op.table + <usize>load<u32>(order + ((<usize>r) << 2)) * op.rowBytes;
    for (let at: usize = 0; at < op.rowBytes; at += LINE) bits |= load<u8>(from + at);
  }
  // The result is stored where the first row is about to go, so that the compiler keeps the reads.
  store<u32>(op.batch, bits);
}

/** batch = the rows of the table that the order names. */
export function gather(instruction: Instruction, slot: i32): void {
  const op = changetype<GatherOp>(instruction);
  const order = op.order(slot);
  const cols = op.cols;
  const scale = op.scale;
  if (op.rowBytes >= LONG) touch(op, order);
  let to = op.batch;
  for (let r = 0; r < op.rows; r++, to += op.batchStride) {
    const from = op.table + <usize>load<u32>(order + ((<usize>r) << 2)) * op.rowBytes;
    if (op.source === Source.uint8) scaleRow(from, to, cols, scale);
    else copyRow(from, to, cols);
  }
}

/** batch[r][class of row r] = 1, all else 0; the table holds one class per row, int32. */
export function oneHot(instruction: Instruction, slot: i32): void {
  const op = changetype<GatherOp>(instruction);
  const order = op.order(slot);
  let to = op.batch;
  for (let r = 0; r < op.rows; r++) {
    const label = load<u32>(op.table + ((<usize>load<u32>(order + ((<usize>r) << 2))) << 2));
    const one = to + ((<usize>label) << 2);
    for (const end = to + op.batchStride; to < end; to += VECTOR) v128.store(to, f32x4.splat(0));
    store<f32>(one, 1);
  }
}

/** Label smoothing: smoothed = kept·Y + share over rows x cols. */
@unmanaged
class SmoothOp extends Instruction {
  @inline get Y(): usize {
    return this.a;
  }
  @inline get strideY(): usize {
    return this.lda;
  }
  @inline get smoothed(): usize {
    return this.c;
  }
  @inline get smoothedStride(): usize {
    return this.ldc;
  }
  @inline get kept(): f64 {
    return this.p0;
  }
  @inline get share(): f64 {
    return this.p1;
  }
}

/** smoothed = kept·Y + share; the padding of each row stays 0. */
export function smooth(instruction: Instruction): void {
  const op = changetype<SmoothOp>(instruction);
  const kept = splat(op.kept);
  const share = splat(op.share);
  for (let r = 0; r < op.rows; r++) {
    let y = op.Y + <usize>r * op.strideY;
    let to = op.smoothed + <usize>r * op.smoothedStride;
    for (let left = op.cols; left > 0; left -= 4, y += VECTOR, to += VECTOR) {
      v128.store(to, v128.and(madd(v128.load(y), kept, share), firstLanes(left)));
    }
  }
}

/** The factors of `rows` samples in the mean loss, from their weights. */
@unmanaged
class WeighOp extends Instruction {
  /** One float32 per sample. */
  @inline get weights(): usize {
    return this.a;
  }
  /** One float32 per sample. */
  @inline get factors(): usize {
    return this.c;
  }
  /** The divisor of the mean loss, one float64 per slot. */
  @inline get totals(): usize {
    return this.d;
  }
  /** True for a mean over rows, where weights may be negative. */
  @inline get isOverRows(): boolean {
    return this.f !== 0;
  }
  @inline get scale(): f64 {
    return this.p0;
  }
}

/** factors = scale·weights / total, or 0 if that is 0; totals[slot] = total: Σ weights, or for a mean over rows their number. */
export function weigh(instruction: Instruction, slot: i32): void {
  const op = changetype<WeighOp>(instruction);
  const bytes = (<usize>op.rows) << 2;
  let total: f64 = 0;
  for (let i: usize = 0; i < bytes; i += 4) total += load<f32>(op.weights + i);
  if (op.isOverRows) total = op.rows;
  const scale = total === 0 ? 0 : op.scale / total;
  for (let i: usize = 0; i < bytes; i += 4) {
    store<f32>(op.factors + i, <f32>(scale * load<f32>(op.weights + i)));
  }
  store<f64>(op.totals + ((<usize>slot) << 3), total);
}

/** The outputs of a batch on their way to the table of predictions, whose slots have `inner` rows each. */
@unmanaged
class ScatterOp extends Instruction {
  @inline get outputs(): usize {
    return this.a;
  }
  @inline get outputStride(): usize {
    return this.lda;
  }
  @inline get predictions(): usize {
    return this.c;
  }
}

/** The rows of this slot of the predictions = the first `cols` columns of the outputs, without padding. */
export function scatter(instruction: Instruction, slot: i32): void {
  const op = changetype<ScatterOp>(instruction);
  const bytes = (<usize>op.cols) << 2;
  let to = op.predictions + <usize>slot * <usize>op.inner * bytes;
  let from = op.outputs;
  for (let r = 0; r < op.rows; r++, to += bytes, from += op.outputStride) copyRow(from, to, op.cols);
}
