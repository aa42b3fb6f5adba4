/** Runs programs: each instruction goes to its kernel. There are no jumps; the only registers are `step` and `slot`. */

import { checkInstruction } from "./checks";
import { executeFurther } from "./further";
import { OP_BYTES, Op } from "./isa";
import { activate, derive } from "./layers/activation";
import { dropout } from "./layers/noise";
import { shuffle } from "./math/random";
import { magnitude } from "./math/vector";
import { Instruction } from "./op";
import { dense } from "./products/dense";
import { inputGradient } from "./products/input-gradient";
import { tiny } from "./products/tiny";
import { descend, weightGradient } from "./products/weight-gradient";
import { gather, oneHot, scatter, smooth } from "./training/batch";
import { independent } from "./training/initial";
import { link, unlink } from "./training/link";
import { loss } from "./training/loss";
import { hits } from "./training/metrics";
import { update } from "./training/optimizer";
import { clipNorm, clipValue, maxNorm, penalize, penalty } from "./training/regularization";

/** Runs one instruction. */
export function execute(op: Instruction, step: f64, slot: i32): void {
  if (!ASC_NO_ASSERT) checkInstruction(op);
  switch (op.kind) {
    case Op.uniform:
    case Op.normal:
      independent(op);
      break;
    case Op.shuffle:
      shuffle(op, step, slot);
      break;
    case Op.gather:
      gather(op, slot);
      break;
    case Op.oneHot:
      oneHot(op, slot);
      break;
    case Op.smooth:
      smooth(op);
      break;
    case Op.dense:
      dense(op);
      break;
    case Op.activate:
      activate(op);
      break;
    case Op.dropout:
      dropout(op, step, slot);
      break;
    case Op.link:
      link(op);
      break;
    case Op.unlink:
      unlink(op);
      break;
    case Op.loss:
      loss(op, slot);
      break;
    case Op.hits:
      hits(op, slot);
      break;
    case Op.scatter:
      scatter(op, slot);
      break;
    case Op.derive:
      derive(op);
      break;
    case Op.weightGradient:
      weightGradient(op);
      break;
    case Op.descend:
      descend(op, slot);
      break;
    case Op.inputGradient:
      inputGradient(op);
      break;
    case Op.penalize:
      penalize(op);
      break;
    case Op.penalty:
      penalty(op, slot);
      break;
    case Op.clipNorm:
      clipNorm(op);
      break;
    case Op.clipValue:
      clipValue(op);
      break;
    case Op.update:
      update(op, step, slot);
      break;
    case Op.maxNorm:
      maxNorm(op);
      break;
    case Op.magnitude:
      magnitude(op, slot);
      break;
    case Op.custom:
      // The host computes a loss of the user here: it runs the instructions before and behind it by themselves.
      break;
    default:
      if (IS_BASIC) unreachable();
      else executeFurther(op, step, slot);
  }
}

/**
 * Runs the program of `length` instructions `steps` times, once per slot. `step` counts all updates of the network (Adam's t is
 * step + 1); `slot` is the place of the step in the tables of this call: order, rates, losses, hits, predictions. If `period`
 * is not 0, the last of every `period` slots runs the program at `tail` instead: the short batch at the end of an epoch.
 */
export function run(
  program: usize,
  length: i32,
  step: f64,
  slot: i32,
  steps: i32,
  tail: usize,
  period: i32,
): void {
  const first = changetype<Instruction>(program);
  if (first.kind === Op.tiny) {
    tiny(first, slot, steps);
    return;
  }
  const bytes = <usize>length * OP_BYTES;
  let left = period ? period - (slot % period) : steps + 1;
  for (const last = slot + steps; slot < last; slot++, step++) {
    let at = program;
    if (--left === 0) {
      at = tail;
      left = period;
    }
    for (const end = at + bytes; at < end; at += OP_BYTES) execute(changetype<Instruction>(at), step, slot);
  }
}
