/** The names of the library that the playground offers. The compiler asks for every one of them. */

import type { ActivationName, OptimizerName, ScheduleSpec } from "densely";

const names = <Name extends string>(table: Record<Name, 0>): readonly Name[] => Object.keys(table) as Name[];

/** All activations, the most used ones first. */
export const ACTIVATIONS = names<ActivationName>({
  tanh: 0,
  relu: 0,
  sigmoid: 0,
  linear: 0,
  leakyRelu: 0,
  elu: 0,
  selu: 0,
  gelu: 0,
  silu: 0,
  mish: 0,
  softplus: 0,
  softsign: 0,
  hardSigmoid: 0,
  hardSwish: 0,
  relu6: 0,
  exponential: 0,
  softmax: 0,
});

/** The learning rate that each optimizer begins with here. The data are small, so most are higher than the library's. */
export const RATES: Readonly<Record<OptimizerName, number>> = {
  adam: 0.01,
  sgd: 0.1,
  adamw: 0.01,
  nadam: 0.01,
  adamax: 0.02,
  rmsprop: 0.01,
  adagrad: 0.1,
  adadelta: 1,
  lion: 0.003,
  lbfgs: 1,
};

export const OPTIMIZERS = Object.keys(RATES) as readonly OptimizerName[];

/** Schedules of the learning rate that take a number of steps or epochs; "constant" for none. */
export type ScheduleName = "constant" | Exclude<ScheduleSpec["type"], "custom">;

export const SCHEDULES = names<ScheduleName>({
  constant: 0,
  cosineDecay: 0,
  cosineLog: 0,
  flatCosine: 0,
  oneCycle: 0,
  exponentialDecay: 0,
  polynomialDecay: 0,
  stepDecay: 0,
  piecewise: 0,
  warmup: 0,
  reduceOnPlateau: 0,
});

/** The data sets: those of classes, those of numbers, and that of the visitor. */
export const DATA = ["spiral", "circle", "xor", "gauss", "moons", "plane", "hills", "own"] as const;
export type DataName = (typeof DATA)[number];

/** Data sets that are made of any number of classes. */
export const MANY_CLASSES: readonly DataName[] = ["spiral", "circle", "gauss"];

/** Most classes of a data set, as many as there are colours. */
export const MOST_CLASSES = 6;

export const SPEEDS = {
  slow: "5 steps/s",
  steady: "10 epochs/s",
  brisk: "60 epochs/s",
  full: "full speed",
} as const;
export type Speed = keyof typeof SPEEDS;
