/** Weights in the order in which users hold them. */

import { PANEL } from "../isa";
import { Instruction } from "../op";
import { ROW } from "./operands";

/** A copy of W or dW: `rows` units, `cols` inputs. */
@unmanaged
class UnpackOp extends Instruction {
  @inline get W(): usize {
    return this.a;
  }
  @inline get panelBytes(): usize {
    return this.lda;
  }
  /** [units][inputs], without padding. */
  @inline get values(): usize {
    return this.c;
  }
}

/** values[unit][input] = W[panel][input][lane], with unit = 8·panel + lane. */
export function unpack(instruction: Instruction): void {
  const op = changetype<UnpackOp>(instruction);
  const bytes = <usize>op.cols * ROW;
  let to = op.values;
  for (let unit = 0; unit < op.rows; unit++) {
    let from = op.W + <usize>(unit / PANEL) * op.panelBytes + ((<usize>(unit % PANEL)) << 2);
    for (const end = from + bytes; from < end; from += ROW, to += 4) store<f32>(to, load<f32>(from));
  }
}
