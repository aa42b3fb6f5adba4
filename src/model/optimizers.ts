import { SpecError } from "../errors.js";
import { checkKind, flag, number, positive, type Rule, type Rules, whole } from "./check.js";
import { checkRate, type ScheduleSpec } from "./schedules.js";

/** What all optimizers but lbfgs have. Weight decay is added to the gradient, as in PyTorch: g += weightDecay·w. */
interface Common<T> {
  type: T;
  learningRate: number | ScheduleSpec;
  /** The gradients of all parameters together are scaled to this norm where they pass it; 0 for any norm. */
  clipNorm: number;
  /** Each gradient is cut to between -clipValue and clipValue; 0 for any. */
  clipValue: number;
  weightDecay: number;
}

interface Adaptive<T> extends Common<T> {
  beta1: number;
  beta2: number;
  epsilon: number;
}

export interface SgdSpec extends Common<"sgd"> {
  momentum: number;
  nesterov: boolean;
  dampening: number;
}

export interface RmspropSpec extends Common<"rmsprop"> {
  rho: number;
  epsilon: number;
  momentum: number;
  centered: boolean;
}

export interface AdagradSpec extends Common<"adagrad"> {
  learningRateDecay: number;
  initialAccumulator: number;
  epsilon: number;
}

export interface AdadeltaSpec extends Common<"adadelta"> {
  rho: number;
  epsilon: number;
}

export interface AdamSpec extends Adaptive<"adam"> {
  amsgrad: boolean;
}

/** Its weight decay is decoupled: w -= learningRate·weightDecay·w. */
export interface AdamwSpec extends Adaptive<"adamw"> {
  amsgrad: boolean;
}

export interface NadamSpec extends Adaptive<"nadam"> {
  momentumDecay: number;
}

/** Its weight decay is decoupled. */
export interface LionSpec extends Common<"lion"> {
  beta1: number;
  beta2: number;
}

/** For full batches of small data; each step is a line search. */
export interface LbfgsSpec {
  type: "lbfgs";
  /** The first step tried along a line. */
  learningRate: number | ScheduleSpec;
  historySize: number;
  maxEvaluations: number;
  toleranceGradient: number;
  toleranceChange: number;
}

/** Any optimizer as plain data. */
export type OptimizerSpec =
  | SgdSpec
  | RmspropSpec
  | AdagradSpec
  | AdadeltaSpec
  | AdamSpec
  | AdamwSpec
  | NadamSpec
  | LionSpec
  | LbfgsSpec;

export type OptimizerName = OptimizerSpec["type"];

/** A name for all defaults, what a function such as adam() returns, or the same as plain data without its defaults. */
export type OptimizerInput =
  | OptimizerName
  | { [N in OptimizerName]: Options<N> & { type: N } }[OptimizerName];

type Options<N extends OptimizerName> = Partial<Omit<Extract<OptimizerSpec, { type: N }>, "type">>;

const share = (fallback: number): Rule<number> => number(fallback, 0, 1);

/** A number or a schedule. */
function rate(fallback: number): Rule<number | ScheduleSpec> {
  return { fallback, check: checkRate };
}

/** The options of every optimizer but lbfgs, with its own defaults. */
const decaying = (learningRate: number, weightDecay = 0) => ({
  learningRate: rate(learningRate),
  clipNorm: number(0),
  clipValue: number(0),
  weightDecay: number(weightDecay),
});

const adaptive = (learningRate: number, weightDecay = 0) => ({
  ...decaying(learningRate, weightDecay),
  beta1: share(0.9),
  beta2: share(0.999),
  epsilon: number(1e-8),
});

/** PyTorch's defaults; lion's are those of its paper. */
const KINDS: { [N in OptimizerName]: Rules<Omit<Extract<OptimizerSpec, { type: N }>, "type">> } = {
  sgd: { ...decaying(0.01), momentum: share(0), nesterov: flag(false), dampening: share(0) },
  rmsprop: {
    ...decaying(0.01),
    rho: share(0.99),
    epsilon: number(1e-8),
    momentum: share(0),
    centered: flag(false),
  },
  adagrad: {
    ...decaying(0.01),
    learningRateDecay: number(0),
    initialAccumulator: number(0),
    epsilon: number(1e-10),
  },
  adadelta: { ...decaying(1), rho: share(0.9), epsilon: number(1e-6) },
  adam: { ...adaptive(0.001), amsgrad: flag(false) },
  adamw: { ...adaptive(0.001, 0.01), amsgrad: flag(false) },
  nadam: { ...adaptive(0.002), momentumDecay: number(0.004) },
  lion: { ...decaying(1e-4), beta1: share(0.9), beta2: share(0.99) },
  lbfgs: {
    learningRate: rate(1),
    historySize: whole(10, 1, 1000),
    maxEvaluations: whole(25),
    toleranceGradient: number(1e-7),
    toleranceChange: positive(1e-9),
  },
};

/**
 * Checks an optimizer: a name, or what sgd(), adam() and the like return, or the same as plain data.
 * @throws SpecError
 */
export function checkOptimizer(optimizer: unknown): OptimizerSpec {
  const example = '"adam" or a call such as adam({ learningRate: 0.001 })';
  const spec = checkKind(KINDS, optimizer, "optimizer", example) as OptimizerSpec;
  if (spec.type === "sgd" && spec.nesterov && (spec.momentum === 0 || spec.dampening > 0)) {
    throw new SpecError(
      `nesterov is true with momentum ${spec.momentum} and dampening ${spec.dampening}: give sgd a momentum, such as 0.9, and no dampening.`,
    );
  }
  return spec;
}

function make<N extends OptimizerName>(type: N, options: object): Extract<OptimizerSpec, { type: N }> {
  return checkOptimizer({ ...options, type }) as Extract<OptimizerSpec, { type: N }>;
}

/**
 * Stochastic gradient descent, as torch.optim.SGD: g += weightDecay·w; v = momentum·v + (1 - dampening)·g;
 * w -= learningRate·v, or learningRate·(g + momentum·v) with nesterov.
 * @param options learningRate 0.01, momentum 0, nesterov false, dampening 0, weightDecay 0, clipNorm, clipValue.
 * @throws SpecError for an unknown option or a value out of range, as do all optimizers.
 */
export function sgd(options: Options<"sgd"> = {}): SgdSpec {
  return make("sgd", options);
}

/**
 * RMSprop (Hinton, 2012), as torch.optim.RMSprop.
 * @param options learningRate 0.01, rho 0.99, epsilon 1e-8, momentum 0, centered false, weightDecay 0, clipNorm, clipValue.
 */
export function rmsprop(options: Options<"rmsprop"> = {}): RmspropSpec {
  return make("rmsprop", options);
}

/**
 * Adagrad (Duchi et al., 2011), as torch.optim.Adagrad.
 * @param options learningRate 0.01, learningRateDecay 0, initialAccumulator 0, epsilon 1e-10, weightDecay 0, clipNorm,
 * clipValue.
 */
export function adagrad(options: Options<"adagrad"> = {}): AdagradSpec {
  return make("adagrad", options);
}

/**
 * Adadelta (Zeiler, 2012), as torch.optim.Adadelta.
 * @param options learningRate 1, rho 0.9, epsilon 1e-6, weightDecay 0, clipNorm, clipValue.
 */
export function adadelta(options: Options<"adadelta"> = {}): AdadeltaSpec {
  return make("adadelta", options);
}

/**
 * Adam (Kingma and Ba, 2014), as torch.optim.Adam: first and second moments of the gradient with bias correction.
 * @param options learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-8, amsgrad false, weightDecay 0, clipNorm,
 * clipValue.
 */
export function adam(options: Options<"adam"> = {}): AdamSpec {
  return make("adam", options);
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2017), as torch.optim.AdamW.
 * @param options as adam's; weightDecay 0.01.
 */
export function adamw(options: Options<"adamw"> = {}): AdamwSpec {
  return make("adamw", options);
}

/**
 * Adam with Nesterov's momentum (Dozat, 2016), as torch.optim.NAdam.
 * @param options learningRate 0.002, beta1 0.9, beta2 0.999, epsilon 1e-8, momentumDecay 0.004, weightDecay 0, clipNorm,
 * clipValue.
 */
export function nadam(options: Options<"nadam"> = {}): NadamSpec {
  return make("nadam", options);
}

/**
 * Lion (Chen et al., 2023): steps by the sign of a momentum.
 * @param options learningRate 0.0001, beta1 0.9, beta2 0.99, weightDecay 0, clipNorm, clipValue.
 */
export function lion(options: Options<"lion"> = {}): LionSpec {
  return make("lion", options);
}

/**
 * L-BFGS with a strong Wolfe line search (Nocedal and Wright, "Numerical Optimization", 2006, algorithms 3.5, 3.6 and
 * 7.5), for data of which every step can take all rows: batchSize is "full", and an epoch is one step.
 * @param options historySize 10, maxEvaluations 25 (of the loss, in one line search), toleranceGradient 1e-7 and
 * toleranceChange 1e-9 (where it has arrived), learningRate 1 (the first step tried).
 */
export function lbfgs(options: Options<"lbfgs"> = {}): LbfgsSpec {
  return make("lbfgs", options);
}
