/** The operands of a loss. */

import { Loss } from "../isa";
import { Instruction } from "../op";

/** The mean loss of a batch of `rows` samples and `cols` outputs, and its gradient. */
@unmanaged
export class LossOp extends Instruction {
  @inline get loss(): Loss {
    return this.f;
  }
  /** The outputs of the network, or the logits for the two cross-entropies. */
  @inline get outputs(): usize {
    return this.a;
  }
  @inline get outputStride(): usize {
    return this.lda;
  }
  @inline get targets(): usize {
    return this.b;
  }
  @inline get targetStride(): usize {
    return this.ldb;
  }
  /** 0 if only the value is wanted. It has room for whole fours of samples. */
  @inline get gradient(): usize {
    return this.c;
  }
  @inline get gradientStride(): usize {
    return this.ldc;
  }
  /** One float64 per slot. */
  @inline get losses(): usize {
    return this.d;
  }
  /** Scratch of categoricalCrossentropy: four samples of logits and of targets, transposed. */
  @inline get scratch(): usize {
    return this.e;
  }
  /** One float32 per sample in place of the scale, or 0. In densely/core samples have no weights. */
  @inline get factors(): usize {
    return IS_BASIC ? 0 : this.h;
  }
  /** 1 / samples for losses over classes, else 1 / (samples · outputs). */
  @inline get scale(): f64 {
    return this.p0;
  }
  /** δ of huber; q of quantile; γ of focal; of categoricalCrossentropy, 1 to add Σ y·ln y, which makes it the Kullback-Leibler divergence. */
  @inline get option(): f64 {
    return this.p1;
  }
}
