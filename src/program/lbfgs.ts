import { number, positive, whole } from "../model/check.js";
import type { ScheduleSpec } from "../model/schedules.js";
import { type OptimizerKind, rate, type StatePlace } from "./optimizer.js";

export interface LbfgsSpec {
  type: "lbfgs";
  /** First step tried along a line: a number or a schedule. Default 1. */
  learningRate: number | ScheduleSpec;
  /** Number of past steps that a direction is computed from. Default 10. */
  historySize: number;
  /** Maximum number of evaluations of the loss in one line search. Default 25. */
  maxEvaluations: number;
  /** Training is done when the norm of the gradient is at most this. Default 1e-7. */
  toleranceGradient: number;
  /** Training is done when a line search moves less than this. Default 1e-9. */
  toleranceChange: number;
}

/** It moves the parameters between the steps, in src/lbfgs/updater.ts, and so has no update instruction. */
const kind: OptimizerKind<LbfgsSpec> = {
  rules: {
    learningRate: rate(1),
    historySize: whole(10, 1, 1000),
    maxEvaluations: whole(25),
    toleranceGradient: number(1e-7),
    toleranceChange: positive(1e-9),
  },
  comparesLosses: true,
  // Start of the line, direction, gradient there, and the pairs of steps and changes of the gradient.
  states: ({ historySize }) => new Array<StatePlace>(3 + 2 * historySize).fill("between"),
};

export default kind;
