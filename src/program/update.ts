import { Op, Optimizer } from "../../assembly/isa.js";
import { kindOf } from "../model/layers.js";
import { optimizerKindOf, optimizerKinds } from "../model/optimizers.js";
import type { NetworkSpec } from "../model/spec.js";
import { brief, type Instruction } from "./instruction.js";
import type { LayerSpec } from "./layers/index.js";
import type { Role } from "./layers/layer.js";
import type { LbfgsSpec } from "./lbfgs.js";
import type { Matrix } from "./matrix.js";
import type { SteppingKind } from "./optimizer.js";
import type { OptimizerSpec } from "./optimizers.js";
import { type ParameterSpan, type Store, spansOf } from "./parameters.js";
import type { Plan } from "./plan.js";

/** An optimizer whose update is an instruction. */
type SteppingSpec = Exclude<OptimizerSpec, LbfgsSpec>;

const FLOAT = 4;

/** Part of the flat parameter vector, or of one of its shape. */
function vector(name: string, address: number, bytes: number): Matrix {
  return { name, layout: "vector", rows: bytes / FLOAT, cols: 1, address, stride: FLOAT, bytes };
}

/** The gradients of the penalties on weights. */
export function penalize({ layers }: Plan): Instruction[] {
  return layers.flatMap((layer) => kindOf(layer.spec).penalize(layer));
}

/** The penalties on weights: in the loss where the network asks for it, else for an optimizer that compares losses. */
export function addPenalties({ optimizer, penaltiesInLoss }: NetworkSpec, plan: Plan): Instruction[] {
  const { losses, penalties } = plan.tables;
  const { comparesLosses } = optimizerKindOf(optimizer);
  if (!penaltiesInLoss && !(comparesLosses && plan.purpose === "train")) return [];
  const table = penaltiesInLoss ? losses : penalties;
  return plan.layers.flatMap((layer) => kindOf(layer.spec).addPenalties?.(layer, table) ?? []);
}

/** Clips each gradient to a value, then all of them together to a norm. */
function clip({ clipNorm, clipValue }: SteppingSpec, { gradients }: Plan): Instruction[] {
  const dθ = vector("dθ", gradients.address, gradients.bytes);
  const clipping = (op: Op, equation: string, maximum: number): Instruction[] =>
    maximum > 0 ? [{ equation, result: dθ, op, cols: dθ.rows, a: dθ, p: [maximum] }] : [];
  return [
    ...clipping(Op.clipValue, `dθ = min(max(dθ, -${clipValue}), ${clipValue})`, clipValue),
    ...clipping(Op.clipNorm, `dθ = dθ·min(1, ${clipNorm} / |dθ|)`, clipNorm),
  ];
}

/** The factor of a parameter that its layer has as an option. */
function factorOf(layer: LayerSpec, option: "rate" | "decay", role: Role): number {
  const factors: Partial<Record<Role, number>> | undefined = "trainable" in layer ? layer[option] : undefined;
  return factors?.[role] ?? 1;
}

/** The spans of the parameters that the optimizer updates: not frozen, and not updated by their layer. */
function updatedSpans({ layers }: Plan, { parameters }: Store): ParameterSpan[] {
  return spansOf(parameters, (i, role) => {
    const { spec, descends } = layers[i];
    if (descends || !kindOf(spec).isTrained(spec)) return undefined;
    return { rate: factorOf(spec, "rate", role), decay: factorOf(spec, "decay", role) };
  });
}

/** A factor times a number, as text. */
const times = (factor: number, of: string): string => (factor === 1 ? of : `${brief(factor)}·${of}`);

/**
 * θ = θ - α·(direction that the optimizer makes of dθ), in one instruction where no layer is frozen or has factors of its
 * own. A weight decay that follows a schedule stands in a table.
 */
function move(optimizer: SteppingSpec, plan: Plan, store: Store): Instruction[] {
  const { parameters, states } = store;
  const kind = optimizerKinds.of(optimizer.type) as SteppingKind<SteppingSpec>;
  const places = kind.states(optimizer);
  const { weightDecay } = optimizer;
  const decays = plan.tables.scheduled.find(({ layer }) => layer === undefined)?.values;
  return updatedSpans(plan, store).map(({ from, to, rate, decay }): Instruction => {
    const θ = vector("θ", parameters.address + from, to - from);
    const α = times(rate, "α");
    const λ = typeof weightDecay === "number" ? `${weightDecay * decay}` : times(decay, "λ(step)");
    const p = [typeof weightDecay === "number" ? weightDecay * decay : decay, ...kind.scalars(optimizer)];
    return {
      equation: kind.equation?.(optimizer, α, λ) ?? `θ = ${optimizer.type}(θ, dθ, ${α})`,
      result: θ,
      op: Op.update,
      f: Optimizer[optimizer.type],
      cols: θ.rows,
      a: θ,
      b: plan.gradients.address + from,
      ...Object.fromEntries(states.map(({ address }, i) => [places[i], address + from])),
      d: decays,
      h: plan.cell,
      rates: plan.tables.rates,
      p: Object.assign([0, 0, 0, 0, 0, rate], p),
    };
  });
}

/** Projects the weights of each layer back to their maximum norm. */
function limitNorms({ layers }: Plan): Instruction[] {
  return layers.flatMap((layer) => kindOf(layer.spec).limitNorms(layer));
}

/** From gradients to parameters: clipping, the optimizer, maximum norms. lbfgs moves the parameters between the steps. */
export function update({ optimizer }: NetworkSpec, plan: Plan, store: Store): Instruction[] {
  if (optimizer.type === "lbfgs") return [];
  return [...clip(optimizer, plan), ...move(optimizer, plan, store), ...limitNorms(plan)];
}
