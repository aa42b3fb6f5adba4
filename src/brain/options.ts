import { SpecError } from "../errors.js";
import { exported } from "../model/exported.js";
import type { Activation, NetworkOptions, TrainingOptions, TrainingOptionsJSON } from "./types.js";

export const ACTIVATIONS: readonly string[] = ["sigmoid", "relu", "leaky-relu", "tanh"];

/** @throws SpecError for an unknown activation. */
export function checkActivation(activation: unknown): Activation {
  if (ACTIVATIONS.includes(activation as string)) return activation as Activation;
  const names = ACTIVATIONS.map((name) => `'${name}'`).join(", ");
  throw new SpecError(`Unknown activation ${String(activation)}. Available activations are: ${names}`);
}

/** The default options of the shape of a network. */
export const defaults = /* @__PURE__ */ exported(
  "defaults()",
  (): NetworkOptions => ({ inputSize: 0, outputSize: 0, binaryThresh: 0.5 }),
);

/** The default options of training. */
export const trainDefaults = /* @__PURE__ */ exported(
  "trainDefaults()",
  (): TrainingOptions => ({
    activation: "sigmoid",
    iterations: 20000,
    errorThresh: 0.005,
    log: false,
    logPeriod: 10,
    leakyReluAlpha: 0.01,
    learningRate: 0.3,
    momentum: 0.1,
    callbackPeriod: 10,
    timeout: Infinity,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
  }),
);

type Rule = (value: unknown) => boolean;

const isPositive: Rule = (value) => typeof value === "number" && value > 0;
const isShare: Rule = (value) => typeof value === "number" && value > 0 && value < 1;

/** The rule of each option, in the order in which they are checked. */
const RULES: Readonly<Record<Exclude<keyof TrainingOptions, "errorCheckInterval">, Rule>> = {
  activation: (value) => ACTIVATIONS.includes(value as string),
  iterations: isPositive,
  errorThresh: isShare,
  log: (value) => typeof value === "function" || typeof value === "boolean",
  logPeriod: isPositive,
  leakyReluAlpha: isShare,
  learningRate: isShare,
  momentum: isShare,
  callback: (value) => typeof value === "function" || value === undefined,
  callbackPeriod: isPositive,
  timeout: isPositive,
  praxis: (value) => !value || value === "adam",
  beta1: isShare,
  beta2: isShare,
  epsilon: isShare,
};

/** @throws SpecError for an option out of its range, in the words of brain.js. */
export function checkTrainingOptions(options: TrainingOptions): void {
  for (const [name, isRight] of Object.entries(RULES)) {
    const value = options[name as keyof TrainingOptions];
    if (isRight(value)) continue;
    throw new SpecError(
      `[${name}, ${String(value)}] is out of normal training range, your network will probably not train.`,
    );
  }
}

/** The options that JSON keeps. */
export function trainingOptionsToJSON(options: TrainingOptions): TrainingOptionsJSON {
  const { activation, iterations, errorThresh, log, logPeriod, leakyReluAlpha } = options;
  const { learningRate, momentum, callbackPeriod, timeout, praxis, beta1, beta2, epsilon } = options;
  return {
    activation,
    iterations,
    errorThresh,
    log: log !== false,
    logPeriod,
    leakyReluAlpha,
    learningRate,
    momentum,
    callbackPeriod,
    timeout: timeout === Infinity ? "Infinity" : timeout,
    praxis,
    beta1,
    beta2,
    epsilon,
  };
}

/** The options that JSON describes. */
export function trainingOptionsFromJSON(json: Partial<TrainingOptionsJSON>): Partial<TrainingOptions> {
  const { timeout, ...others } = json;
  return timeout === undefined ? others : { ...others, timeout: timeout === "Infinity" ? Infinity : timeout };
}
