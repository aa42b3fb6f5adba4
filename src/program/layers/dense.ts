import { Op } from "../../../assembly/isa.js";
import { activationSteps } from "../../formulas/steps.js";
import {
  type ActivationChoice,
  type ActivationInput,
  describeActivation,
  nameOf,
} from "../../model/activations.js";
import { checkKeys, checkOptions, flag, number, type Rules, whole } from "../../model/check.js";
import { exported } from "../../model/exported.js";
import {
  checkInitializer,
  defaultInitializer,
  type Initializer,
  type InitializerSpec,
} from "../../model/initializers.js";
import {
  activate,
  type DenseParameters,
  derive,
  descend,
  inputGradient,
  dense as product,
  weightGradient,
} from "../equations.js";
import { type Instruction, SAMPLES } from "../instruction.js";
import type { Matrix } from "../matrix.js";
import { activationRule } from "./activation-rule.js";
import { type FactorOptions, type FactorSpecs, factors } from "./factors.js";
import type { DifferentiatedPlan, LayerContext, LayerKind, LayerPlan } from "./layer.js";

/** A fully-connected layer as plain data: A = f(W·A + b) with W of [units][inputs]. */
export interface DenseSpec extends FactorSpecs<"W" | "b"> {
  type: "dense";
  units: number;
  activation: ActivationChoice;
  /** Initial values of W. */
  init: InitializerSpec;
  /** False for a layer without biases. */
  bias: boolean;
  /** Initial value of every bias. */
  biasInit: number;
  /** Adds l1·Σ|w| to the objective, over weights and not biases, as in Keras. */
  l1: number;
  /** Adds l2·Σw² to the objective, over weights and not biases, as in Keras. */
  l2: number;
  /** Maximum norm of the weights of a unit after an update; 0 for no maximum. */
  maxNorm: number;
  /** False for a frozen layer: training does not change its parameters. */
  trainable: boolean;
}

/** Options of dense; see DenseSpec. */
export interface DenseOptions extends FactorOptions<"W" | "b"> {
  /** Default: "heUniform" before the relu family, "lecunNormal" before selu, else "glorotUniform". */
  init?: Initializer | undefined;
  /** Default true. */
  bias?: boolean | undefined;
  /** Default 0. */
  biasInit?: number | undefined;
  /** Default 0. */
  l1?: number | undefined;
  /** Default 0. */
  l2?: number | undefined;
  /** Default 0: no maximum. */
  maxNorm?: number | undefined;
  /** Default true. */
  trainable?: boolean | undefined;
}

/** A dense layer as plain data without its defaults. */
export interface DenseInput extends DenseOptions {
  type?: "dense" | undefined;
  units: number;
  activation?: ActivationInput | undefined;
}

const RULES: Rules<Omit<DenseSpec, "type" | "init"> & { init: Initializer | undefined }> = {
  units: whole(),
  activation: activationRule,
  // Checked below, since its default depends on the activation.
  init: { fallback: undefined, check: (value) => value as Initializer | undefined },
  bias: flag(true),
  biasInit: number(0, -Infinity),
  l1: number(0),
  l2: number(0),
  maxNorm: number(0),
  trainable: flag(true),
  ...factors("W", "b"),
};

function check(options: unknown, what: string): DenseSpec {
  const spec = checkOptions(RULES, options, what);
  const init = checkInitializer(spec.init ?? defaultInitializer(nameOf(spec.activation)), `init of ${what}`);
  return { type: "dense", ...spec, init };
}

/**
 * A fully-connected layer: A = f(W·A + b).
 * @param units outputs of the layer, a whole number of at least 1.
 * @param activation f, by name or as { type: "leakyRelu", alpha: 0.3 }. Default "linear".
 * @param options init, bias, biasInit, l1, l2, maxNorm, trainable, rate, decay.
 * @throws SpecError for units below 1, an unknown activation, an unknown option or a value out of range.
 */
export const dense = /* @__PURE__ */ exported(
  "dense(units, activation, options)",
  (units: number, activation: ActivationInput = "linear", options: DenseOptions = {}): DenseSpec => {
    const { units: _, activation: __, ...rules } = RULES;
    return check({ ...checkKeys(options, Object.keys(rules), "dense"), units, activation }, "dense");
  },
);

type DensePlan = LayerPlan<DenseSpec, "W">;

/** W and b, or zeros if the layer has no bias. */
function parametersOf({ parameters: { W, b } }: DensePlan, { noBias }: LayerContext): DenseParameters {
  return { W, b: b ?? noBias };
}

/** Z = W·A + b and A = f(Z). */
function forward(layer: DensePlan, context: LayerContext): Instruction[] {
  const { input, Z, output, skipsZeros, skipsActivation } = layer;
  const { activation } = layer.spec;
  const options = { isRelu: activation === "relu", skipsZeros, scratch: context.scratch };
  const program = [product(parametersOf(layer, context), input, Z, SAMPLES, options)];
  if (Z !== output && !skipsActivation) program.push(activate(activation, Z, output));
  return program;
}

/** dZ = dA * f'(Z), dA = Wᵀ·dZ for the layer before, then dW = dZ·Aᵀ and db = dZ·1, or the descent along them. */
function backward(layer: DifferentiatedPlan<DenseSpec, "W">, context: LayerContext): Instruction[] {
  const { spec, input, Z, output, d, dInput, gradients, isFused, skipsZeros } = layer;
  const { scratch, tables, unusedGradient } = context;
  const isLinear = spec.activation === "linear";
  const dZ = isLinear && !isFused ? d : { ...d, name: `dZ${layer.number}` };
  const program: Instruction[] = [];
  if (!isLinear && !isFused) program.push(derive(spec.activation, Z, output, dZ));
  const { W, b } = parametersOf(layer, context);
  // First dA, because the descent changes W.
  if (dInput) program.push(inputGradient(W, dZ, dInput, scratch));
  if (!spec.trainable) return program;
  const operands = { dZ, A: input, scratch, skipsZeros };
  if (layer.descends) {
    const moved = { W, b: spec.bias ? b : unusedGradient };
    program.push(descend(operands, moved, tables.rates));
  } else {
    const gradient = { W: gradients.W as Matrix, b: gradients.b ?? unusedGradient };
    program.push(weightGradient(operands, gradient));
  }
  return program;
}

/** Fields of an instruction that reads the penalized weights; undefined for a layer without penalties or frozen. */
function penalized({ spec, parameters: { W } }: DensePlan) {
  const { l1, l2, trainable } = spec;
  if (l1 + l2 === 0 || !trainable) return undefined;
  return { cols: W.bytes / Float32Array.BYTES_PER_ELEMENT, a: W, p: [l1, l2] };
}

/** A sum as text, without the terms of factor 0. */
const sumOf = (first: string, terms: readonly (readonly [factor: number, of: string])[]): string =>
  [first, ...terms.filter(([factor]) => factor > 0).map(([factor, of]) => `${factor}·${of}`)].join(" + ");

/** dW = dW + λ₁·sign(W) + 2·λ₂·W. */
function penalize(layer: DensePlan): Instruction[] {
  const operands = penalized(layer);
  if (!operands) return [];
  const { l1, l2 } = layer.spec;
  const { name } = layer.parameters.W;
  const dW = layer.gradients.W as Matrix;
  const slopes = sumOf(dW.name, [
    [l1, `sign(${name})`],
    [2 * l2, name],
  ]);
  return [{ equation: `${dW.name} = ${slopes}`, result: dW, op: Op.penalize, ...operands, b: dW }];
}

/** L = L + λ₁·Σ|w| + λ₂·Σw². */
function addPenalties(layer: DensePlan, table: Matrix): Instruction[] {
  const operands = penalized(layer);
  if (!operands) return [];
  const { l1, l2 } = layer.spec;
  const { name } = layer.parameters.W;
  const sum = sumOf("L", [
    [l1, `Σ|${name}|`],
    [l2, `Σ${name}²`],
  ]);
  return [{ equation: `L = ${sum}`, result: table, op: Op.penalty, ...operands, d: table }];
}

/** W = W·min(1, maxNorm / |row|) for each row, the weights of one unit. */
function limitNorms({ spec, parameters }: DensePlan): Instruction[] {
  const { maxNorm, trainable } = spec;
  if (maxNorm === 0 || !trainable) return [];
  const { W } = parameters;
  return [
    {
      equation: `${W.name} = ${W.name}·min(1, ${maxNorm} / |rows of ${W.name}|)`,
      result: W,
      op: Op.maxNorm,
      rows: W.cols,
      cols: W.rows,
      c: W,
      p: [maxNorm],
    },
  ];
}

const kind: LayerKind<DenseSpec, "W"> = {
  letter: "A",
  check,
  describe: ({ activation }) => `dense ${describeActivation(activation)}`,
  widthOf: ({ units }) => units,
  tensorsOf: ({ units, init, bias, biasInit }, inputs) => {
    const start: InitializerSpec = { type: "constant", value: biasInit };
    return [
      { role: "W", field: "weight", shape: [units, inputs], init, isStatistic: false },
      ...(bias
        ? [{ role: "b", field: "bias", shape: [units], init: start, isStatistic: false } as const]
        : []),
    ];
  },
  isTrained: ({ trainable }) => trainable,
  canDescend: ({ l1, l2, trainable, rate }) => trainable && l1 + l2 === 0 && rate === undefined,
  stepsOf: ({ units, activation }) => [{ kind: "dense", units }, ...activationSteps(activation)],
  keepsZeros: false,
  workOf: ({ units }, inputs) => units * inputs,
  memoryOf: ({ activation }) => ({
    ownsZ: true,
    // relu is the floor of the product.
    ownsOutput: activation !== "linear" && activation !== "relu",
    ownsGradient: true,
    savedBytes: 0,
  }),
  forward,
  backward,
  penalize,
  addPenalties,
  limitNorms,
};

export default kind;
