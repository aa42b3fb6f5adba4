/**
 * Batch and layer normalisation as in PyTorch: N = γ·X̂ + β with X̂ = (X - μ)·s and s = 1 / √(σ² + ε), σ² the biased
 * variance. μ and s are those of a column over the batch, or of a row. γ and β are vectors whose padding is 0, so the
 * padding of a batch stays 0; ε must be above 0.
 */

import { Statistics } from "../isa";
import { CHAIN, constant, firstLanes, madd, ONE, sum, VECTOR } from "../math/simd";
import { Instruction } from "../op";

/** What is summed over rows: of x, d = dN, and μ and s at `saved` (of batchNorm `width` bytes apart). */
@unmanaged
abstract class Term {
  abstract of(x: usize, d: usize, saved: usize, width: usize): v128;
}

/** X */
@unmanaged
class Value extends Term {
  @inline of(x: usize, _d: usize, _saved: usize, _width: usize): v128 {
    return v128.load(x);
  }
}

/** (X - μ)² */
@unmanaged
class Square extends Term {
  @inline of(x: usize, _d: usize, saved: usize, _width: usize): v128 {
    const distance = f32x4.sub(v128.load(x), v128.load(saved));
    return f32x4.mul(distance, distance);
  }
}

/** dN·X̂ with the statistics of the column. */
@unmanaged
class ByColumn extends Term {
  @inline of(x: usize, d: usize, saved: usize, width: usize): v128 {
    const standard = f32x4.mul(f32x4.sub(v128.load(x), v128.load(saved)), v128.load(saved + width));
    return f32x4.mul(v128.load(d), standard);
  }
}

/** dN·X̂ with the statistics of the row. */
@unmanaged
class ByRow extends Term {
  @inline of(x: usize, d: usize, saved: usize, _width: usize): v128 {
    const standard = f32x4.mul(f32x4.sub(v128.load(x), constant(saved)), constant(saved + 4));
    return f32x4.mul(v128.load(d), standard);
  }
}

/** The sum of a term over all rows, chain by chain; the next row lies ldx, ldd and lds bytes further. */
function sumRows<T extends Term>(
  rows: i32,
  x: usize,
  ldx: usize,
  d: usize,
  ldd: usize,
  saved: usize,
  lds: usize,
  width: usize,
): v128 {
  const term = changetype<T>(0);
  let total = f32x4.splat(0);
  for (let left = rows; left > 0; left -= CHAIN) {
    let part = f32x4.splat(0);
    for (let r = min(left, CHAIN); r > 0; r--, x += ldx, d += ldd, saved += lds) {
      part = f32x4.add(part, term.of(x, d, saved, width));
    }
    total = f32x4.add(total, part);
  }
  return total;
}

/** Bytes of a vector of `cols` floats, padded to whole panels. */
function widthOf(op: Instruction): usize {
  return (<usize>(op.cols + 7) & -8) << 2;
}

/** s = 1 / √(σ² + ε) */
function inverseDeviation(variance: v128, epsilon: f64): v128 {
  return f32x4.div(constant(ONE), f32x4.sqrt(f32x4.add(variance, f32x4.splat(<f32>epsilon))));
}

/** The running value at `address` moves by `share` towards x. */
function follow(address: usize, x: v128, share: f64): void {
  const running = v128.load(address);
  v128.store(address, madd(f32x4.splat(<f32>share), f32x4.sub(x, running), running));
}

/** μ and s of four columns, `offset` bytes into a row, are saved; Statistics.batch moves the running ones. */
function columnStatistics(op: Instruction, offset: usize, width: usize): void {
  const x = op.a + offset;
  const saved = op.h + offset;
  if (op.f === Statistics.running) {
    v128.store(saved, v128.load(op.e + offset));
    v128.store(saved + width, inverseDeviation(v128.load(op.g + offset), op.p0));
    return;
  }
  const share = f32x4.splat(<f32>(1 / <f64>op.rows));
  const mean = f32x4.mul(sumRows<Value>(op.rows, x, op.lda, 0, 0, 0, 0, 0), share);
  v128.store(saved, mean);
  const squares = sumRows<Square>(op.rows, x, op.lda, 0, 0, saved, 0, 0);
  v128.store(saved + width, inverseDeviation(f32x4.mul(squares, share), op.p0));
  if (op.f === Statistics.batchOnly) return;
  follow(op.e + offset, mean, op.p1);
  // The unbiased variance; that of a single row is 0 either way.
  follow(op.g + offset, f32x4.mul(squares, f32x4.splat(<f32>(1 / <f64>max(op.rows - 1, 1)))), op.p1);
}

/**
 * c = N of a over rows x cols, b: γ, d: β; e, g: running mean and variance, which move by p1 as Statistics f says; h:
 * gets μ, then s, of each column (padded to 8); p0: ε.
 */
export function batchNorm(op: Instruction): void {
  const width = widthOf(op);
  for (let offset: usize = 0; offset < width; offset += VECTOR) {
    columnStatistics(op, offset, width);
    const mean = v128.load(op.h + offset);
    const gain = f32x4.mul(v128.load(op.b + offset), v128.load(op.h + offset + width));
    const bias = v128.load(op.d + offset);
    let x = op.a + offset;
    let c = op.c + offset;
    for (let r = 0; r < op.rows; r++, x += op.lda, c += op.ldc) {
      v128.store(c, madd(f32x4.sub(v128.load(x), mean), gain, bias));
    }
  }
}

/**
 * dX = γ·s·(dN - dβ/m - X̂·dγ/m) in place of dN = c, or γ·s·dN with running statistics; dγ = Σ dN·X̂, dβ = Σ dN of
 * the m rows. a: X, b: γ, d: dγ, e: dβ, each 0 if not wanted; h: as batchNorm saved it; f: its Statistics.
 */
export function batchNormGradient(op: Instruction): void {
  const width = widthOf(op);
  const share = f32x4.splat(op.f === Statistics.running ? 0 : <f32>(1 / <f64>op.rows));
  for (let offset: usize = 0; offset < width; offset += VECTOR) {
    const saved = op.h + offset;
    let x = op.a + offset;
    let c = op.c + offset;
    const dGamma = sumRows<ByColumn>(op.rows, x, op.lda, c, op.ldc, saved, 0, width);
    const dBeta = sumRows<Value>(op.rows, c, op.ldc, 0, 0, 0, 0, 0);
    if (op.d) v128.store(op.d + offset, dGamma);
    if (op.e) v128.store(op.e + offset, dBeta);
    const mean = v128.load(saved);
    const deviation = v128.load(saved + width);
    const gain = f32x4.mul(v128.load(op.b + offset), deviation);
    const slope = f32x4.mul(f32x4.mul(dGamma, deviation), share);
    const shift = f32x4.mul(dBeta, share);
    for (let r = 0; r < op.rows; r++, x += op.lda, c += op.ldc) {
      const pull = madd(slope, f32x4.sub(v128.load(x), mean), shift);
      v128.store(c, f32x4.mul(gain, f32x4.sub(v128.load(c), pull)));
    }
  }
}

/** c = N of a over rows x cols, b: γ, d: β; h: gets μ and s of each row, side by side; p0: ε. */
export function layerNorm(op: Instruction): void {
  const count = <f64>op.cols;
  let saved = op.h;
  for (let r = 0; r < op.rows; r++, saved += 8) {
    const x = op.a + <usize>r * op.lda;
    const c = op.c + <usize>r * op.ldc;
    let total = f32x4.splat(0);
    for (let j = 0; j < op.cols; j += 4) total = f32x4.add(total, v128.load(x + ((<usize>j) << 2)));
    const mean = f32x4.splat(<f32>(sum(total) / count));
    let squares = f32x4.splat(0);
    for (let j = 0; j < op.cols; j += 4) {
      const distance = v128.and(f32x4.sub(v128.load(x + ((<usize>j) << 2)), mean), firstLanes(op.cols - j));
      squares = madd(distance, distance, squares);
    }
    const deviation = inverseDeviation(f32x4.splat(<f32>(sum(squares) / count)), op.p0);
    store<f32>(saved, f32x4.extract_lane(mean, 0));
    store<f32>(saved, f32x4.extract_lane(deviation, 0), 4);
    for (let j = 0; j < op.cols; j += 4) {
      const offset = (<usize>j) << 2;
      const standard = f32x4.mul(f32x4.sub(v128.load(x + offset), mean), deviation);
      v128.store(c + offset, madd(standard, v128.load(op.b + offset), v128.load(op.d + offset)));
    }
  }
}

/**
 * dX = s·(G - ΣG/n - X̂·Σ(G·X̂)/n) in place of dN = c, with G = γ·dN and the sums over the n numbers of a row;
 * dγ = Σ dN·X̂, dβ = Σ dN of all rows. a: X, b: γ, d: dγ, e: dβ, each 0 if not wanted; h: as layerNorm saved it.
 */
export function layerNormGradient(op: Instruction): void {
  const width = widthOf(op);
  for (let offset: usize = 0; offset < width; offset += VECTOR) {
    const x = op.a + offset;
    const c = op.c + offset;
    if (op.d) v128.store(op.d + offset, sumRows<ByRow>(op.rows, x, op.lda, c, op.ldc, op.h, 8, 0));
    if (op.e) v128.store(op.e + offset, sumRows<Value>(op.rows, c, op.ldc, 0, 0, 0, 0, 0));
  }
  const count = <f64>op.cols;
  let saved = op.h;
  for (let r = 0; r < op.rows; r++, saved += 8) {
    const x = op.a + <usize>r * op.lda;
    const c = op.c + <usize>r * op.ldc;
    const mean = constant(saved);
    const deviation = constant(saved + 4);
    let total = f32x4.splat(0);
    let dot = total;
    for (let j = 0; j < op.cols; j += 4) {
      const offset = (<usize>j) << 2;
      const g = f32x4.mul(v128.load(op.b + offset), v128.load(c + offset));
      total = f32x4.add(total, g);
      dot = madd(g, f32x4.sub(v128.load(x + offset), mean), dot);
    }
    const shift = f32x4.splat(<f32>(sum(total) / count));
    const slope = f32x4.mul(f32x4.splat(<f32>(sum(dot) / count)), f32x4.mul(deviation, deviation));
    for (let j = 0; j < op.cols; j += 4) {
      const offset = (<usize>j) << 2;
      const g = f32x4.mul(v128.load(op.b + offset), v128.load(c + offset));
      const pull = madd(slope, f32x4.sub(v128.load(x + offset), mean), shift);
      v128.store(c + offset, v128.and(f32x4.mul(deviation, f32x4.sub(g, pull)), firstLanes(op.cols - j)));
    }
  }
}
