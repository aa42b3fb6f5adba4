/**
 * The operands of the three products of a dense layer, and how they lie in memory. All padding is 0, which adds nothing to a
 * sum, so no kernel needs a special case for the last columns.
 *
 * A batch (A, Z, dA, dZ) has one row per sample, `stride` bytes apart, and room for whole fours of samples:
 *
 *      sample 0   | x0 x1 x2 ... | padding |
 *      sample 1   | x0 x1 x2 ... | padding |
 *
 * Weights (W, dW) lie in panels of eight units, `panelBytes` apart. A row of a panel, 32 bytes, has the weights of one
 * input, so a tile reads a panel from its first byte to its last. Inputs are padded to a multiple of four, units to eight:
 *
 *                    unit 0 ... unit 7               unit 8 ... unit 15
 *      input 0   | w00 w10 w20 ... w70 |         | w80 w90 ...        |
 *      input 1   | w01 w11 w21 ... w71 |         | w81 w91 ...        |
 *      ...       |       panel 0       | padding |      panel 1       | padding
 *
 * Biases (b, db) are vectors of whole panels: one row of each panel.
 *
 * A tile is a part of a product whose sums stay in registers: four rows of a batch, or four inputs of W, by the eight units
 * of a panel.
 */

import { PANEL } from "../isa";
import { Instruction } from "../op";

/** Bytes of one row of a panel. */
export const ROW: usize = (<usize>PANEL) << 2;

/** Panels that `cols` columns take; the last one may be filled in part. */
export function panelsOf(cols: i32): i32 {
  return (cols + PANEL - 1) / PANEL;
}

/** True if the panel at this byte of a row holds at most four columns. */
export function isHalf(cols: i32, offset: usize): bool {
  return ((<usize>cols) << 2) - offset <= ROW >> 1;
}

/** True if it holds at most two. */
export function isQuarter(cols: i32, offset: usize): bool {
  return ((<usize>cols) << 2) - offset <= ROW >> 2;
}

/** Z = max(W·A + b, floor): `rows` samples, `inner` inputs, `cols` units. */
@unmanaged
export class DenseOp extends Instruction {
  @inline get skipsZeros(): bool {
    return this.f !== 0;
  }
  @inline get A(): usize {
    return this.a;
  }
  @inline get strideA(): usize {
    return this.lda;
  }
  @inline get W(): usize {
    return this.b;
  }
  @inline get panelBytes(): usize {
    return this.ldb;
  }
  @inline get bias(): usize {
    return this.d;
  }
  @inline get Z(): usize {
    return this.c;
  }
  @inline get strideZ(): usize {
    return this.ldc;
  }
  /** 0 makes relu of the product, -Infinity leaves it as it is. */
  @inline get floor(): f32 {
    return <f32>this.p0;
  }
  /** Lists of inputs, see zeros.ts. */
  @inline get scratch(): usize {
    return this.e;
  }
}

/** dW = dZ·Aᵀ and db = dZ·1: `inner` samples, `rows` inputs, `cols` units. A descent has W and b in place of dW and db. */
@unmanaged
export class WeightGradientOp extends Instruction {
  @inline get skipsZeros(): bool {
    return this.f !== 0;
  }
  @inline get A(): usize {
    return this.a;
  }
  @inline get strideA(): usize {
    return this.lda;
  }
  @inline get dZ(): usize {
    return this.b;
  }
  @inline get strideZ(): usize {
    return this.ldb;
  }
  @inline get dW(): usize {
    return this.c;
  }
  @inline get panelBytes(): usize {
    return this.ldc;
  }
  @inline get db(): usize {
    return this.d;
  }
  /** Scratch: dZ in panels of eight units, one row per sample, and behind them the masks of zeros.ts; or a list of inputs. */
  @inline get packed(): usize {
    return this.e;
  }
  @inline get packedPanelBytes(): usize {
    return <usize>this.inner * ROW;
  }
  @inline get masks(): usize {
    return this.e + this.packedPanelBytes * <usize>panelsOf(this.cols);
  }
}

/** dA = Wᵀ·dZ: `rows` samples, `inner` units, `cols` inputs. */
@unmanaged
export class InputGradientOp extends Instruction {
  @inline get dZ(): usize {
    return this.a;
  }
  @inline get strideZ(): usize {
    return this.lda;
  }
  @inline get W(): usize {
    return this.b;
  }
  @inline get panelBytes(): usize {
    return this.ldb;
  }
  @inline get dA(): usize {
    return this.c;
  }
  @inline get strideA(): usize {
    return this.ldc;
  }
  /** Scratch: dZ in panels of eight samples, one row per unit. */
  @inline get packed(): usize {
    return this.e;
  }
}
