import { Op, Optimizer } from "../../assembly/isa.js";
import type { LbfgsSpec, OptimizerSpec } from "../model/optimizers.js";
import { power } from "../model/real.js";
import type { NetworkSpec } from "../model/spec.js";
import type { Instruction } from "./instruction.js";
import type { Matrix } from "./matrix.js";
import { type Range, rangesOf, type Store } from "./parameters.js";
import { isTrained, type Plan } from "./plan.js";

/** An optimizer whose step is an instruction. */
type SteppingSpec = Exclude<OptimizerSpec, LbfgsSpec>;

/** Vectors as long as the parameters that an optimizer keeps. */
export function stateCount(optimizer: OptimizerSpec): number {
  switch (optimizer.type) {
    case "sgd":
      return Number(optimizer.momentum > 0);
    case "rmsprop":
      return 1 + Number(optimizer.momentum > 0) + Number(optimizer.centered);
    case "adagrad":
    case "lion":
      return 1;
    case "adadelta":
    case "nadam":
      return 2;
    case "adam":
    case "adamw":
      return 2 + Number(optimizer.amsgrad);
    case "lbfgs":
      return 3 + 2 * optimizer.historySize;
  }
}

/** The equations of sgd with what its options make of them. */
function sgdEquation({
  momentum,
  dampening,
  nesterov,
  weightDecay,
}: Extract<OptimizerSpec, { type: "sgd" }>): string {
  const g = weightDecay > 0 ? `dθ + ${weightDecay}·θ` : "dθ";
  if (momentum === 0) return `θ = θ - α·${weightDecay > 0 ? `(${g})` : g}`;
  const share = dampening > 0 ? `${1 - dampening}·(${g})` : g;
  const step = nesterov ? `(${g} + ${momentum}·v)` : "v";
  return `v = ${momentum}·v + ${share}, θ = θ - α·${step}`;
}

/** The scalars of an optimizer's update, in the order in which assembly/training/optimizer.ts names them. */
function scalarsOf(o: SteppingSpec): number[] {
  switch (o.type) {
    case "sgd":
      return [o.weightDecay, o.momentum, o.dampening, Number(o.nesterov)];
    case "rmsprop":
      return [o.weightDecay, o.rho, o.epsilon, o.momentum];
    case "adagrad":
      return [o.weightDecay, o.epsilon, o.learningRateDecay];
    case "adadelta":
      return [o.weightDecay, o.rho, o.epsilon];
    case "adam":
    case "adamw":
      return [o.weightDecay, o.beta1, o.beta2, o.epsilon];
    case "nadam":
      return [o.weightDecay, o.beta1, o.beta2, o.epsilon, power(0.96, o.momentumDecay)];
    case "lion":
      return [o.weightDecay, o.beta1, o.beta2];
  }
}

/** Which states an instruction finds at c, e and g. */
function placesOf(o: OptimizerSpec, states: readonly number[]): { c?: number; e?: number; g?: number } {
  if (o.type !== "rmsprop") return { c: states[0], e: states[1], g: states[2] };
  const [square, ...rest] = states;
  return { c: square, e: o.momentum > 0 ? rest.shift() : undefined, g: rest[0] };
}

const FLOAT = 4;

/** A stretch of the parameters as one vector. */
function vector(name: string, address: number, bytes: number): Matrix {
  return { name, layout: "vector", rows: bytes / FLOAT, cols: 1, address, stride: FLOAT, bytes };
}

/** dW = dW + λ₁·sign(W) + 2·λ₂·W for the layers that ask for it; the penalties themselves are added up in `penalties`. */
export function penalize({ layers }: Plan, penalties?: Matrix): Instruction[] {
  return layers.flatMap(({ spec, parameters: { W }, gradients }): Instruction[] => {
    if (spec.type !== "dense" || !W || !gradients.W || spec.l1 + spec.l2 === 0 || !spec.trainable) return [];
    const terms = [spec.l1 > 0 && `${spec.l1}·sign(${W.name})`, spec.l2 > 0 && `${2 * spec.l2}·${W.name}`];
    return [
      {
        equation: `${gradients.W.name} = ${gradients.W.name} + ${terms.filter(Boolean).join(" + ")}`,
        result: gradients.W,
        op: Op.penalize,
        cols: W.bytes / FLOAT,
        a: W,
        b: gradients.W,
        d: penalties,
        p: [spec.l1, spec.l2],
      },
    ];
  });
}

/** The gradients cut to a value, then to a norm. */
function clip({ clipNorm, clipValue }: SteppingSpec, { gradients }: Plan): Instruction[] {
  const whole = vector("dθ", gradients.address, gradients.bytes);
  const cut = (op: Op, equation: string, limit: number): Instruction[] =>
    limit > 0 ? [{ equation, result: whole, op, cols: whole.rows, a: whole, p: [limit] }] : [];
  return [
    ...cut(Op.clipValue, `dθ = min(max(dθ, -${clipValue}), ${clipValue})`, clipValue),
    ...cut(Op.clipNorm, `dθ = dθ·min(1, ${clipNorm} / |dθ|)`, clipNorm),
  ];
}

/** The stretches of the parameters that the optimizer moves: not those of frozen layers, nor of layers that descend. */
function movedRanges({ layers }: Plan, { parameters }: Store): Range[] {
  return rangesOf(parameters, (i) => isTrained(layers[i].spec) && !layers[i].descends);
}

/** θ = θ - α·(what the optimizer makes of dθ), over all parameters at once where none is frozen. */
function move(o: SteppingSpec, plan: Plan, store: Store): Instruction[] {
  const { parameters, states } = store;
  const equation = o.type === "sgd" ? sgdEquation(o) : `θ = ${o.type}(θ, dθ, α)`;
  return movedRanges(plan, store).map(({ from, to }): Instruction => {
    const result = vector("θ", parameters.address + from, to - from);
    return {
      equation,
      result,
      op: Op.update,
      f: Optimizer[o.type],
      cols: result.rows,
      a: result,
      b: plan.gradients.address + from,
      ...placesOf(
        o,
        states.map(({ address }) => address + from),
      ),
      h: plan.cell,
      rates: plan.rates,
      p: scalarsOf(o),
    };
  });
}

/** The weights of each unit cut to a length, for the layers that ask for it. */
function limit({ layers }: Plan): Instruction[] {
  return layers.flatMap(({ spec, parameters: { W } }): Instruction[] => {
    if (spec.type !== "dense" || !W || spec.maxNorm === 0 || !spec.trainable) return [];
    return [
      {
        equation: `${W.name} = ${W.name}·min(1, ${spec.maxNorm} / |rows of ${W.name}|)`,
        result: W,
        op: Op.maxNorm,
        rows: W.cols,
        cols: W.rows,
        c: W,
        p: [spec.maxNorm],
      },
    ];
  });
}

/**
 * From gradients to parameters: penalties, clipping, the optimizer, the limits of the weights. For lbfgs, which moves
 * along lines by itself, the penalties alone, and what they add to the loss.
 */
export function update({ optimizer }: NetworkSpec, plan: Plan, store: Store): Instruction[] {
  if (optimizer.type === "lbfgs") return penalize(plan, plan.penalties);
  return [...penalize(plan), ...clip(optimizer, plan), ...move(optimizer, plan, store), ...limit(plan)];
}
