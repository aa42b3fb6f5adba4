/** The instructions that programs of densely/core do not have: its core is built without them. */

import { Op } from "./isa";
import { batchNorm, batchNormGradient } from "./layers/batch-norm";
import { layerNorm, layerNormGradient } from "./layers/layer-norm";
import { noise } from "./layers/noise";
import { prelu, preluGradient, scale, scaleGradient } from "./layers/scale";
import { silence } from "./layers/silence";
import { combine, dot } from "./math/vector";
import { Instruction } from "./op";
import { unpack } from "./products/unpack";
import { weigh } from "./training/batch";
import { cost } from "./training/cost";
import { orthogonal } from "./training/initial";
import { confuse, deviate } from "./training/metrics";

/** Runs one instruction. */
export function executeFurther(op: Instruction, step: f64, slot: i32): void {
  switch (op.kind) {
    case Op.orthogonal:
      orthogonal(op);
      break;
    case Op.weigh:
      weigh(op, slot);
      break;
    case Op.noise:
      noise(op, step);
      break;
    case Op.batchNorm:
      batchNorm(op);
      break;
    case Op.layerNorm:
      layerNorm(op);
      break;
    case Op.scale:
      scale(op);
      break;
    case Op.prelu:
      prelu(op);
      break;
    case Op.cost:
      cost(op, slot);
      break;
    case Op.confuse:
      confuse(op);
      break;
    case Op.deviate:
      deviate(op);
      break;
    case Op.silence:
      silence(op);
      break;
    case Op.batchNormGradient:
      batchNormGradient(op);
      break;
    case Op.layerNormGradient:
      layerNormGradient(op);
      break;
    case Op.scaleGradient:
      scaleGradient(op);
      break;
    case Op.preluGradient:
      preluGradient(op);
      break;
    case Op.dot:
      dot(op, slot);
      break;
    case Op.combine:
      combine(op);
      break;
    case Op.unpack:
      unpack(op);
      break;
    default:
      unreachable();
  }
}
