import { SpecError } from "../errors.js";
import { checkKeys, checkName, checkNumber, show } from "./check.js";

/** Stochastic gradient descent as plain data, in PyTorch's terms. */
export interface SgdSpec {
  type: "sgd";
  learningRate: number;
  momentum: number;
  nesterov: boolean;
  weightDecay: number;
}

/** Adam as plain data, in PyTorch's terms. */
export interface AdamSpec {
  type: "adam";
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
}

/** Any optimizer as plain data. */
export type OptimizerSpec = SgdSpec | AdamSpec;

const SGD: SgdSpec = { type: "sgd", learningRate: 0.01, momentum: 0, nesterov: false, weightDecay: 0 };

const ADAM: AdamSpec = {
  type: "adam",
  learningRate: 0.001,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
};

function fill<S extends OptimizerSpec>(defaults: S, options: Partial<S>): S {
  checkKeys(options, Object.keys(defaults), defaults.type);
  const spec = { ...defaults };
  for (const key of Object.keys(options) as (keyof S & string)[]) {
    if (options[key] !== undefined) spec[key] = options[key] as S[typeof key];
  }
  checkNumber(spec.learningRate, 0, Infinity, `learningRate of ${spec.type}`);
  checkNumber(spec.weightDecay, 0, Infinity, `weightDecay of ${spec.type}`);
  return spec;
}

/**
 * Stochastic gradient descent, as torch.optim.SGD: g += weightDecay·w; v = momentum·v + g; w -= learningRate·v, or
 * learningRate·(g + momentum·v) with nesterov.
 * @param options learningRate 0.01, momentum 0, nesterov false, weightDecay 0.
 * @throws SpecError for an unknown option or a value out of range.
 */
export function sgd(options: Partial<Omit<SgdSpec, "type">> = {}): SgdSpec {
  const spec = fill<SgdSpec>(SGD, options);
  checkNumber(spec.momentum, 0, 1, "momentum of sgd");
  if (typeof spec.nesterov !== "boolean") {
    throw new SpecError(`nesterov of sgd is ${show(spec.nesterov)}: give true or false.`);
  }
  if (spec.nesterov && spec.momentum === 0) {
    throw new SpecError("nesterov is true but momentum is 0: give sgd a momentum, such as 0.9.");
  }
  return spec;
}

/**
 * Adam, as torch.optim.Adam: first and second moments of the gradient with bias correction.
 * @param options learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-8, weightDecay 0.
 * @throws SpecError for an unknown option or a value out of range.
 */
export function adam(options: Partial<Omit<AdamSpec, "type">> = {}): AdamSpec {
  const spec = fill<AdamSpec>(ADAM, options);
  checkNumber(spec.beta1, 0, 1, "beta1 of adam");
  checkNumber(spec.beta2, 0, 1, "beta2 of adam");
  checkNumber(spec.epsilon, 0, Infinity, "epsilon of adam");
  return spec;
}

/** Checks an optimizer: a name, or what sgd() and adam() return, or the same as plain data. */
export function checkOptimizer(optimizer: unknown): OptimizerSpec {
  const named = typeof optimizer === "string" ? { type: optimizer } : optimizer;
  if (typeof named !== "object" || named === null) {
    throw new SpecError(
      `optimizer is ${show(optimizer)}: give "adam", "sgd" or a call such as adam({ learningRate: 0.001 }).`,
    );
  }
  const { type, ...options } = named as { type?: unknown };
  return checkName(type, ["sgd", "adam"], "optimizer") === "sgd" ? sgd(options) : adam(options);
}
