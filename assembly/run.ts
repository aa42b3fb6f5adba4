/** The interpreter: one line per instruction, no jumps, one register pair (step and slot). */

import { activate, derive } from "./activation";
import { gather, oneHot, scatter } from "./batch";
import { OP_BYTES, Op } from "./isa";
import { cost, hits, loss } from "./loss";
import { dense, descend, inputGradient, weightGradient } from "./matmul";
import { Instruction } from "./op";
import { adam, sgd } from "./optimizer";
import { shuffle, uniform } from "./random";
import { tiny } from "./tiny";

function execute(op: Instruction, step: i32, slot: i32): void {
  switch (op.kind) {
    case Op.uniform:
      uniform(op);
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
    case Op.dense:
      dense(op);
      break;
    case Op.activate:
      activate(op);
      break;
    case Op.loss:
      loss(op, slot);
      break;
    case Op.cost:
      cost(op, slot);
      break;
    case Op.hits:
      hits(op, slot);
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
    case Op.sgd:
      sgd(op, slot);
      break;
    case Op.adam:
      adam(op, step, slot);
      break;
    case Op.scatter:
      scatter(op, slot);
      break;
  }
}

/**
 * Executes the program of `length` instructions `steps` times. `step` counts all updates of the network (Adam's t
 * is step + 1); `slot` is the step's place in the tables of the call: order, rates, losses, hits, predictions. With a
 * `period`, the last of every `period` slots runs the program at `tail` instead: the short batch that ends an epoch.
 */
export function run(
  program: usize,
  length: i32,
  step: i32,
  slot: i32,
  steps: i32,
  tail: usize,
  period: i32,
): void {
  const bytes = <usize>length * OP_BYTES;
  const first = changetype<Instruction>(program);
  if (first.kind === Op.tiny) {
    tiny(first, slot, steps);
    return;
  }
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
