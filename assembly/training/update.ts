/** The operands of an optimizer's step, and the running means that most optimizers keep. */

import { madd } from "../math/simd";
import { Instruction } from "../op";

/**
 * The update of `cols` parameters. What an optimizer keeps from step to step are up to three vectors as long as W; the
 * address 0 stands for a vector that its options do not need. Its options are the scalars p1 to p4.
 */
@unmanaged
export class UpdateOp extends Instruction {
  @inline get W(): usize {
    return this.a;
  }
  @inline get dW(): usize {
    return this.b;
  }
  @inline get bytes(): usize {
    return (<usize>this.cols) << 2;
  }
  @inline get state1(): usize {
    return this.c;
  }
  @inline get state2(): usize {
    return this.e;
  }
  @inline get state3(): usize {
    return this.g;
  }
  /** Two float64: a product over all steps so far, and the number of steps in it. */
  @inline get productCell(): usize {
    return this.h;
  }
  /** The learning rate α of this slot, times the rate factor of these parameters. */
  @inline alpha(slot: i32): f64 {
    return this.rate(slot) * this.p5;
  }
  /** λ of this slot: p0, or p0 times an entry of a table of one float64 per slot. */
  @inline weightDecay(slot: i32): f64 {
    return this.d ? load<f64>(this.d + ((<usize>slot) << 3)) * this.p0 : this.p0;
  }
}

/** Moves the running mean at `address` by `gain` towards x and returns it. */
export function average(address: usize, x: v128, gain: v128): v128 {
  const mean = v128.load(address);
  const moved = madd(gain, f32x4.sub(x, mean), mean);
  v128.store(address, moved);
  return moved;
}
